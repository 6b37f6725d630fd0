"""What administrators' commands have in common to say."""


def amount_too_small() -> str:
    """Refuse an amount below 1."""
    return "Nothing done: the amount must be at least 1."


def takes_no_part(user: str) -> str:
    """Refuse the robot and those the economy ignores."""
    return f"Nothing done: {user} takes no part in the economy."


def no_account(user: str) -> str:
    """Tell that a name is unknown, as after a slip of the fingers."""
    return f"Nobody has an account by the name of {user}."
