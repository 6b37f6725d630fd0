import sqlite3

from libs.common.contracts.ledger import MINT, Posting, Transfer
from libs.common.database import migrate
from services.commands import store
from services.commands.orders import Begun, Order
from tests.support.commands import NOON, message


def test_an_order_kept_by_an_earlier_version_is_still_known() -> None:
    asked = message("grant bob 5", user="owner", rank=5)
    posting = Posting(key="pm:1", at=NOON, lines=[Transfer(source=MINT, target="bob", amount=5, type="admin_grant")])
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, store.MIGRATIONS[:1])
    db.execute("INSERT INTO inbox (event_id, sequence, event) VALUES ('1', 1, ?)", (asked.encode(),))
    db.execute("INSERT INTO requests VALUES ('pm:1', 1, ?)", (posting.encode(),))

    migrate(db, store.MIGRATIONS)

    assert store.questions(db) == [store.Question(1, 1, asked, Begun("grant", Order("post", posting)))]
