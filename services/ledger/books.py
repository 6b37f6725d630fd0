"""What a posting does to the accounts: every line kind, decided on what is known of them, without a database or a clock.

A `Draft` takes lines one after another and changes the accounts it is given. Money only ever moves in pairs of legs, from one account
to another, so what a draft did always sums to zero. A line that can't be done raises `Refusing`; `undo` then puts every account back.
"""

from dataclasses import dataclass, field
from typing import Any

from libs.common.contracts.ledger import DAYS_EARNINGS, MAX_AMOUNT, Why
from services.ledger import classes
from services.ledger.classes import Total
from services.ledger.model import (
    LEGS_MAX,
    SYSTEM_BALANCE_MAX,
    Account,
    Hold,
    HoldState,
    Kept,
    Leg,
    Part,
    Refusing,
    Shelf,
    Use,
    Words,
    undoing,
    words,
)


@dataclass(slots=True)
class Draft:
    """A posting in the making."""

    shelf: Shelf
    legs: list[Leg] = field(default_factory=list)
    opened: list[Account] = field(default_factory=list)
    respelt: list[Account] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    """Made."""
    settled: list[Hold] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)
    """Postings whose rises of limits are undone."""
    reversed: list[int] = field(default_factory=list)
    """Postings undone."""
    _before: dict[Account, tuple[Any, ...]] = field(default_factory=dict)
    _seen: dict[str, Hold] = field(default_factory=dict)
    _counters: dict[tuple[Account, str, str], int] = field(default_factory=dict)

    def undo(self) -> None:
        """Put every account back as it was; the draft is void."""
        for account, before in self._before.items():
            (
                account.balance,
                account.held,
                account.earned,
                account.spent,
                account.wagered,
                account.won,
                account.display,
                account.touched,
            ) = before

    def known(self, name: str) -> Account:
        """Give an account that must exist.

        Raises:
            Refusing: it does not.
        """
        account = self.find(name)
        if account is None:
            raise Refusing("unknown_account", f"{name!r} has no account")
        return account

    def find(self, name: str) -> Account | None:
        folded = name.casefold()
        for account in self.opened:
            if account.name == folded:
                return account
        return self.shelf.account(folded)

    def open(self, name: str, *, keep_spelling: bool) -> None:
        """Open a viewer's account; if it is there, at most take over its spelling."""
        account = self.find(name)
        if account is None:
            self.opened.append(Account(0, name.casefold(), name))
        elif keep_spelling and account.display != name:
            self._keep(account)
            account.display = name
            self.respelt.append(account)

    def transfer(self, source: Account, target: Account, amount: int, why: Why) -> None:
        """Move coins from one account to another, both of them open to it."""
        if source is target:
            raise Refusing("invalid", f"{source.display} can't pay itself")
        kind = why.type
        if source.banned and kind not in classes.ADMIN:
            raise Refusing("banned", f"{source.display} is banned")
        admit(target, kind)
        given = words(why)
        received = given
        if kind in classes.RECEIVED and source.is_viewer and target.is_viewer:
            received = Words(*classes.RECEIVED[kind], given.reason, given.related or source.display, given.metadata)
            if given.related is None:
                given = Words(kind, given.trigger, given.reason, target.display, given.metadata)
        # Nothing is earned but what the mint gives: a viewer's or the house's coins were earned before.
        counts = classes.incoming(kind)
        if not target.is_viewer or (counts == "earned" and source.name != "@mint"):
            counts = None
        self._leg(source, -amount, "transfer", given, classes.outgoing(kind) if source.is_viewer else None)
        self._leg(target, amount, "transfer", received, counts)

    def hold(self, hold: Hold, why: Why) -> None:
        """Put coins of an account into escrow, under a name never used before."""
        account = hold.account
        if not account.is_viewer:
            raise Refusing("not_allowed", f"{account.display} holds nothing: only viewers' coins are held")
        if account.banned:
            raise Refusing("banned", f"{account.display} is banned")
        if hold.burn < 0 or hold.burn > hold.amount:
            raise Refusing("amount_out_of_range", f"hold {hold.name!r} of {hold.amount} can't burn {hold.burn}")
        if hold.name in self._seen or self.shelf.hold(hold.name) is not None:
            raise Refusing("key_conflict", f"hold {hold.name!r} exists")
        self._seen[hold.name] = hold
        given = words(why)
        self._leg(account, -hold.amount, "hold", given)
        self._keep(account)
        account.held += hold.amount
        hold.leg = len(self.legs)
        self._leg(self._escrow, hold.amount, "hold", given, owner=account)
        self.holds.append(hold)

    def capture(self, hold: Hold, target: Account, amount: int | None, why: Why) -> None:
        """Move held coins on to `target`, whole or in part; the rest goes back to the holder."""
        taken = hold.amount if amount is None else amount
        if taken > hold.amount:
            raise Refusing("amount_out_of_range", f"hold {hold.name!r} is {hold.amount}, not {taken}")
        admit(target, why.type)
        self._settle(hold, "captured")
        given = words(why)
        counts = classes.incoming(why.type) if target.is_viewer and why.type not in classes.EARNED else None
        self._from_escrow(hold, target, taken, "capture", given, classes.outgoing(why.type), counts)
        if taken < hold.amount:
            self._from_escrow(hold, hold.account, hold.amount - taken, "rest", given)

    def release(self, hold: Hold, why: Why) -> None:
        """Give held coins back to whom they were taken from, and the limits they had used up."""
        self._settle(hold, "released")
        self._from_escrow(hold, hold.account, hold.amount, "release", words(why))
        self._returned(hold)

    def expire(self, hold: Hold, why: Words) -> None:
        """Do what the hold named at its making for its deadline."""
        self._settle(hold, "expired")
        if hold.burn:
            self._from_escrow(hold, self._known_system("@burn"), hold.burn, "burn", why, "spent")
        if hold.burn < hold.amount:
            self._from_escrow(hold, hold.account, hold.amount - hold.burn, "release", why)
        if not hold.burn:
            self._returned(hold)

    def set(self, account: Account, balance: int, why: Why) -> None:
        """Make the balance what it should be: the difference comes from the mint, or is burnt."""
        if not account.is_viewer:
            raise Refusing("not_allowed", f"the balance of {account.display} follows from what moves")
        difference = balance - account.balance
        given = words(why)
        if difference > 0:
            self._leg(self._known_system("@mint"), -difference, "set", given)
            self._leg(account, difference, "set", given)
        elif difference < 0:
            self._leg(account, difference, "set", given)
            self._leg(self._known_system("@burn"), -difference, "set", given)

    def limit(self, use: Use, maximum: int) -> None:
        """Let a counter rise, if it stays within its maximum."""
        counter = (use.account, use.name, use.window)
        before = self._counter(counter)
        if before + use.add > maximum:
            raise Refusing("limit_reached", f"{use.account.display}: {use.name} in {use.window} is at {before} of {maximum}")
        self._counters[counter] = before + use.add
        self.uses.append(use)

    def reverse(self, kept: Kept, why: Why) -> None:
        """Undo an earlier posting: transfers run backwards, holds are released, limits taken back."""
        if kept.reversed or kept.number in self.reversed:
            raise Refusing("already_reversed", f"posting {kept.number} was undone before")
        if kept.reverses:
            raise Refusing("not_allowed", f"posting {kept.number} undid another; that can't be undone, only done again by a new posting")
        self.reversed.append(kept.number)
        given = words(why)
        for at in range(len(kept.legs) - 2, -1, -2):
            self._reverse_pair(kept, at, given)
        self._take_back(kept.number)

    def wanted(self, name: str) -> Hold:
        """Give a hold that is to be settled.

        Raises:
            Refusing: there is none of that name, or it is settled.
        """
        # One made by this very posting can't be settled by it: there would be no time at which it was held.
        hold = self._seen.get(name) or self.shelf.hold(name)
        if hold is None or not hold.number:
            raise Refusing("unknown_hold", f"there is no hold {name!r}")
        self._seen[name] = hold
        return hold

    @property
    def _escrow(self) -> Account:
        return self._known_system("@escrow")

    def _known_system(self, name: str) -> Account:
        account = self.shelf.account(name)
        if account is None:
            raise LookupError(name)
        return account

    def _reverse_pair(self, kept: Kept, at: int, why: Words) -> None:
        source, target = kept.legs[at], kept.legs[at + 1]
        if source.part in {"transfer", "set"}:
            if target.counts == "earned" and target.type in DAYS_EARNINGS:
                why = undoing(why, target.type)
            self._leg(target.account, -target.amount, "reverse", why, target.counts)
            self._leg(source.account, -source.amount, "reverse", why, source.counts)
        elif source.part == "hold":
            made = next(hold for hold in self.shelf.holds_made_by(kept.number) if hold.leg == at + 1)
            hold = self._seen.get(made.name, made)
            self._settle(hold, "released")
            self._from_escrow(hold, hold.account, hold.amount, "reverse", why)
        elif source.part == "capture":
            caught = next(hold for hold in self.shelf.holds_settled_by(kept.number) if hold.settled_leg == at)
            hold = self._seen.setdefault(caught.name, caught)
            hold.settled_leg = len(self.legs)
            self._leg(target.account, -target.amount, "reverse", why, target.counts)
            self._leg(hold.account, target.amount, "reverse", why, source.counts)
            hold.state = "released"
            self.settled.append(hold)
            self._returned(hold)
        elif source.part != "rest":
            # What was given back can't be held again: its owner may have spent it.
            raise Refusing("not_allowed", f"posting {kept.number} gave money back; that can't be undone")

    def _settle(self, hold: Hold, state: HoldState) -> None:
        if hold.state == "expired":
            raise Refusing("expired", f"hold {hold.name!r} went back at its deadline")
        if hold.state != "open":
            raise Refusing("hold_settled", f"hold {hold.name!r} was {hold.state} before")
        if hold.account.frozen:
            raise Refusing("frozen", f"{hold.account.display} is frozen")
        self._seen[hold.name] = hold
        hold.state = state
        hold.settled_leg = len(self.legs)
        self._keep(hold.account)
        hold.account.held -= hold.amount
        self.settled.append(hold)

    def _from_escrow(
        self, hold: Hold, target: Account, amount: int, part: Part, why: Words, counts: Total | None = None, received: Total | None = None
    ) -> None:
        self._leg(self._escrow, -amount, part, why, counts, hold.account)
        self._leg(target, amount, part, why, received)

    def _returned(self, hold: Hold) -> None:
        """Take back the limits of the posting that made `hold`, once all it held went back whole."""
        for other in self.shelf.holds_made_by(hold.number):
            seen = self._seen.get(other.name, other)
            if seen.state != "released" and not (seen.state == "expired" and not seen.burn):
                return
        self._take_back(hold.number)

    def _take_back(self, number: int) -> None:
        if number in self.taken_back:
            return
        self.taken_back.append(number)
        for use in self.shelf.uses(number):
            counter = (use.account, use.name, use.window)
            self._counters[counter] = self._counter(counter) - use.add

    def _counter(self, counter: tuple[Account, str, str]) -> int:
        known = self._counters.get(counter)
        if known is not None:
            return known
        account, name, window = counter
        return self.shelf.counter(account, name, window) if account.id else 0

    def _leg(
        self, account: Account, amount: int, part: Part, why: Words, counts: Total | None = None, owner: Account | None = None
    ) -> None:
        if account.frozen:
            raise Refusing("frozen", f"{account.display} is frozen")
        balance = account.balance + amount
        if account.is_viewer:
            if balance < 0:
                has = self._before[account][0] if account in self._before else account.balance
                raise Refusing("insufficient_funds", f"{account.display} has {account.balance}, not {-amount}", has)
            if balance > MAX_AMOUNT:
                raise Refusing("amount_out_of_range", f"{account.display} would have {balance}")
        elif abs(balance) > SYSTEM_BALANCE_MAX:
            raise Refusing("amount_out_of_range", f"{account.display} would stand at {balance}")
        if len(self.legs) >= LEGS_MAX:
            raise Refusing("invalid", f"more than {LEGS_MAX} entries")
        self._keep(account)
        account.balance = balance
        if counts is not None:
            self._count(owner or account, counts, amount)
        self.legs.append(Leg(account, amount, balance, part, why, counts, owner))

    def _count(self, account: Account, total: Total, amount: int) -> None:
        self._keep(account)
        if total == "earned":
            account.earned += amount
        elif total == "spent":
            account.spent -= amount
        elif total == "wagered":
            account.wagered -= amount
        else:
            account.won += amount

    def _keep(self, account: Account) -> None:
        if account not in self._before:
            self._before[account] = (
                account.balance,
                account.held,
                account.earned,
                account.spent,
                account.wagered,
                account.won,
                account.display,
                account.touched,
            )
            account.touched = True


def admit(target: Account, kind: str) -> None:
    """Refuse what a banned account may not receive.

    Raises:
        Refusing: the account is banned, and this is neither a refund nor an admin's doing.
    """
    if target.banned and kind not in classes.ADMIN and kind not in classes.REFUNDS:
        raise Refusing("banned", f"{target.display} is banned")
