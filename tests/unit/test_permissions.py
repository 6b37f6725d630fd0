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


@pytest.mark.parametrize("user", [*USERS, ROOM])
def test_nobody_asks_the_ledger_in_the_name_of_another(user: str) -> None:
    asked = {caller for caller in USERS if may_publish(user, subjects.ledger("lounge", caller, "post"))}
    assert asked <= {user}


@pytest.mark.parametrize("user", ["earning", "games", "shop", "commands", "analytics", "operator"])
def test_who_needs_the_ledger_asks_it_in_their_own_name(user: str) -> None:
    assert may_publish(user, subjects.ledger("lounge", user, "stats"))


def test_only_earning_posts_without_waiting() -> None:
    posts = {(user, caller) for user in (*ORDER, ROOM) for caller in USERS if may_publish(user, subjects.postings("lounge", caller))}
    assert posts == {("earning", "earning")}


@pytest.mark.parametrize("user", ORDER)
def test_a_service_listens_in_no_inbox_but_its_own(user: str) -> None:
    inboxes = [pattern for pattern in permissions(user).subscribe_allow if pattern.startswith("_INBOX")]
    assert inboxes == [f"_INBOX_{user}.>"]


@pytest.mark.parametrize("user", ORDER)
@pytest.mark.parametrize("verb", ["CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT", "RESTORE", "MSG.DELETE"])
def test_a_service_changes_no_stream_but_the_ledger_the_postings_it_has_committed(user: str, verb: str) -> None:
    changed = {stream.name for stream in subjects.streams(()) if may_publish(user, f"$JS.API.STREAM.{verb}.{stream.name}")}
    assert changed == ({subjects.POSTINGS} if (user, verb) == ("ledger", "PURGE") else set())


@pytest.mark.parametrize("user", ORDER)
def test_a_service_ends_no_consumer_of_another(user: str) -> None:
    ended = {
        other for other in ORDER for stream in subjects.streams(()) if may_publish(user, f"$JS.API.CONSUMER.DELETE.{stream.name}.{other}")
    }
    assert ended <= {user}


@pytest.mark.parametrize("user", ORDER)
def test_a_service_leaves_dead_letters_in_its_own_name(user: str) -> None:
    assert [service for service in ORDER if may_publish(user, subjects.deadletter(service))] == [user]


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
