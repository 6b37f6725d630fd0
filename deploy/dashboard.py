"""The dashboard for Grafana, made of `grafana/panels.yaml`: its own JSON says the same at ten times the length.

The older program's figures stand under their names; what has a channel follows the dashboard's variable.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

PANELS: Final = Path(__file__).parent / "grafana" / "panels.yaml"

_IN_A_ROW: Final = 4
_WIDTH, _HEIGHT = 24 // _IN_A_ROW, 7
_SOURCE: Final = {"type": "prometheus", "uid": "${source}"}
_CHANNELS: Final = "label_values(economy_total_accounts, channel)"
_FINE: Final = {"color": "green", "value": None}

Panel = Mapping[str, Any]


def dashboard() -> str:
    """Give the text of the file that Grafana imports."""
    model = {
        "uid": "kryten-economy",
        "title": "kryten-economy",
        "description": "Written by python -m deploy.generate; changes belong into deploy/grafana/panels.yaml.",
        "tags": ["kryten"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_source(), _channel()]},
        "panels": list(_panels(yaml.safe_load(PANELS.read_text(encoding="utf-8")))),
    }
    return json.dumps(model, indent=1, ensure_ascii=False) + "\n"


def _source() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _channel() -> dict[str, Any]:
    return {
        "name": "channel",
        "label": "Channel",
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": _CHANNELS, "refId": "channel"},
        "definition": _CHANNELS,
        "multi": True,
        "includeAll": True,
        "current": {"text": ["All"], "value": ["$__all"]},
        "refresh": 2,
        "sort": 1,
    }


def _panels(rows: Mapping[str, Sequence[Panel]]) -> Iterator[dict[str, Any]]:
    number = top = 0
    for title, panels in rows.items():
        number += 1
        place = _place(0, top, _WIDTH * _IN_A_ROW, 1)
        yield {"id": number, "type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": place}
        top += 1
        for index, panel in enumerate(panels):
            number += 1
            row, column = divmod(index, _IN_A_ROW)
            yield {"id": number, "gridPos": _place(column * _WIDTH, top + row * _HEIGHT, _WIDTH, _HEIGHT), **_panel(panel)}
        top += -(-len(panels) // _IN_A_ROW) * _HEIGHT


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(panel: Panel) -> dict[str, Any]:
    kind = panel.get("kind", "timeseries")
    lines = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}}
    number = {"textMode": "auto", "colorMode": "value", "reduceOptions": {"calcs": ["lastNotNull"]}}
    thresholds = {"mode": "absolute", "steps": _steps(panel)}
    return {
        "type": kind,
        "title": panel["title"],
        "description": panel["about"],
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": panel["unit"], "thresholds": thresholds}, "overrides": []},
        "options": lines if kind == "timeseries" else number,
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": _SOURCE, "expr": query, "legendFormat": legend}
            for index, (legend, query) in enumerate(panel["queries"].items())
        ],
    }


def _steps(panel: Panel) -> list[dict[str, Any]]:
    first = [{"color": "red", "value": None}, {"color": "green", "value": panel["fine"]}] if "fine" in panel else [_FINE]
    return [*first, {"color": "red", "value": panel["alarm"]}] if "alarm" in panel else first
