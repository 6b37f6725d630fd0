"""The answer to `economy.ingest.reload`. Owner: ingest."""

from libs.common.contracts.base import Contract


class Reloaded(Contract):
    """What came of reading the configuration anew."""

    success: bool
    version: str | None = None
    """The version of the configuration that was published; None when nothing was."""
    changed: bool = False
    """Whether it differs from the one before."""
    behind: list[str] = []
    """Running services that did not report this version in time; they will have it as soon as they have read so far."""
    warnings: list[str] = []
    error: str | None = None
    code: str | None = None
    problems: list[str] = []
    """All that is wrong with the file; then nothing has changed."""
