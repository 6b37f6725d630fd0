"""Whose rank is believed, and who is shadow-muted."""

import pytest

from libs.common.contracts.events import Chat, Join, PrivateMessage
from tests.support import raw


def rank_of(*messages: raw.Raw, user: str = "alice") -> float | None:
    """Give the rank in a PM that follows."""
    event = raw.last(*messages, raw.pm(user, "balance", 3_000))
    assert isinstance(event, PrivateMessage)
    return event.rank


def join_rank(*messages: raw.Raw) -> float | None:
    event = raw.last(*messages)
    assert isinstance(event, Join)
    return event.rank


def test_nobody_known_has_no_rank() -> None:
    assert rank_of() is None


def test_a_rank_claimed_in_a_body_is_not_believed() -> None:
    message = raw.robot_event("pm", {"username": "alice", "msg": "x", "to": "b", "time": 1, "rank": 5, "meta": {"rank": 5}})
    event = raw.last(message)
    assert isinstance(event, PrivateMessage)
    assert event.rank is None


@pytest.mark.parametrize(("site_rank", "rank"), [(0, 0), (1, 1), (255, 1), (1.5, 1), (-1, -1)])
def test_a_join_gives_no_more_than_registered(site_rank: float, rank: float) -> None:
    assert join_rank(raw.join("alice", rank=site_rank)) == rank


def test_the_rank_message_after_a_join_holds() -> None:
    assert rank_of(raw.join("alice"), raw.rank("ALICE", 2, 0.01)) == 2


def test_the_rank_message_just_before_a_join_holds() -> None:
    assert join_rank(raw.rank("alice", 3), raw.join("alice", 0.01)) == 3


def test_a_rank_message_long_before_a_join_is_forgotten() -> None:
    assert join_rank(raw.rank("alice", 3), raw.join("alice", 5.001)) == 1


def test_a_guest_gets_no_ones_rank() -> None:
    assert join_rank(raw.rank("alice", 3), raw.join("alice", 0.01, rank=0)) == 0


def test_who_leaves_and_comes_back_waits_for_the_rank_message() -> None:
    back = [raw.join("owner"), raw.rank("owner", 5, 0.01), raw.leave("owner", 60), raw.join("owner", 61)]
    assert rank_of(*back, user="owner") == 1


def test_who_left_has_no_rank() -> None:
    assert rank_of(raw.join("alice"), raw.leave("alice", 1)) is None


def test_ranks_in_a_list_hold() -> None:
    assert rank_of(raw.userlist(raw.viewer("Alice", 2))) == 2


def test_who_is_not_in_the_list_has_no_rank() -> None:
    assert rank_of(raw.join("alice"), raw.userlist(raw.viewer("bob"), seconds=1)) is None


def test_a_rank_given_to_somebody_absent_gives_nobody_a_rank() -> None:
    assert rank_of(raw.rank("alice", 4)) is None


def test_after_a_gap_no_rank_is_certain() -> None:
    assert rank_of(raw.userlist(raw.viewer("alice", 4)), raw.observed("gap", {}, 1)) is None


def roster(as_of: int, seconds: float, *users: tuple[str, float]) -> raw.Raw:
    listed = [{"user": user, "rank": rank} for user, rank in users]
    return raw.observed("roster", {"as_of": as_of, "users": listed}, seconds, channel=raw.CHANNEL)


def test_ranks_in_a_roster_hold() -> None:
    assert rank_of(roster(0, 1, ("alice", 3))) == 3


def test_a_rank_told_after_the_roster_was_read_wins() -> None:
    assert rank_of(raw.userlist(raw.viewer("alice", 3)), raw.rank("alice", 1, 1), roster(1, 2, ("alice", 3))) == 1


def test_who_left_after_the_roster_was_read_stays_away() -> None:
    assert rank_of(raw.userlist(raw.viewer("alice", 3)), raw.leave("alice", 1), roster(1, 2, ("alice", 3))) is None


def test_who_came_after_the_roster_was_read_stays() -> None:
    assert rank_of(raw.userlist(raw.viewer("bob")), raw.join("alice", 1), roster(1, 2, ("bob", 1))) == 1


