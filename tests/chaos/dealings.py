"""The proof of what games and shop did: what was answered, what the books say, and what the rooms keep is one and the same.

Shares no code with the rooms. Each posting of theirs must have a reason here, and each reason its posting.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos import shoutouts
from tests.chaos.wishes import Wish
from tests.support import books, script
from tests.support.house import House
from tests.support.model_parts import Raw
from tests.support.robot import Robot

CALLERS = ("games", "shop")
Entries = list[tuple[str, int, str]]
"""Account (folded), amount, type."""
SHEET = "/* the operator's own */ .chat-msg { color: #eee; }\n#motd { display: none }"
"""The room's style sheet before anybody bought a color."""
ENDED = ("declined", "withdrawn", "expired", "void")


@dataclass(frozen=True, slots=True)
class Told:
    """One posting of games or shop, as the journal tells it."""

    key: str
    entries: Entries
    balances: dict[str, int]
    """Of each account, after its last entry here."""


class Dealings:
    """All that games and shop had posted."""

    def __init__(self, transactions: list[books.Kept]) -> None:
        """Take the journal."""
        self.postings: dict[str, Told] = {}
        for message in transactions:
            body = message.body
            if body["kind"] == "posting" and body["caller"] in CALLERS:
                entries = [(entry["account"].casefold(), entry["amount"], entry["type"]) for entry in body.get("entries", ())]
                balances = {entry["account"].casefold(): entry["balance"] for entry in body.get("entries", ())}
                self.postings[body["key"]] = Told(body["key"], entries, balances)
        self._explained: set[str] = set()

    @property
    def net(self) -> Counter[str]:
        """What each viewer has more, or less, by it."""
        net = Counter[str]()
        for posting in self.postings.values():
            for account, amount, _ in posting.entries:
                if not account.startswith("@"):
                    net[account] += amount
        return net

    def take(self, key: str, why: str, *entries: tuple[str, int, str]) -> Iterator[str]:
        """Explain a posting; say where it did not move for each account, by type, what it should."""
        posting = self.postings.get(key)
        self._explained.add(key)
        if posting is None:
            yield f"{why}: no posting {key!r}"
        elif _sums(posting.entries) != _sums(entries):
            yield f"{why}: {key!r} moved {posting.entries}, not {list(entries)}"

    def unexplained(self) -> Iterator[str]:
        """Say which postings nobody has a reason for."""
        yield from (f"nobody asked for {self.postings[key]}" for key in self.postings.keys() - self._explained)


def _sums(entries: Iterable[tuple[str, int, str]]) -> Counter[tuple[str, str]]:
    sums = Counter[tuple[str, str]]()
    for account, amount, kind in entries:
        sums[account.casefold(), kind] += amount
    return sums


def broken(house: House, robot: Robot, wishes: list[Wish], dealings: Dealings, raws: Sequence[Raw]) -> list[str]:
    """Say which promises of games and shop were broken; everything must have come to rest. `raws` is all the raw stream holds."""
    return [
        *_wishes(wishes, dealings),
        *_duels(house, wishes, dealings),
        *_bounties(house, wishes, dealings),
        *_sales(house, dealings),
        *shoutouts.broken(house, robot, raws),
        *_colors(house, robot),
        *dealings.unexplained(),
        *_holds(house),
    ]


def _wishes(wishes: list[Wish], dealings: Dealings) -> Iterator[str]:
    for wish in wishes:
        if wish.done:
            yield from _done(wish, wish.answer or {}, dealings)
        elif wish.key in dealings.postings:
            yield f"{wish} was declined, and {dealings.postings[wish.key]}"


def _done(wish: Wish, answer: dict[str, Any], dealings: Dealings) -> Iterator[str]:
    """Compare what somebody was told with what the books say."""
    user, why = wish.user, repr(wish)
    match wish.verb:
        case "spin" | "flip":
            yield from dealings.take(wish.key, why, *_round(user, 0 if answer.get("free") else answer["wager"], answer["payout"]))
        case "tip":
            amount = answer["amount"]
            yield from dealings.take(wish.key, why, (user, -amount, "tip_send"), (answer["target"], amount, "tip_receive"))
        case "buy" | "fortune":
            paid = answer["charged"]
            if wish.settled:
                yield from dealings.take(wish.key, why, (user, -paid, "spend"), ("@burn", paid, "spend"))
        case "shoutout" | "color":
            yield from dealings.take(wish.key, why, *_held(user, answer["price"], "spend"))
        case "bounty":
            yield from dealings.take(wish.key, why, *_held(user, answer["amount"], "bounty_create"))
        case _:
            return  # duels and the ends of bounties are looked at from what is kept of them
    posting = dealings.postings.get(wish.key)
    balance = None if posting is None else posting.balances.get(user.casefold())
    if balance is not None and answer["balance"] != balance:
        yield f"{wish} was told of a balance that was {balance}"


def _round(user: str, wager: int, payout: int) -> Entries:
    kind = "gamble_push" if payout == wager else "gamble_win"
    staked = [(user, -wager, "gamble_wager"), ("@house", wager, "gamble_wager")] if wager else []
    return [*staked, ("@house", -payout, kind), (user, payout, kind)] if payout else staked


def _held(user: str, amount: int, kind: str) -> Entries:
    return [(user, -amount, kind), ("@escrow", amount, kind)]


# -- duels --------------------------------------------------------------------------------------------------------------------------


