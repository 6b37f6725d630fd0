"""Each command, on the ledger's own doors."""

from datetime import timedelta

import pytest

from libs.common.contracts.reload import Reloaded
from libs.common.service import VERSION
from services.commands.replies.about import about
from tests.support.commands import NOON
from tests.support.front import OWNER, Front
from tests.support.teller import give, hold, pay


@pytest.fixture
def front() -> Front:
    front = Front(ignored_users=["Nepbot"])
    front.teller.viewers(Alice=1_234, Bob=50)
    return front


class TestHelp:
    async def test_a_viewer_sees_what_a_viewer_may(self, front: Front) -> None:
        text = await front.told("help")
        assert "Coins: balance, history" in text
        assert "grant" not in text

    async def test_an_administrator_sees_the_rest(self, front: Front) -> None:
        text = await front.told("HELP", "owner", OWNER)
        [theirs] = [line for line in text.split("\n") if line.startswith("Administrators: ")]
        assert {"grant", "set_balance", "ban", "reload", "econ:stats", "audit-log", "undo"} <= set(theirs.split(": ", 1)[1].split(", "))

    async def test_each_section_fits_into_one_message(self, front: Front) -> None:
        assert max(map(len, (await front.told("help", "owner", OWNER)).split("\n"))) <= 300

    async def test_one_command_is_explained_by_any_of_its_names(self, front: Front) -> None:
        assert await front.told("help LB") == (
            "top [board] (also: leaderboard, lb): Who earned most today. Also: top rich, top lifetime, top ranks."
        )

    async def test_what_only_administrators_may_is_not_explained_to_viewers(self, front: Front) -> None:
        assert await front.told("help grant") == "That command is for administrators."

    async def test_what_is_no_command_is_told_as_such(self, front: Front) -> None:
        assert await front.told("help dance") == await front.told("dance")


async def test_a_word_that_is_no_command_is_pointed_to_help(front: Front) -> None:
    assert "'help'" in await front.told("!balance")


async def test_about_tells_version_and_uptime(front: Front) -> None:
    assert (await front.told("about")) == about(VERSION, 0)
    assert about("1.2", 3_725).endswith("1.2, running for 1h 2m 5s.")


class TestBalance:
    async def test_it_tells_coins_currency_and_rank(self, front: Front) -> None:
        assert await front.told("bal") == "You have 1,234 Z (Z-Coins). Rank: Grip."

    async def test_what_is_held_is_at_stake(self, front: Front) -> None:
        front.teller.done(hold("wager", "alice", 200))
        assert "You have 1,034 Z (Z-Coins). 200 Z more are at stake." in await front.told("balance")


class TestHistory:
    async def test_it_tells_amount_reason_and_minute_newest_first(self, front: Front) -> None:
        front.teller.now = NOON + timedelta(hours=1)
        front.teller.done(pay("alice", "@burn", 34, "spend"))
        assert await front.told("history") == (
            "Newest first, times in UTC:\n22 Nov 13:00  -34 Z  spend\n22 Nov 12:00  +1,234 Z  admin_adjust"
        )

    async def test_times_are_those_of_the_economy(self) -> None:
        front = Front(economy={"timezone": "Europe/Berlin"})
        front.teller.viewers(alice=5)
        assert "times in Europe/Berlin:\n22 Nov 13:00  +5 Z" in await front.told("history")

    @pytest.mark.parametrize(("word", "lines"), [("", 10), ("3", 3), ("0", 1), ("-7", 1), ("99", 25), ("many", 10)])
    async def test_a_count_is_forced_into_its_bounds(self, front: Front, word: str, lines: int) -> None:
        for _ in range(30):
            front.teller.done(give("alice", 1))
        assert len((await front.told(f"history {word}")).splitlines()) == 1 + lines

    async def test_nobody_unknown_has_one(self, front: Front) -> None:
        assert "empty so far" in await front.told("history", "stranger")


