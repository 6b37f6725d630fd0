"""What `announce` answers."""


def announced(text: str) -> str:
    """Tell the administrator what the room is told."""
    return f"I tell the room: {text}"
