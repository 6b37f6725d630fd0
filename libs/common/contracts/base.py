"""What all messages have in common."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A message: immutable, and tolerant of fields that a newer writer adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def encode(self) -> bytes:
        """Give the message as it is sent: UTF-8 JSON without unset optional fields."""
        return self.model_dump_json(exclude_none=True).encode()
