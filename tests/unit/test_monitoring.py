"""Dashboard, alarms and scraping: whole, and of figures there are."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate import metrics
from libs.common.services import existing
from services.analytics.exposition import always
from services.analytics.figures import OLDER

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\beconomy_[a-z0-9_]+")

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool")


def known() -> dict[str, set[str]]:
    """Give every figure of the reference as it can be asked for, with its labels."""
    rows = re.findall(r"^\| `(economy_\w+)` \| (\w+) \| ([\w, -]+) \|", metrics.reference(), re.MULTILINE)
    found: dict[str, set[str]] = {}
    for name, kind, labels in rows:
        names = [f"{name}_{part}" for part in ("bucket", "sum", "count")] if kind == "histogram" else [name]
        found |= dict.fromkeys(names, set(labels.replace("-", "").replace(",", " ").split()) | ({"le"} if kind == "histogram" else set()))
    return found


def panels() -> list[dict[str, Any]]:
    model = json.loads((DEPLOY / "grafana" / "kryten-economy.json").read_text(encoding="utf-8"))
    return [panel for panel in model["panels"] if panel["type"] != "row"]


def queries() -> list[tuple[str, str]]:
    """Give each query of the dashboard with its legend."""
    return [(target["expr"], target["legendFormat"]) for panel in panels() for target in panel["targets"]]


def alarms() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def figures(text: str) -> set[str]:
    return set(NAME.findall(text))


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_every_panel_says_what_it_shows_and_in_what(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


def test_no_two_panels_lie_on_one_another() -> None:
    places = [panel["gridPos"] for panel in panels()]
    squares = [(place["x"] + x, place["y"] + y) for place in places for x in range(place["w"]) for y in range(place["h"])]
    assert len(set(squares)) == len(squares)


def test_the_dashboard_shows_figures_there_are() -> None:
    assert {name for query, _ in queries() for name in figures(query)} - known().keys() == set()


def test_the_dashboard_shows_all_figures_the_older_one_had() -> None:
    older = {figure.name + ("_total" if figure.kind == "counter" else "") for figure in (*always(), *OLDER)}
    shown = {name for query, _ in queries() for name in figures(query)}
    assert older - shown == {"economy_service_status"}  # each service has its own instead


def test_legends_speak_of_labels_there_are() -> None:
    strays = []
    for query, legend in queries():
        labels = set().union(*(known()[name] for name in figures(query)))
        strays += [f"{legend}: {query}" for label in re.findall(r"\{\{(\w+)\}\}", legend) if label not in labels]
    assert strays == []


def test_what_has_a_channel_follows_the_choice_of_channels() -> None:
    of_channels = [query for query, legend in queries() if "{{channel}}" in legend]
    assert [query for query in of_channels if '{channel=~"$channel"' not in query] == []


def test_alarms_are_about_figures_there_are() -> None:
    assert {name for alarm in alarms() for name in figures(alarm["expr"])} - known().keys() == set()


@pytest.mark.parametrize("alarm", alarms(), ids=lambda alarm: alarm["alert"])
def test_every_alarm_says_how_bad_it_is_what_is_wrong_and_what_to_do(alarm: dict[str, Any]) -> None:
    assert alarm["labels"]["severity"] in {"critical", "warning"}
    assert alarm["annotations"]["summary"]
    assert alarm["annotations"]["action"].endswith(".")


def test_alarms_name_labels_there_are() -> None:
    strays = []
    for alarm in alarms():
        labels = set().union({"instance", "path"}, *(known()[name] for name in figures(alarm["expr"])))
        strays += [
            f"{alarm['alert']}: {label}" for label in re.findall(r"\$labels\.(\w+)", str(alarm["annotations"])) if label not in labels
        ]
    assert strays == []


def test_every_service_is_scraped() -> None:
    scraping = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = scraping["scrape_configs"][0]["static_configs"]
    assert sorted(target["labels"]["process"] for target in targets) == sorted(existing())


@needs_promtool
@pytest.mark.parametrize(("check", "file"), [("rules", "alerts.yml"), ("config", "prometheus.yml")])
def test_prometheus_finds_nothing_to_complain_of(check: str, file: str) -> None:
    done = subprocess.run(["promtool", "check", check, str(DEPLOY / "prometheus" / file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_alarm_is_explained() -> None:
    page = (DEPLOY.parent / "docs" / "how-to" / "monitoring.md").read_text(encoding="utf-8")
    assert [alarm["alert"] for alarm in alarms() if f"`{alarm['alert']}`" not in page] == []
