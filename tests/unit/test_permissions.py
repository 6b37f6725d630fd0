"""Who may talk on which subject, as the server is told."""

import pytest

from libs.cli.permissions import ROOM, USERS, permissions
from libs.common import service, subjects
from libs.common.services import ORDER
from libs.common.streams import overlap


def may_publish(user: str, subject: str) -> bool:
    rules = permissions(user)
    allowed = not rules.publish_allow or any(overlap(pattern, subject) for pattern in rules.publish_allow)
    return allowed and not any(overlap(pattern, subject) for pattern in rules.publish_deny)


def test_the_order_of_starting_names_every_service() -> None:
    assert set(ORDER) == set(service.SERVICES)


@pytest.mark.parametrize("user", USERS)
def test_everybody_asks_the_ledger_in_their_own_name_only(user: str) -> None:
    assert [caller for caller in USERS if may_publish(user, subjects.ledger("lounge", caller, "post"))] == [user]


@pytest.mark.parametrize("user", USERS)
def test_everybody_posts_in_their_own_name_only(user: str) -> None:
    assert [caller for caller in USERS if may_publish(user, subjects.postings("lounge", caller))] == [user]


def test_only_the_ledger_writes_transactions() -> None:
    assert [user for user in (*USERS, ROOM) if may_publish(user, subjects.transactions("lounge"))] == ["ledger"]


def test_only_ingest_writes_events_and_observations() -> None:
    assert [user for user in (*USERS, ROOM) if may_publish(user, subjects.event("lounge", "chat"))] == ["ingest"]
    assert [user for user in (*USERS, ROOM) if may_publish(user, subjects.observed("@all", "tick"))] == ["ingest"]


@pytest.mark.parametrize("stream", [stream.name for stream in subjects.streams(())])
@pytest.mark.parametrize(
    "request_subject",
    [
        "$JS.API.STREAM.INFO.{}",
        "$JS.API.STREAM.CREATE.{}",
        "$JS.API.STREAM.UPDATE.{}",
        "$JS.API.STREAM.DELETE.{}",
        "$JS.API.STREAM.PURGE.{}",
        "$JS.API.STREAM.MSG.GET.{}",
        "$JS.API.STREAM.MSG.DELETE.{}",
        "$JS.API.STREAM.SNAPSHOT.{}",
        "$JS.API.STREAM.RESTORE.{}",
        "$JS.API.DIRECT.GET.{}",
        "$JS.API.DIRECT.GET.{}.economy.events.lounge.chat",
        "$JS.API.CONSUMER.CREATE.{}",
        "$JS.API.CONSUMER.CREATE.{}.mine",
        "$JS.API.CONSUMER.CREATE.{}.mine.economy.events.lounge.chat",
        "$JS.API.CONSUMER.DURABLE.CREATE.{}.mine",
        "$JS.API.CONSUMER.MSG.NEXT.{}.mine",
        "$JS.API.CONSUMER.DELETE.{}.ledger",
        "$JS.API.CONSUMER.INFO.{}.ledger",
        "$JS.API.CONSUMER.PAUSE.{}.ledger",
        "$JS.API.CONSUMER.LIST.{}",
        "$JS.ACK.{}.ledger.1.2.3.4.5",
    ],
)
def test_the_room_has_no_way_to_our_streams(request_subject: str, stream: str) -> None:
    assert not may_publish(ROOM, request_subject.format(stream))
