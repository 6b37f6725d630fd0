"""The audit finds each kind of damage, wherever it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from libs.common.contracts.ledger import Open
from libs.common.contracts.ledger_requests import BanRequest, FreezeRequest
from services.ledger.audit import audit
from tests.support.teller import Teller, capture, give, hold, limit, pay, release, reverse

DAMAGE = {
    "a balance raised": "UPDATE accounts SET balance = balance + 1 WHERE name = 'alice'",
    "a balance moved": "UPDATE accounts SET balance = balance + CASE name WHEN 'alice' THEN 1 ELSE -1 END WHERE name IN ('alice', 'bob')",
    "an amount changed": "UPDATE entries SET amount = amount + 1 WHERE number = 2 AND leg = 1",
    "a pair of amounts changed": "UPDATE entries SET amount = amount * 2 WHERE number = 2",
    "a balance after an entry changed": "UPDATE entries SET balance = balance + 1 WHERE number = 2 AND leg = 1",
    "an entry given to another": "UPDATE entries SET account = (SELECT id FROM accounts WHERE name = 'bob') WHERE number = 2 AND leg = 1",
    "an entry removed": "DELETE FROM entries WHERE number = 2 AND leg = 1",
    "a posting removed": "DELETE FROM entries WHERE number = 2; DELETE FROM journal WHERE number = 2",
    "the last posting removed": (
        "DELETE FROM entries WHERE number = (SELECT max(number) FROM journal);"
        "DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)"
    ),
    "an entry without a posting": "UPDATE journal SET kind = 'opened' WHERE number = 2",
    "a type renamed": "UPDATE entries SET type = 'gift' WHERE number = 2",
    "a key changed": "UPDATE journal SET key = 'other' WHERE number = 2",
    "a key freed": "UPDATE journal SET bound = 0 WHERE number = 2",
    "a time changed": "UPDATE journal SET at = at + 1 WHERE number = 2",
    "a commit before the one before": "UPDATE journal SET committed = committed - 1 WHERE number = 3",
    "a refusal with another reason": "UPDATE journal SET refusal = 'frozen' WHERE kind = 'refused'",
    "earnings raised": "UPDATE accounts SET earned = earned + 1 WHERE name = 'alice'",
    "spending lowered": "UPDATE accounts SET spent = spent - 1 WHERE name = 'alice'",
    "winnings raised": "UPDATE accounts SET won = won + 1 WHERE name = 'bob'",
    "a total's entry that does not count": "UPDATE entries SET counts = NULL WHERE counts = 'earned'",
    "a day's earnings raised": "UPDATE quarters SET earned = earned + 1 WHERE account = (SELECT max(account) FROM quarters)",
    "a quarter's sums forgotten": "DELETE FROM quarters WHERE quarter = (SELECT max(quarter) FROM quarters)",
    "a quarter's sums of nothing": "UPDATE quarters SET quarter = quarter + 1",
    "held coins forgotten": "UPDATE accounts SET held = 0 WHERE name = 'bob'",
    "a hold opened again": "UPDATE holds SET state = 'open', settled = NULL WHERE name = 'captured'",
    "a hold settled by nothing": "UPDATE holds SET state = 'released', settled = 1, settled_leg = 0 WHERE name = 'open'",
    "a hold made larger": "UPDATE holds SET amount = amount + 1 WHERE name = 'released'",
    "a hold removed": "DELETE FROM holds WHERE name = 'released'",
    "a limit lowered": "UPDATE limits SET value = 0",
    "a use of a limit removed": "DELETE FROM limit_uses",
    "a reversal removed": "DELETE FROM reversals",
    "a reversal of what is none": "UPDATE reversals SET reversed = 1 WHERE number = (SELECT min(number) FROM reversals)",
    "a ban lifted by hand": "UPDATE accounts SET banned = 0 WHERE name = 'carol'",
    "a freeze by hand": "UPDATE accounts SET frozen = 1 WHERE name = 'alice'",
    "an account nobody opened": "INSERT INTO accounts (channel, kind, name, display, opened) VALUES ('room', 'user', 'eve', 'eve', 0)",
    "a seal changed": "UPDATE seals SET hash = zeroblob(32)",
    "a link of the chain removed": "DELETE FROM seals WHERE first = 1",
    "a guard of the schema removed": "DROP TRIGGER entries_keep_UPDATE",
    "an index of keys removed": "DROP INDEX journal_key",
    "a schema nobody knows": "PRAGMA user_version = 99",
}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give books in which everything happened at least once."""
    teller = Teller(tmp_path_factory.mktemp("full") / "ledger.db")
    teller.viewers(alice=100, bob=100, carol=0)
    teller.done(pay("alice", "@burn", 10), limit("alice", 1, 9), key="spent")
    teller.done(hold("open", "bob", 5))
    teller.done(hold("captured", "bob", 5))
    teller.done(hold("released", "bob", 5), limit("bob", 1, 9))
    teller.seal()
    teller.done(capture("captured"), pay("@house", "bob", 7, "gamble_win"))
    teller.done(release("released"))
    teller.done(pay("alice", "@burn", 1, "decay"), caller="earning")
    teller.done(pay("alice", "bob", 3, "tip_send"), key="tip")
    teller.done(reverse("tip"))
    teller.done(give("alice", 4, "earn"), key="earned")
    teller.done(reverse("earned"))
    teller.ask("ban", BanRequest(key="ban", account="carol", at=teller.now))
    teller.ask("freeze", FreezeRequest(key="freeze", account="bob", at=teller.now))
    teller.list_of(teller.posting(give("carol", 1, "earn")))
    teller.done(Open(account="alice"), give("alice", 1), channel="other")
    teller.seal()
    yield teller.path
    teller.close()


