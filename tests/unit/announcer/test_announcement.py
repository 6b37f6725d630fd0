import pytest
from pydantic import ValidationError

from libs.common.contracts.announcements import Announcement

TOLD = {"id": "1", "channel": "room", "lane": "chat", "text": "hi", "at": "2026-11-22T12:00:00Z", "until": "2026-11-22T12:10:00+01:00"}


@pytest.mark.parametrize("field", ["at", "until"])
def test_a_time_without_its_zone_is_no_time(field: str) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Announcement.model_validate(TOLD | {field: "2026-11-22T12:00:00"})


def test_it_says_one_thing() -> None:
    with pytest.raises(ValidationError, match="either a text or a line"):
        Announcement.model_validate(TOLD | {"line": "rank_up"})