class TestTop:
    @pytest.mark.parametrize("words", ["top", "lb today", "leaderboard EARNERS"])
    async def test_it_tells_who_earned_most_today(self, front: Front, words: str) -> None:
        front.teller.done(give("alice", 12, "earn"), give("bob", 50, "milestone"), give("alice", 1_000, "admin_grant"))
        assert await front.told(words) == "Earned today:\n🥇 Bob 50 Z\n🥈 Alice 12 Z"

    async def test_yesterday_is_another_day(self, front: Front) -> None:
        assert [text for _, text in await front.ask("top", at=NOON + timedelta(days=1))] == ["Earned today: nobody yet."]

    @pytest.mark.parametrize("word", ["rich", "balance", "balances"])
    async def test_it_tells_who_has_most(self, front: Front, word: str) -> None:
        front.teller.done(pay("alice", "bob", 1_000, "tip_send"))
        assert await front.told(f"top {word}") == "Most coins:\n🥇 Bob 1,050 Z\n🥈 Alice 234 Z"

    @pytest.mark.parametrize("word", ["lifetime", "all"])
    async def test_it_tells_who_earned_most_ever(self, front: Front, word: str) -> None:
        front.teller.done(pay("alice", "bob", 1_000, "tip_send"))
        assert await front.told(f"top {word}") == "Earned in a lifetime:\n🥇 Alice 1,234 Z\n🥈 Bob 50 Z"

    async def test_ranks_are_counted_highest_first(self, front: Front) -> None:
        assert await front.told("top ranks") == "Ranks:\nGrip: 1\nExtra: 1"

    async def test_the_robot_and_the_ignored_have_no_place(self, front: Front) -> None:
        front.teller.viewers(ZCoinBot=9_999, nepbot=9_999)
        assert await front.told("top rich") == "Most coins:\n🥇 Alice 1,234 Z\n🥈 Bob 50 Z"
        assert await front.told("top ranks") == "Ranks:\nGrip: 1\nExtra: 1"

    async def test_who_is_not_among_the_first_ten_is_told_their_place(self, front: Front) -> None:
        front.teller.viewers(**{f"rich{number}": 5_000 + number for number in range(10)})
        text = await front.told("top rich", "BOB")
        assert text.splitlines()[-1] == "You are number 12 with 50 Z."
        assert len(text.splitlines()) == 12

    async def test_another_word_is_answered_with_the_right_ones(self, front: Front) -> None:
        assert "top rich" in await front.told("top poor")


class TestGrant:
    async def test_it_is_told_to_both_under_the_name_the_room_knows(self, front: Front) -> None:
        assert await front.ask("grant @BOB 1_000 for the film", "owner", OWNER) == [
            ("owner", "Granted 1,000 Z to Bob, who now has 1,050 Z."),
            ("Bob", "owner gave you 1,000 Z: for the film"),
        ]

    async def test_a_new_account_is_told_as_such(self, front: Front) -> None:
        [(_, text), _] = await front.ask("grant Carol 5", "owner", OWNER)
        assert text == "Granted 5 Z to Carol, who now has 5 Z. That is a new account: nobody had one by that name."

    async def test_another_spelling_makes_no_second_account(self, front: Front) -> None:
        await front.ask("grant @bOb 5", "owner", OWNER)
        assert front.teller.account("bob").account == "Bob"
        assert front.teller.balance("Bob") == 55


class TestDeduct:
    async def test_it_is_told_to_both(self, front: Front) -> None:
        assert await front.ask("deduct @bob 20 for spam", "owner", OWNER) == [
            ("owner", "Took 20 Z from Bob, who now has 30 Z."),
            ("Bob", "owner took 20 Z from you: for spam"),
        ]
        assert front.teller.ask("history", b'{"account": "bob"}')["rows"][0]["type"] == "admin_deduct"

    async def test_nobody_goes_below_nothing(self, front: Front) -> None:
        assert await front.told("deduct bob 51", "owner", OWNER) == "Nothing taken: Bob has only 50 Z."
        assert front.teller.balance("bob") == 50

    async def test_an_unknown_name_is_no_phantom(self, front: Front) -> None:
        assert "Nobody has an account by the name of bobb" in await front.told("deduct bobb 5", "owner", OWNER)

    @pytest.mark.parametrize("words", ["", "bob", "bob many", "bob 0", "bob -5", "b!b 5"])
    async def test_what_does_not_fit_takes_nothing(self, front: Front, words: str) -> None:
        assert await front.told(f"deduct {words}", "owner", OWNER)
        assert front.teller.balance("bob") == 50


class TestSetBalance:
    @pytest.mark.parametrize(
        ("amount", "text"),
        [
            ("500", "Bob now has 500 Z instead of 50 Z."),
            ("0", "Bob now has 0 Z instead of 50 Z."),
            ("50", "Bob had 50 Z already."),
        ],
    )
    async def test_it_tells_what_was_and_what_is(self, front: Front, amount: str, text: str) -> None:
        assert await front.told(f"set_balance @bob {amount}", "owner", OWNER) == text
        assert front.teller.balance("bob") == int(amount)

    @pytest.mark.parametrize("words", ["", "bob", "bob -1", "bobb 5"])
    async def test_what_does_not_fit_changes_nothing(self, front: Front, words: str) -> None:
        assert await front.told(f"set_balance {words}", "owner", OWNER)
        assert front.teller.balance("bob") == 50


