"""A ledger of dictionaries: what the real one must come to, written as plainly as can be, sharing nothing with it but the messages."""

import copy
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from libs.common.contracts.ledger import Capture, Hold, Limit, Line, Open, Posting, Release, Reverse, Set, Transfer

SYSTEM = ("@mint", "@burn", "@house", "@escrow")
MINTED = {"earn", "admin_grant"}
SPENT = {"spend", "tip_send", "bounty_claim"}
ADMIN = {"admin_grant", "admin_set_balance"}
REFUND = {"refund", "release", "reversal"}


class No(Exception):
    """Why a posting is refused."""


@dataclass
class Held:
    account: str
    amount: int
    burn: int
    deadline: datetime
    made_by: str
    state: str = "open"


@dataclass
class Done:
    """What a posting did, as a reversal needs it."""

    steps: list[tuple[Any, ...]] = field(default_factory=list)
    limits: list[tuple[tuple[str, str, str], int]] = field(default_factory=list)
    undone: bool = False


@dataclass
class Books:
    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SYSTEM, 0))
    earned: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wagered: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    won: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    banned: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    holds: dict[str, Held] = field(default_factory=dict)
    limits: dict[tuple[str, str, str], int] = field(default_factory=dict)
    keys: dict[str, tuple[Any, str | None]] = field(default_factory=dict)
    """Contents and refusal."""
    done: dict[str, Done] = field(default_factory=dict)
    cancelled: set[tuple[str, str]] = field(default_factory=set)
    told: int = 0
    """Rows of the journal."""
    conflicts: set[Any] = field(default_factory=set)

    def held(self, name: str) -> int:
        return sum(hold.amount for hold in self.holds.values() if hold.account == name and hold.state == "open")

    def post(self, posting: Posting, caller: str, now: datetime, *, background: bool) -> str | None:
        """Give the refusal, or None."""
        contents = (caller, posting.actor, [line.model_dump_json(exclude_none=True) for line in posting.lines])
        if posting.key in self.keys:
            kept, refusal = self.keys[posting.key]
            if kept == contents:
                return refusal
            if background and (posting.key, repr(contents)) not in self.conflicts:
                self.conflicts.add((posting.key, repr(contents)))
                self.told += 1
            return "key_conflict"
        refusal = "cancelled" if (posting.key, caller) in self.cancelled else self._try(posting, now)
        if refusal is None or background:
            self.keys[posting.key] = (contents, refusal)
            self.told += 1
        return refusal

    def expire(self, now: datetime) -> None:
        for name, hold in self.holds.items():
            if hold.state == "open" and hold.deadline <= now and hold.account not in self.frozen:
                hold.state = "expired"
                self.balance["@escrow"] -= hold.amount
                self.balance["@burn"] += hold.burn
                self.balance[hold.account] += hold.amount - hold.burn
                self.spent[hold.account] += hold.burn
                self.told += 1
                self._returned(name)

    def _try(self, posting: Posting, now: datetime) -> str | None:
        before = copy.deepcopy(self.__dict__)
        done = self.done[posting.key] = Done()
        made: set[str] = set()
        try:
            for line in posting.lines:
                self._line(line, posting.key, done, made, now)
        except No as no:
            self.__dict__.update(before)
            return str(no)
        return None

    def _line(self, line: Line, key: str, done: Done, made: set[str], now: datetime) -> None:
        match line:
            case Open():
                if line.account.casefold() not in self.balance:
                    self.balance[line.account.casefold()] = 0
                    self.told += 1
            case Transfer():
                self._transfer(line, done)
            case Hold():
                self._hold(line, key, done, made, now)
            case Capture():
                self._capture(line, done, made)
            case Release():
                hold = self._open_hold(line.hold, made)
                hold.state = "released"
                self._move("@escrow", hold.account, hold.amount)
                done.steps.append(("release",))
                self._returned(line.hold)
            case Set():
                name = self._known(line.account)
                difference = line.balance - self.balance[name]
                source, target = ("@mint", name) if difference > 0 else (name, "@burn")
                if difference:
                    self._move(source, target, abs(difference))
                    done.steps.append(("move", source, target, abs(difference), None, None))
            case Limit():
                counter = (self._known(line.account), line.name, line.window)
                if self.limits.get(counter, 0) + line.add > line.maximum:
                    raise No("limit_reached")
                self.limits[counter] = self.limits.get(counter, 0) + line.add
                done.limits.append((counter, line.add))
            case Reverse():
                self._reverse(line, key)
                done.steps.append(("reverse",))

    def _transfer(self, line: Transfer, done: Done) -> None:
        source, target = self._known(line.source), self._known(line.target)
        if source == target:
            raise No("invalid")
        if source in self.banned and line.type not in ADMIN:
            raise No("banned")
        if target in self.banned and line.type not in ADMIN | REFUND:
            raise No("banned")
        self._move(source, target, line.amount)
        out = into = None
        if source[0] != "@":
            out = "spent" if line.type in SPENT else "wagered" if line.type == "gamble_wager" else None
        if target[0] != "@":
            into = "earned" if source == "@mint" and line.type in MINTED else "won" if line.type == "gamble_win" else None
        self._count(source, out, line.amount)
        self._count(target, into, line.amount)
        done.steps.append(("move", source, target, line.amount, out, into))

    def _hold(self, line: Hold, key: str, done: Done, made: set[str], now: datetime) -> None:
        name = self._known(line.account)
        if name in self.banned:
            raise No("banned")
        if line.burn_at_deadline > line.amount:
            raise No("amount_out_of_range")
        if line.hold in self.holds:
            raise No("key_conflict")
        self._move(name, "@escrow", line.amount)
        self.holds[line.hold] = Held(name, line.amount, line.burn_at_deadline, max(line.deadline, now + timedelta(hours=1)), key)
        made.add(line.hold)
        done.steps.append(("hold", line.hold))

    def _capture(self, line: Capture, done: Done, made: set[str]) -> None:
        hold = self.holds.get(line.hold)
        if hold is None or line.hold in made:
            raise No("unknown_hold")
        target = self._known(line.target)
        amount = hold.amount if line.amount is None else line.amount
        if amount > hold.amount:
            raise No("amount_out_of_range")
        if target in self.banned and line.type not in ADMIN | REFUND:
            raise No("banned")
        self._open_hold(line.hold, made).state = "captured"
        self._move("@escrow", target, amount)
        out = "spent" if line.type in SPENT else "wagered" if line.type == "gamble_wager" else None
        into = "won" if target[0] != "@" and line.type == "gamble_win" else None
        self._count(hold.account, out, amount)
        self._count(target, into, amount)
        if hold.amount > amount:
            self._move("@escrow", hold.account, hold.amount - amount)
        done.steps.append(("capture", line.hold, target, amount, out, into))

    def _reverse(self, line: Reverse, key: str) -> None:
        undone = self.done.get(line.key)
        # A posting that only counts as done once all its lines are can't undo itself.
        if undone is None or line.key == key:
            raise No("unknown_posting")
        if undone.undone:
            raise No("already_reversed")
        if ("reverse",) in undone.steps:
            raise No("not_allowed")
        undone.undone = True
        for step in reversed(undone.steps):
            match step:
                case ("move", source, target, amount, out, into):
                    self._move(target, source, amount)
                    self._count(source, out, -amount)
                    self._count(target, into, -amount)
                case ("hold", name):
                    hold = self._open_hold(name, set())
                    hold.state = "released"
                    self._move("@escrow", hold.account, hold.amount)
                case ("capture", name, target, amount, out, into):
                    hold = self.holds[name]
                    self._move(target, hold.account, amount)
                    self._count(hold.account, out, -amount)
                    self._count(target, into, -amount)
                    hold.state = "released"
                    self._returned(name)
                case _:
                    raise No("not_allowed")
        self._take_back(undone)

    def _returned(self, name: str) -> None:
        key = self.holds[name].made_by
        siblings = [hold for hold in self.holds.values() if hold.made_by == key]
        if all(hold.state == "released" or (hold.state == "expired" and not hold.burn) for hold in siblings):
            self._take_back(self.done[key])

    def _take_back(self, done: Done) -> None:
        for counter, added in done.limits:
            self.limits[counter] -= added
        done.limits = []

    def _open_hold(self, name: str, made: set[str]) -> Held:
        hold = self.holds.get(name)
        if hold is None or name in made:
            raise No("unknown_hold")
        if hold.state != "open":
            raise No("expired" if hold.state == "expired" else "hold_settled")
        if hold.account in self.frozen:
            raise No("frozen")
        return hold

    def _known(self, name: str) -> str:
        if name.casefold() not in self.balance:
            raise No("unknown_account")
        return name.casefold()

    def _move(self, source: str, target: str, amount: int) -> None:
        if source in self.frozen:
            raise No("frozen")
        if source[0] != "@" and self.balance[source] < amount:
            raise No("insufficient_funds")
        if target in self.frozen:
            raise No("frozen")
        self.balance[source] -= amount
        self.balance[target] += amount

    def _count(self, name: str, total: str | None, amount: int) -> None:
        if total is not None:
            getattr(self, total)[name] += amount
