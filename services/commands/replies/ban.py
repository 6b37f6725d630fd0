"""What `ban` and `unban` answer, and what the one concerned is told."""

from services.commands.replies.common import because


def banned(user: str) -> str:
    """Tell the administrator."""
    return f"{user} is suspended from the economy."


def banned_before(user: str) -> str:
    """Tell that nothing changed."""
    return f"{user} is suspended already."


def opened() -> str:
    """Add that nobody of that name was known: it may be a slip of the fingers."""
    return "Nobody had an account by that name until now."


def you_are_banned(reason: str | None) -> str:
    """Tell the viewer."""
    return f"Your account here was suspended{because(reason)}"


def unbanned(user: str) -> str:
    """Tell the administrator."""
    return f"{user} takes part in the economy again."


def not_banned(user: str) -> str:
    """Tell that nothing changed."""
    return f"{user} is not suspended."


def you_are_unbanned() -> str:
    """Tell the viewer."""
    return "Your account here is yours again. Welcome back!"
