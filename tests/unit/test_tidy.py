"""The house rules that neither ruff nor mypy knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("services", "libs", "kryten_economy")
EVERYWHERE = (*CODE, "tests", "benchmarks", "deploy", "docs", ".ci")
TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".conf", ".service", ".target", ".sql", ".json", ".html", ".css", ".js", ""}

LONGEST_MODULE = 400
LONGEST_FUNCTION = 70

NATS = {"nats", "faststream"}
STORE = {"store.py", "schema.py", "queries.py", "audit.py"}
"""What a room keeps: `store.py`, or what a folder `store` holds, and what is split off where one file would be too long; an audit reads the
books past their store."""
SQL = re.compile(
    r"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|TRIGGER)\s|WITH\s+\w+\s+AS\s)"
)
SUBJECT = re.compile(
    r"(ECONOMY_(RAW|EVENTS|POSTINGS|TRANSACTIONS|FACTS|ANNOUNCEMENTS|DEADLETTERS)$"
    r"|economy\.(observed|events|postings|transactions|facts|announcements|deadletters|ledger|health|ingest|earning|games|shop|analytics)\b"
    r"|kryten\.(events|lifecycle|economy|robot|command)\.)"
)

# Put together here, so that this file keeps its own rules.
BANNED_WORDS = re.compile("|".join(rf"\b{first}{second}\b" for first, second in (("TO", "DO"), ("FIX", "ME"), ("X", "XX"))))
REGISTRIES = re.compile(
    "|".join(
        rf"{first}{second}"
        for first, second in (("pypi", r"\.org"), ("python", r"hosted\.org"), ("--index", "-url"), ("--extra-index", "-url"))
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.$~/}-])/(home|root|work|workspace|Users|mnt|tmp)/[\w.]")
ISSUE_NUMBERS = re.compile(r"(?i)\b(issue|ticket|pull request|PR|GH)[ -]?#?\d+\b|(?<![&\w/'\"(\[=])#\d{1,4}\b")


@cache
def modules() -> dict[Path, ast.Module]:
    """Give every Python file of the project, parsed, by its path from the root."""
    return {
        path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8"))
        for folder in EVERYWHERE
        for path in (ROOT / folder).rglob("*.py")
    }


def of(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    return ((path, tree) for path, tree in modules().items() if path.parts[0] in folders)


@cache
def texts() -> dict[Path, str]:
    """Give every text file of the project by its path from the root."""
    paths = [path for folder in EVERYWHERE for path in (ROOT / folder).rglob("*")] + list(ROOT.iterdir())
    wanted = (path for path in paths if path.is_file() and path.suffix in TEXTS and path.name not in {"config.yaml", ".git"})
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in wanted}


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(path: Path, tree: ast.Module, roots: set[str]) -> list[str]:
    return [f"{path} imports {name}" for name in imports(tree) if name.split(".")[0] in roots]


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give every string of a module that is no documentation, with its line."""
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.lineno, node.value


def found(pattern: re.Pattern[str], skip: frozenset[str] = frozenset()) -> list[str]:
    return [
        f"{path}:{number}: {match[0]}"
        for path, text in texts().items()
        if str(path) not in skip
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def test_there_is_something_to_look_at() -> None:
    assert Path("libs/common/subjects.py") in modules()


def test_services_never_import_each_other() -> None:
    assert [
        f"{path} imports {name}"
        for path, tree in of("services")
        for name in imports(tree)
        if re.match(r"services\.\w", name) and name.split(".")[1] != path.parts[1]
    ] == []


def test_what_services_share_knows_no_service() -> None:
    shared = ((path, tree) for path, tree in of("libs") if path.parts[1] != "cli")
    assert [hit for path, tree in shared for hit in importers(path, tree, {"services"})] == []


def test_only_the_wiring_of_a_service_knows_nats() -> None:
    rooms = ((path, tree) for path, tree in of("services") if path.name not in {"app.py", "__main__.py"})
    assert [hit for path, tree in rooms for hit in importers(path, tree, NATS)] == []


def test_only_the_store_of_a_service_knows_sqlite() -> None:
    rooms = ((path, tree) for path, tree in of("services") if path.name not in STORE and path.parent.name != "store")
    assert [hit for path, tree in rooms for hit in importers(path, tree, {"sqlite3", "duckdb"})] == []


def test_only_the_store_of_a_service_speaks_sql() -> None:
    rooms = ((path, tree) for path, tree in of("services") if path.name not in STORE and path.parent.name != "store")
    assert [f"{path}:{line}" for path, tree in rooms for line, text in literals(tree) if SQL.match(text)] == []


def test_streams_and_subjects_are_spelt_in_one_file() -> None:
    elsewhere = ((path, tree) for path, tree in of(*CODE) if path != Path("libs/common/subjects.py"))
    assert [f"{path}:{line}: {text}" for path, tree in elsewhere for line, text in literals(tree) if SUBJECT.match(text)] == []


def test_modules_are_short() -> None:
    lengths = {path: len(texts()[path].splitlines()) for path in modules()}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    assert [
        f"{path}:{node.lineno}: {node.name} has {length} lines"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ] == []


def test_every_room_has_its_sign() -> None:
    folders = {path.parent for path, _ in of(*CODE)}
    unsigned = (folder for folder in folders if not (tree := modules().get(folder / "__init__.py")) or not ast.get_docstring(tree))
    assert sorted(map(str, unsigned)) == []


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in of(*CODE) if not ast.get_docstring(tree)] == []