def copied(path: Path, to: Path) -> sqlite3.Connection:
    """Give a copy of a live database, with none of its guards."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        copy = sqlite3.connect(to, isolation_level=None)
        source.backup(copy)
    return copy


def guards(db: sqlite3.Connection) -> list[tuple[str, str]]:
    return db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()


def test_sound_books_have_no_findings(full: Path) -> None:
    assert audit(full) == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(full: Path, tmp_path: Path, damage: str) -> None:
    db = copied(full, tmp_path / "copy.db")
    kept = guards(db)
    if "DROP" not in DAMAGE[damage]:
        for name, _ in kept:
            db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA ignore_check_constraints = ON")
    db.executescript(DAMAGE[damage])
    if "DROP" not in DAMAGE[damage]:
        for _, sql in kept:
            db.execute(sql)
    db.close()
    assert audit(tmp_path / "copy.db") != []


def test_a_reversed_sign_of_everything_is_found(full: Path, tmp_path: Path) -> None:
    """Sums to zero and adds up in itself; only the chain and the kinds of accounts know."""
    db = copied(full, tmp_path / "copy.db")
    for name, _ in (kept := guards(db)):
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA ignore_check_constraints = ON")
    db.executescript("UPDATE entries SET amount = -amount, balance = -balance; UPDATE accounts SET balance = -balance")
    for _, sql in kept:
        db.execute(sql)
    db.close()
    assert any("not what was sealed" in finding for finding in audit(tmp_path / "copy.db"))


def test_a_file_that_is_no_database_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"This is no database. " * 500)
    assert audit(tmp_path / "ledger.db") != []


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert audit(tmp_path / "ledger.db") != []


def test_a_torn_page_is_a_finding(full: Path, tmp_path: Path) -> None:
    copied(full, tmp_path / "copy.db").close()
    with (tmp_path / "copy.db").open("r+b") as file:
        file.seek(4096 * 8)
        file.write(b"\xff" * 4096)
    assert audit(tmp_path / "copy.db") != []


def test_an_empty_ledger_is_sound(tmp_path: Path) -> None:
    Teller(tmp_path / "ledger.db").close()
    assert audit(tmp_path / "ledger.db") == []


def test_one_moment_is_proved_while_the_ledger_goes_on(full: Path, tmp_path: Path) -> None:
    copied(full, tmp_path / "ledger.db").close()
    teller = Teller(tmp_path / "ledger.db")
    teller.db.execute("BEGIN IMMEDIATE")
    teller.done(give("alice", 5), key="meanwhile")
    assert audit(teller.path) == []
    teller.db.execute("COMMIT")
    teller.close()


def test_the_schema_refuses_what_nobody_may_do(full: Path, tmp_path: Path) -> None:
    db = copied(full, tmp_path / "copy.db")
    for statement in (
        "UPDATE entries SET amount = 1 WHERE number = 2",
        "DELETE FROM entries",
        "UPDATE journal SET key = 'x'",
        "DELETE FROM journal",
        "DELETE FROM holds",
        "UPDATE holds SET state = 'captured' WHERE name = 'released'",
        "UPDATE accounts SET balance = -1 WHERE name = 'alice'",
        "INSERT INTO reversals SELECT reversed, number FROM reversals",
        "DELETE FROM seals",
        "DELETE FROM cancelled",
    ):
        if statement.endswith("cancelled"):
            db.execute("INSERT INTO cancelled VALUES ('room', 'k', 'games', 0)")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    db.close()
