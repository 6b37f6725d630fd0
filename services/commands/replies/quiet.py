"""What `quiet` and `unquiet` answer."""


def quiet() -> str:
    """Tell which messages stop, which do not, and how to undo it."""
    return (
        "Quiet it is: no more milestones, streaks, ranks, badges, prizes, rain or digests from me. "
        "Answers, and whatever others do with your coins, still come. 'unquiet' undoes this."
    )


def unquiet() -> str:
    """Tell which messages come again, and how to stop them."""
    return "I will tell you of your milestones, ranks, badges, rain and the like. 'quiet' stops that."
