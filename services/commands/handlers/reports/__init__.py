"""Reports by PM, and what an administrator does about what they show."""

from services.commands.handlers.reports import audit_log, gambling, health, stats, triggers, undo, user, why

COMMANDS = (
    stats.COMMAND,
    user.COMMAND,
    health.COMMAND,
    triggers.COMMAND,
    gambling.COMMAND,
    audit_log.COMMAND,
    undo.COMMAND,
)
"""For administrators, in the order in which `help` names them."""
WHY = why.COMMAND
