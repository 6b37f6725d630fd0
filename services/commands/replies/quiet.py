"""What `quiet` and `unquiet` answer."""


def quiet() -> str:
    """Tell which messages stop, which do not, and how to undo it."""
    return "Quiet it is: no more milestones from me. Answers, and whatever others do with your coins, still come. 'unquiet' undoes this."


def unquiet() -> str:
    """Tell which messages come again, and how to stop them."""
    return "I will tell you of your milestones. 'quiet' stops that."