def test_who_is_not_in_the_roster_is_gone() -> None:
    assert rank_of(raw.userlist(raw.viewer("alice", 3)), roster(1, 2, ("bob", 1))) is None


def test_a_list_after_the_roster_was_read_wins() -> None:
    assert rank_of(roster(0, 0, ("bob", 1)), raw.userlist(raw.viewer("alice", 2), seconds=1), roster(1, 2, ("alice", 5))) == 2


def test_a_leader_has_a_rank_between_two() -> None:
    assert rank_of(raw.join("alice"), raw.rank("alice", 1.5, 1)) == 1.5


def muted(name: str, *, shadow: bool) -> raw.Raw:
    return raw.robot_event("setUserMeta", {"name": name, "meta": {"afk": False, "muted": True, "smuted": shadow}})


def people(*messages: raw.Raw) -> list[tuple[str, bool, bool]]:
    """Give who is here then, each with being AFK and muted."""
    writer = raw.scribe()
    raw.write(writer, *messages)
    return [(person.user, person.afk, person.muted) for person in writer.rooms[raw.CHANNEL].people.values()]


def shadowed_pm(*messages: raw.Raw) -> bool:
    event = raw.last(*messages, raw.pm("dave", "x", 3_000))
    assert isinstance(event, PrivateMessage)
    return event.shadow


def test_a_pm_of_somebody_shadow_muted_is_marked() -> None:
    assert shadowed_pm(raw.join("dave"), muted("Dave", shadow=True))


def test_a_pm_that_says_so_itself_is_marked_whatever_is_known_of_its_sender() -> None:
    event = raw.last(raw.join("dave"), raw.pm("dave", "balance", shadow=True))
    assert isinstance(event, PrivateMessage)
    assert event.shadow


def test_shadow_mutes_end() -> None:
    assert not shadowed_pm(muted("dave", shadow=True), muted("dave", shadow=False))


def test_shadow_mutes_outlast_a_list_that_does_not_tell() -> None:
    assert shadowed_pm(muted("dave", shadow=True), raw.userlist(raw.viewer("dave"), seconds=1))


def test_a_list_that_tells_ends_them() -> None:
    assert not shadowed_pm(muted("dave", shadow=True), raw.userlist(raw.viewer("dave", smuted=False), seconds=1))


@pytest.mark.parametrize("said", [{}, {"shadow_muted": False}])
def test_shadow_mutes_outlast_a_roster_which_never_holds_them(said: dict[str, bool]) -> None:
    listed = raw.observed("roster", {"as_of": 2, "users": [{"user": "dave", "rank": 1, **said}]}, 1, channel=raw.CHANNEL)
    assert shadowed_pm(raw.join("dave"), muted("dave", shadow=True), listed)


def test_a_roster_may_tell_of_a_shadow_mute() -> None:
    listed = raw.observed("roster", {"as_of": 1, "users": [{"user": "dave", "rank": 1, "shadow_muted": True}]}, 1, channel=raw.CHANNEL)
    assert shadowed_pm(raw.join("dave"), listed)


def test_a_roster_leaves_what_it_does_not_tell_of_as_it_was() -> None:
    away = raw.robot_event("setAFK", {"name": "dave", "afk": True})
    assert people(raw.join("dave"), away, muted("dave", shadow=False), roster(3, 1, ("dave", 1))) == [("dave", True, True)]


def test_who_left_and_came_back_unseen_is_as_the_roster_says() -> None:
    away = raw.robot_event("setAFK", {"name": "dave", "afk": True})
    left = [raw.join("dave"), away, muted("dave", shadow=False), raw.leave("dave", 1)]
    assert people(*left, roster(4, 2, ("dave", 1))) == [("dave", False, False)]


def test_shadow_mutes_outlast_leaving() -> None:
    assert shadowed_pm(raw.join("dave"), muted("dave", shadow=True), raw.leave("dave", 1))


def test_a_line_is_shadowed_by_its_own_mark() -> None:
    event = raw.last(raw.chat("dave", "x", shadow=True))
    assert isinstance(event, Chat)
    assert event.shadow