class TestBan:
    async def test_both_are_told(self, front: Front) -> None:
        assert await front.ask("ban @bob for spam", "owner", OWNER) == [
            ("owner", "Bob is suspended from the economy."),
            ("Bob", "Your account here was suspended: for spam"),
        ]

    async def test_twice_is_once(self, front: Front) -> None:
        await front.ask("ban bob", "owner", OWNER)
        assert await front.told("ban bob", "owner", OWNER) == "Bob is suspended already."

    @pytest.mark.parametrize("words", ["balance", "help", "about", "top", "quiet", "history", "dance"])
    async def test_who_is_suspended_is_told_nothing_else(self, front: Front, words: str) -> None:
        await front.ask("ban bob for spam", "owner", OWNER)
        assert await front.told(words, "BOB") == "Your account is suspended: for spam"

    async def test_administrators_commands_work_for_a_suspended_one(self, front: Front) -> None:
        await front.ask("ban owner", "owner", OWNER)
        assert (await front.ask("grant bob 5", "owner", OWNER))[0][1].startswith("Granted")

    async def test_who_is_unknown_can_be_kept_out_beforehand(self, front: Front) -> None:
        [(_, text), _] = await front.ask("ban pest", "owner", OWNER)
        assert text == "pest is suspended from the economy. Nobody had an account by that name until now."

    @pytest.mark.parametrize("name", ["ZCOINBOT", "nepbot"])
    async def test_who_takes_no_part_can_not_be_suspended(self, front: Front, name: str) -> None:
        assert "takes no part" in await front.told(f"ban {name}", "owner", OWNER)

    async def test_an_account_is_given_back_and_both_are_told(self, front: Front) -> None:
        await front.ask("ban bob", "owner", OWNER)
        assert await front.ask("unban @BOB", "owner", OWNER) == [
            ("owner", "Bob takes part in the economy again."),
            ("Bob", "Your account here is yours again. Welcome back!"),
        ]
        assert (await front.told("balance", "bob")).startswith("You have 50 Z")

    async def test_who_is_not_suspended_is_not_given_back(self, front: Front) -> None:
        assert await front.told("unban bob", "owner", OWNER) == "Bob is not suspended."
        assert "Nobody has an account" in await front.told("unban bobb", "owner", OWNER)


class TestAnnounce:
    async def test_it_is_said_in_the_room_and_confirmed(self, front: Front) -> None:
        answer, line = await front.announced("announce Film  at NINE!", "owner", OWNER)
        assert (answer.lane, answer.to, answer.text, answer.kind) == ("pm", "owner", "I tell the room: Film at NINE!", "answer")
        assert (line.lane, line.to, line.text, line.kind) == ("chat", None, "Film at NINE!", "notice")

    async def test_old_news_is_not_said(self, front: Front) -> None:
        front.now = NOON + timedelta(hours=1)
        front.clerk.tick(front.now)
        assert "I did nothing" in await front.told("announce soon!", "owner", OWNER)

    async def test_nothing_is_not_announced(self, front: Front) -> None:
        assert await front.told("announce", "owner", OWNER) == "Something is missing. Use: announce text"


class TestReload:
    @pytest.mark.parametrize(
        ("reloaded", "text"),
        [
            (Reloaded(success=True), "Reloaded: nothing has changed."),
            (Reloaded(success=True, changed=True), "Reloaded."),
            (
                Reloaded(success=True, changed=True, changed_keys=["currency.symbol"], behind=["earning"], restart=["metrics.port"]),
                "Reloaded. Changed: currency.symbol. Still catching up: earning. After a restart only: metrics.port.",
            ),
            (
                Reloaded(success=True, changed=True, changed_keys=[f"k{number}" for number in range(10)], warnings=["odd"]),
                "Reloaded. Changed: k0, k1, k2, k3, k4, k5, k6, k7 and 2 more. 1 warning: 'kryten-economy check' shows more.",
            ),
            (
                Reloaded(success=False, code="invalid_configuration", problems=["a: no", "b: no", "c: no", "d: no"]),
                "Not reloaded, everything stays as it was:\na: no\nb: no\nc: no\nand 1 more; 'kryten-economy check' shows them all.",
            ),
            (Reloaded(success=False, error="no such file"), "Not reloaded, everything stays as it was:\nno such file"),
        ],
    )
    async def test_what_came_of_it_is_told(self, front: Front, reloaded: Reloaded, text: str) -> None:
        front.reloaded = reloaded
        assert await front.told("reload", "owner", OWNER) == text


class TestQuiet:
    @pytest.mark.parametrize("words", ["quiet", "MUTE"])
    async def test_anybody_may_be_quiet(self, front: Front, words: str) -> None:
        assert "'unquiet' undoes this" in await front.told(words, "stranger", None)

    async def test_it_can_be_undone(self, front: Front) -> None:
        await front.told("quiet")
        assert "'quiet' stops that" in await front.told("unmute", "ALICE")

    async def test_quiet_off_undoes_it_too(self, front: Front) -> None:
        await front.told("quiet on")
        assert "'quiet' stops that" in await front.told("quiet OFF")


class TestWithoutTheLedger:
    @pytest.fixture(autouse=True)
    def nobody_answers(self, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.commands.clerk._SUSPENSION_SECONDS", 0.01)
        front.silent = {"account"}

    @pytest.mark.parametrize("words", ["help", "about", "quiet", "unquiet", "dance"])
    async def test_what_does_not_need_it_is_answered(self, front: Front, words: str) -> None:
        assert "later" not in await front.told(words)

    @pytest.mark.parametrize("words", ["announce hello", "reload", "help grant"])
    async def test_what_administrators_need_most_works(self, front: Front, words: str) -> None:
        assert (await front.ask(words, "owner", OWNER))[0][0] == "owner"