def test_nothing_is_swallowed() -> None:
    """`except Exception` (or wider) with nothing in it but `pass` hides what happened."""
    wide = {"Exception", "BaseException"}
    assert [
        f"{path}:{node.lineno}"
        for path, tree in of(*CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in wide))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ] == []


class TestFastStreamRunsNothingInAThread:
    """A decoder, parser, filter or handler that is no coroutine function runs in a worker thread, once for every message."""

    KEYWORDS = frozenset({"decoder", "parser", "filter"})
    TAKERS = frozenset({"subscriber", "NatsBroker", "NatsRouter", "NatsRoute"})

    @staticmethod
    def named(node: ast.expr) -> str:
        return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""

    def given(self) -> Iterator[tuple[str, str, ast.Module]]:
        """Give what FastStream is given to call: where that is, the name of what is given, and the module it is given in."""
        for path, tree in of(*CODE):
            kept = {self.named(node.targets[0]) for node in ast.walk(tree) if isinstance(node, ast.Assign) and self.subscribes(node.value)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call):
                    continue
                taken: list[ast.expr] = []
                if self.named(node.func) in self.TAKERS:
                    taken += [keyword.value for keyword in node.keywords if keyword.arg in self.KEYWORDS]
                if self.subscribes(node.func) or self.named(node.func) in kept - {""}:
                    taken += node.args
                yield from ((f"{path}:{node.lineno}: {ast.unparse(each)}", self.named(each), tree) for each in taken)

    def coroutines(self, tree: ast.Module) -> set[str]:
        """Give the coroutine functions that a module's names can mean: its own, and those of others where it has none of that name."""
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        everywhere = (node for _, each in of(*CODE) for node in ast.walk(each))
        return {node.name for node in everywhere if isinstance(node, ast.AsyncFunctionDef)} - own

    def subscribes(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self.named(node.func) == "subscriber"

    def test_there_is_something_given(self) -> None:
        assert list(self.given())

    def test_what_is_given_is_a_coroutine_function(self) -> None:
        assert [where for where, name, tree in self.given() if name not in self.coroutines(tree)] == []

    def test_what_subscribes_by_decoration_is_a_coroutine_function(self) -> None:
        assert [
            f"{path}:{node.lineno}: {node.name}"
            for path, tree in of(*CODE)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and any(self.subscribes(each) for each in node.decorator_list)
        ] == []


class TestWhatNoFileHolds:
    def test_promises_to_do_it_later(self) -> None:
        assert found(BANNED_WORDS) == []

    def test_addresses_of_package_registries(self) -> None:
        assert found(REGISTRIES) == []

    def test_paths_of_one_machine(self) -> None:
        assert found(MACHINE_PATHS) == []

    def test_numbers_of_issues(self) -> None:
        assert found(ISSUE_NUMBERS, skip=frozenset({"tests/compat/config-0.15.3.yaml"})) == []


@pytest.mark.parametrize("text", ["see " + "#" + "12", "P" + "R 7", "is" + "sue 7", "G" + "H-12"])
def test_a_number_of_an_issue_is_known(text: str) -> None:
    assert ISSUE_NUMBERS.search(text)


@pytest.mark.parametrize("text", ["&#39;", "'#111111'", "round 12", "a#1"])
def test_other_numbers_are_none_of_an_issue(text: str) -> None:
    assert not ISSUE_NUMBERS.search(text)
