"""What `about` answers."""


def about(version: str, uptime_seconds: int) -> str:
    """Tell name, version and uptime."""
    minutes, seconds = divmod(uptime_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"kryten-economy {version}, running for {hours}h {minutes}m {seconds}s."
