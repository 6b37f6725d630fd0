"""What the history looks like in DuckDB: the columns of its files, the tables made of them, and how transactions become rows.

A file holds one row for each leg of a posting, and one for each transaction without legs (a refusal, an account opened, a ban). What is
said of the transaction stands in each of its rows: repeated neighbours cost a compressed column next to nothing, and one file stays one
thing, written and replaced whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from libs.common.contracts.ledger import DAYS_EARNINGS

_WORK: Final = ", ".join(f"'{kind}'" for kind in sorted(DAYS_EARNINGS))
EARNED: Final = f"counts = 'earned' AND (type IN ({_WORK}) OR amount < 0 AND json_extract_string(metadata, '$.undoes') IN ({_WORK}))"
"""What counts as earned in a span of time, by the ledger's rule: gifts, wallets and interest are no day's work; what is undone is less."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: str
    means: str


_OF_TRANSACTIONS: Final = (
    Column("number", "BIGINT", "its place in the ledger's one numbering over all channels; without holes, in commit order"),
    Column("kind", "VARCHAR", "`posting`, `refused`, `opened`, `banned`, `unbanned`, `frozen` or `unfrozen`"),
    Column("channel", "VARCHAR", "the channel, as it stands in subjects"),
    Column("key", "VARCHAR", "under which it was done once"),
    Column("happened", "TIMESTAMP", "when its cause happened (event time), UTC; contracts call it `at`, which is a word of DuckDB's own"),
    Column("committed", "TIMESTAMP", "when the ledger committed it, UTC; never goes back from number to number"),
    Column("caller", "VARCHAR", "the service that asked for it"),
    Column("actor", "VARCHAR", "who asked for it, where a person did"),
    Column("cause", "VARCHAR", "the id of the event or request behind it"),
    Column("reverses", "VARCHAR", "the key of the posting it undoes"),
    Column("refusal", "VARCHAR", "why it was refused"),
    Column("detail", "VARCHAR", "the same for operators"),
)
_ABOUT: Final = Column("about", "VARCHAR", "the account concerned, where it is no posting")
_OF_LEGS: Final = (
    Column("leg", "SMALLINT", "its place in the posting, from 0"),
    Column("account", "VARCHAR", "the viewer as last spelt; or `@mint`, `@burn`, `@house`, `@escrow`"),
    Column("folded", "VARCHAR", "the same in lower case: by this an account is found"),
    Column("amount", "BIGINT", "coins that came in; negative: that went out"),
    Column("balance", "BIGINT", "the account's balance after it"),
    Column("type", "VARCHAR", "what the movement is called"),
    Column("trigger", "VARCHAR", "what set it off, such as `chat.long_message` or `gambling.spin`"),
    Column("reason", "VARCHAR", "for people"),
    Column("related", "VARCHAR", "the other person concerned"),
    Column("metadata", "JSON", "what else belongs to it"),
    Column("counts", "VARCHAR", "which lifetime total it counts towards: `earned`, `spent`, `wagered`, `won`"),
    Column("owner", "VARCHAR", "whose coins they are, in lower case, where the account is `@escrow`"),
)
COLUMNS: Final = (*_OF_TRANSACTIONS, _ABOUT, *_OF_LEGS)
"""Of a file."""

_REPEATED: Final = ("channel", "happened", "committed", "caller")
ENTRIES: Final = (
    _OF_TRANSACTIONS[0],
    _OF_LEGS[0],
    *(column for column in _OF_TRANSACTIONS if column.name in _REPEATED),
    *_OF_LEGS[1:],
)


@dataclass(frozen=True, slots=True)
class View:
    """One table as it is offered."""

    name: str
    means: str
    columns: tuple[Column, ...]
    query: str

    @property
    def sql(self) -> str:
        """The statement that makes it."""
        return f"CREATE OR REPLACE VIEW {self.name} AS {self.query}"


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)


