"""What the economy has to say. Owner: announcer."""

from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from libs.common.contracts.base import Contract

Kind = Literal["answer", "result", "notice", "digest"]
"""What is waited for goes first: answers before the results of games, those before notices, digests last."""


class Announcement(Contract):
    """Words for the room or for one viewer, said once and before `until`.

    Either a finished text, or a public line the announcer has the words for.
    """

    id: str
    channel: str
    lane: Literal["chat", "pm"]
    to: str | None = None
    """The viewer, for the lane `pm`."""
    text: str | None = None
    """May hold newlines; the announcer splits it at CyTube's limit."""
    line: str | None = None
    """The name of a public line, such as `rank_up`, in place of a text."""
    values: dict[str, str | int] = Field(default_factory=dict)
    """What its placeholders stand for."""
    kind: Kind = "answer"
    at: AwareDatetime
    """When what it tells of happened."""
    until: AwareDatetime
    """From then on it is not worth saying."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.text is None) == (self.line is None):
            raise ValueError("either a text or a line")
        return self
