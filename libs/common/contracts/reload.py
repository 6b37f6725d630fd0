"""The answer to `economy.ingest.reload`. Owner: ingest."""

from libs.common.contracts.base import Contract


class Reloaded(Contract):
    """What came of reading the configuration anew."""

    success: bool
    version: str | None = None
    """The version of the configuration that was published; None when nothing was."""
    changed: bool = False
    """Whether it differs from the one before."""
    changed_keys: list[str] = []
    """The dotted keys that differ from the configuration that was in force, and take effect at once."""
    restart: list[str] = []
    """The dotted keys that differ from what the processes were started with, and need a restart."""
    behind: list[str] = []
    """Running services that did not report this version in time; they will have it as soon as they have read so far."""
    warnings: list[str] = []
    error: str | None = None
    code: str | None = None
    problems: list[str] = []
    """All that is wrong with the file; then nothing has changed."""