VIEWS: Final = (
    View(
        "transactions",
        "One row for everything the ledger tells of.",
        (*_OF_TRANSACTIONS, _ABOUT),
        f"SELECT {_names((*_OF_TRANSACTIONS, _ABOUT))} FROM history WHERE leg IS NULL OR leg = 0",
    ),
    View(
        "entries",
        "One row for each leg of each posting: all coins that ever moved. The amounts of a posting come to 0.",
        ENTRIES,
        f"SELECT {_names(ENTRIES)} FROM history WHERE leg IS NOT NULL",
    ),
    View(
        "balances",
        "Every account as it stands.",
        (
            Column("channel", "VARCHAR", "the channel"),
            Column("account", "VARCHAR", "as last spelt"),
            Column("folded", "VARCHAR", "in lower case"),
            Column("balance", "BIGINT", "its coins"),
            Column("entries", "BIGINT", "how often coins moved"),
            Column("since", "TIMESTAMP", "the first time, UTC"),
            Column("until", "TIMESTAMP", "the last time, UTC"),
        ),
        "SELECT channel, arg_max(account, number * 1000 + leg) AS account, folded, arg_max(balance, number * 1000 + leg) AS balance,"
        " count(*) AS entries, min(happened) AS since, max(happened) AS until FROM entries GROUP BY channel, folded",
    ),
    View(
        "daily",
        "The coins of each day (UTC), by what they counted towards.",
        (
            Column("day", "DATE", "of event time, UTC"),
            Column("channel", "VARCHAR", "the channel"),
            Column("earned", "HUGEINT", "coins earned; gifts of administrators, wallets and interest are no day's work"),
            Column("spent", "HUGEINT", "coins spent"),
            Column("wagered", "HUGEINT", "coins staked"),
            Column("won", "HUGEINT", "coins won, the stakes included"),
            Column("minted", "HUGEINT", "coins that came into being"),
            Column("burnt", "HUGEINT", "coins that went for good"),
            Column("postings", "BIGINT", "postings"),
            Column("active", "BIGINT", "viewers with at least one entry"),
        ),
        "SELECT CAST(happened AS DATE) AS day, channel,"
        f" coalesce(sum(amount) FILTER ({EARNED}), 0) AS earned,"
        " -coalesce(sum(amount) FILTER (counts = 'spent'), 0) AS spent,"
        " -coalesce(sum(amount) FILTER (counts = 'wagered'), 0) AS wagered, coalesce(sum(amount) FILTER (counts = 'won'), 0) AS won,"
        " -coalesce(sum(amount) FILTER (folded = '@mint'), 0) AS minted, coalesce(sum(amount) FILTER (folded = '@burn'), 0) AS burnt,"
        " count(*) FILTER (leg = 0) AS postings, count(DISTINCT folded) FILTER (NOT starts_with(folded, '@')) AS active"
        " FROM entries GROUP BY ALL",
    ),
    View(
        "triggers_daily",
        "What each trigger paid viewers each day (UTC).",
        (
            Column("day", "DATE", "of event time, UTC"),
            Column("channel", "VARCHAR", "the channel"),
            Column("trigger", "VARCHAR", "what set it off"),
            Column("hits", "BIGINT", "how often it paid"),
            Column("viewers", "BIGINT", "how many different viewers"),
            Column("coins", "HUGEINT", "how many coins"),
        ),
        "SELECT CAST(happened AS DATE) AS day, channel, trigger, count(*) AS hits, count(DISTINCT folded) AS viewers, sum(amount) AS coins"
        " FROM entries WHERE amount > 0 AND NOT starts_with(folded, '@') AND trigger IS NOT NULL GROUP BY ALL",
    ),
)
"""What is offered beside `history`, which is the files as they are."""

FAMILY: Final = (
    "CREATE OR REPLACE MACRO family(named) AS coalesce(array_to_string(string_split(named, '.')"
    "[: CASE WHEN starts_with(named, 'spend.vanity.') THEN 3 ELSE 2 END], '.'), '')"
)
"""A trigger without what names one single thing (a request, a bounty), so that the number of families stays small."""
BY_CHOICE: Final = (
    "CREATE OR REPLACE MACRO by_choice(coins, named, called) AS CASE WHEN coins > 0 THEN"
    " coalesce(starts_with(named, 'chat.') OR starts_with(named, 'content.') OR starts_with(named, 'social.'), false)"
    " ELSE NOT (starts_with(called, 'admin_') OR starts_with(called, 'decay') OR starts_with(called, 'hold_expired')"
    " OR starts_with(called, 'reversal')) END"
)
"""Whether a viewer did something for an entry: said something that pays, or gave coins away. Others are paid for being there."""
MACROS: Final = (FAMILY, BY_CHOICE)

