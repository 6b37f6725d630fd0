"""What all messages have in common."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A message: immutable, and tolerant of fields that a newer writer adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def encode(self) -> bytes:
        """Give the message as it is sent: UTF-8 JSON without unset optional fields."""
        # As `model_dump_json` does, but for a detour by text and a dozen arguments: every message goes through here.
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)