def _duels(house: House, wishes: list[Wish], dealings: Dealings) -> Iterator[str]:
    query = "SELECT id, challenger, target, wager, rake_percent, state, answer FROM duels"
    answers = {wish.key: wish.answer or {} for wish in wishes if wish.verb == "accept" and wish.done}
    offered = {wish.key for wish in wishes if wish.verb == "challenge" and wish.done}
    for id_, challenger, target, wager, percent, state, answer in books.rows(house.state_dir / "games.db", query):
        why = f"duel {id_} ({state})"
        offered.discard(id_)
        yield from dealings.take(f"duel:{id_}:offer", why, *_held(challenger, wager, "gamble_wager"))
        if state == "settled":
            told = answers.pop(answer, None)
            if told is None:
                yield f"{why}: nobody was told how it came out"
                continue
            rake = int(2 * wager * float(percent) // 100)
            entries = _fought(target, wager, rake, told["winner"])
            yield from dealings.take(f"duel:{id_}:settled", why, *entries)
        elif state in ENDED:
            back = [("@escrow", -wager, "gamble_refund"), (challenger, wager, "gamble_refund")]
            yield from dealings.take(f"duel:{id_}:{state}", why, *back)
        else:
            yield f"{why} is stuck"
    yield from (f"a duel was told of and is not kept: {key}" for key in [*answers, *offered])


def _fought(target: str, wager: int, rake: int, winner: str) -> Entries:
    prize = 2 * wager - rake
    entries = [(target, -wager, "gamble_wager"), ("@house", wager, "gamble_wager")]
    entries += [("@escrow", -wager, "gamble_wager"), ("@house", wager, "gamble_wager")]
    entries += [("@house", -prize, "gamble_win"), (winner, prize, "gamble_win")]
    burnt = [("@house", -rake, "gamble_rake"), ("@burn", rake, "gamble_rake")] if rake else []
    return entries + burnt


# -- bounties, sales, holds ---------------------------------------------------------------------------------------------------------


def _bounties(house: House, wishes: list[Wish], dealings: Dealings) -> Iterator[str]:
    ended = (wish for wish in wishes if wish.done and wish.verb in {"cancel_bounty", "claim_bounty"})
    ends = {(wish.verb, (wish.answer or {})["number"]): wish for wish in ended}
    query = "SELECT number, made, user, amount, refund, state, winner FROM bounties"
    for number, made, user, amount, refund, state, winner in books.rows(house.state_dir / "shop.db", query):
        why = f"bounty {number} ({state})"
        if state == "claimed":
            wish = ends.pop(("claim_bounty", number), None)
            entries = [("@escrow", -amount, "bounty_claim"), (winner, amount, "bounty_claim")]
            yield from [f"{why}: nobody gave it away"] if wish is None else dealings.take(wish.key, why, *entries)
        elif state == "cancelled":
            wish = ends.pop(("cancel_bounty", number), None)
            given = refund if wish is None or wish.user.casefold() == user else amount
            entries = _given_back(user, amount, given)
            yield from [f"{why}: nobody did that"] if wish is None else dealings.take(wish.key, why, *entries)
        elif state == "expired":
            yield from dealings.take(f"bounty:{number}:{made}:{script.CHANNEL}:expire", why, *_given_back(user, amount, refund))
        elif state != "open":
            yield f"{why} is stuck"
    yield from (f"{wish}: no bounty ended so" for wish in ends.values())


def _given_back(user: str, amount: int, refund: int) -> Entries:
    kind = "bounty_expired_refund"
    back = [(user, refund, kind)] if refund else []
    burnt = [("@burn", amount - refund, kind)] if refund < amount else []
    return [("@escrow", -amount, kind), *back, *burnt]


def _sales(house: House, dealings: Dealings) -> Iterator[str]:
    query = "SELECT id, ware, user, price, state FROM sales"
    for id_, ware, user, price, state in books.rows(house.state_dir / "shop.db", query):
        why = f"sale {id_} of {ware} ({state})"
        if state == "paid":
            yield from dealings.take(f"purchase:{id_}:capture", why, ("@escrow", -price, "spend"), ("@burn", price, "spend"))
        elif state == "returned":
            yield from dealings.take(f"purchase:{id_}:release", why, ("@escrow", -price, "refund"), (user, price, "refund"))
        else:
            yield f"{why} is stuck"


def _colors(house: House, robot: Robot) -> Iterator[str]:
    """Say whose color is not in the sheet, and whether the operator's own rules are."""
    if not robot.css.startswith(SHEET):
        yield f"the operator's style sheet is not what it was: {robot.css!r}"
    query = "SELECT name, value FROM vanity_items WHERE item = 'chat_color'"
    for name, value in books.rows(house.state_dir / "shop.db", query):
        if not re.search(rf"\.chat-msg-{name}\b[^{{}}]*{{[^}}]*{value}", robot.css, re.IGNORECASE):
            yield f"{name} paid for {value}, which is not in {robot.css!r}"


def _holds(house: House) -> Iterator[str]:
    """Say which coins are held for nothing that is open, and what is open without coins held for it."""
    held = dict(books.rows(house.state_dir / "ledger.db", "SELECT name, amount FROM holds WHERE state = 'open'"))
    bounties = books.rows(house.state_dir / "shop.db", "SELECT number, made, amount FROM bounties WHERE state = 'open'")
    open_ = {f"bounty:{number}:{made}": amount for number, made, amount in bounties}
    if held != open_:
        yield f"held: {held}; open: {open_}"