HISTORY: Final = View("history", "The files as they are: transactions and their legs in one.", COLUMNS, "")

_LEG: Final = (
    "STRUCT(account VARCHAR, amount BIGINT, balance BIGINT, type VARCHAR, trigger VARCHAR, reason VARCHAR, related VARCHAR, metadata JSON,"
    " counts VARCHAR, owner VARCHAR)"
)
_TOLD: Final = {
    **{column.name: column.type for column in _OF_TRANSACTIONS if column.name not in {"happened", "committed"}},
    "at": "TIMESTAMPTZ",
    "committed": "TIMESTAMPTZ",
    "account": "VARCHAR",
    "entries": f"{_LEG}[]",
}
_FROM_LEG: Final = {"leg": "leg", "account": "e.account", "folded": "lower(e.account)", "owner": "lower(e.owner)"}


def _rows() -> str:
    said = [f'{"at" if column.name == "happened" else column.name}" AS "{column.name}"' for column in (*_OF_TRANSACTIONS, _ABOUT)]
    said = ['"' + each for each in said]
    moved = [f'CAST({_FROM_LEG.get(column.name, "e." + column.name)} AS {column.type}) AS "{column.name}"' for column in _OF_LEGS]
    return (
        f"SELECT {', '.join((*said, *moved))} FROM ("
        "SELECT * EXCLUDE (entries, account), account AS about, unnest(CASE WHEN len(entries) > 0 THEN entries ELSE [NULL] END) AS e,"
        " unnest(CASE WHEN len(entries) > 0 THEN range(len(entries)) ELSE [NULL] END) AS leg FROM told) ORDER BY number, leg"
    )


_TYPES: Final = ", ".join(f"{name!r}: {kind!r}" for name, kind in _TOLD.items())
READ: Final = (
    "CREATE OR REPLACE TABLE told AS SELECT * REPLACE (timezone('UTC', \"at\") AS \"at\", timezone('UTC', committed) AS committed)"
    " FROM read_json($file, format = 'newline_delimited', maximum_object_size = 16777216,"
    f" columns = {{{_TYPES}}})"
)
"""Takes a file of transactions, one a line, as they stand in the stream."""
TOLD: Final = (
    "SELECT count(*), count(DISTINCT number), min(number), max(number), count(*) FILTER ("
    'number IS NULL OR kind IS NULL OR channel IS NULL OR key IS NULL OR "at" IS NULL OR committed IS NULL) FROM told'
)
"""What has to be known of them: rows, different numbers, the first and the last, and rows that lack what none may lack."""
NEW_ONES: Final = "DELETE FROM told WHERE number <= $1 OR rowid NOT IN (SELECT min(rowid) FROM told GROUP BY number)"
"""Leaves the first of each number behind the one given."""
OTHERS: Final = (
    "SELECT number, told.key, held.key FROM told JOIN ({}) AS held USING (number)"
    " WHERE (told.key, told.committed) IS DISTINCT FROM (held.key, held.committed) ORDER BY number LIMIT 1"
)
"""Finds one of them that is kept already as something else."""
ROWS: Final = _rows()
"""Those transactions as the rows of a file."""
_NOTHING: Final = ", ".join(f'CAST(NULL AS {column.type}) AS "{column.name}"' for column in COLUMNS)
NO_ROWS: Final = f"SELECT {_NOTHING} WHERE false"


def scan(files: Sequence[Path]) -> str:
    """Give the files' rows, in the files' order."""
    return f"SELECT * FROM read_parquet([{', '.join(map(literal, files))}])" if files else NO_ROWS


def literal(text: object) -> str:
    """Give a text as SQL spells it, for places that take no parameter."""
    return "'" + str(text).replace("'", "''") + "'"
