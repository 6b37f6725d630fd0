"""A comparison, as an operator reads it, or as another program does."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import typer

from libs.cli.replay.figures import Comparison, Row
from libs.cli.showing import Form, show


def as_json(begins: date, ends: date, compared: Sequence[Comparison], remarks: Sequence[str]) -> None:
    """Print one JSON object."""
    channels = {each.channel: _plain(each) for each in compared}
    print(json.dumps({"from": begins.isoformat(), "to": ends.isoformat(), "remarks": list(remarks), "channels": channels}, indent=2))


def as_tables(begins: date, ends: date, compared: Sequence[Comparison]) -> None:
    """Print tables, one channel after the other."""
    for each in compared:
        typer.echo(f"{each.channel}, from {begins} up to {ends}")
        typer.echo()
        show(["coins", "recorded", "other", "difference"], [_cells(row) for row in each.money], Form.TABLE)
        typer.echo()
        show(["minted by trigger", "recorded", "other", "difference"], [_cells(row) for row in each.minted], Form.TABLE)
        typer.echo()
        show(["place", "earned most", "coins", "with the other", "coins"], each.top, Form.TABLE)
        typer.echo()
        if each.moves:
            show(["would hold another rank", "recorded", "other"], each.moves, Form.TABLE)
        else:
            typer.echo("nobody would hold another rank")
        typer.echo()
        typer.echo(_fidelity(each))


def _fidelity(compared: Comparison) -> str:
    """Say how near the replay of what was recorded comes to what really happened."""
    minted = next(row.recorded for row in compared.money if row.what == "minted")
    return f"Really minted by earning in that time: {compared.booked:,}; by the replay of what was recorded: {minted:,}."


def _plain(compared: Comparison) -> dict[str, Any]:
    def figures(rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [{**row._asdict(), "difference": row.difference} for row in rows]

    return {
        "money": figures(compared.money),
        "minted": figures(compared.minted),
        "top": [place._asdict() for place in compared.top],
        "ranks": [move._asdict() for move in compared.moves],
        "booked": compared.booked,
    }


def _cells(row: Row) -> list[Any]:
    return [row.what, row.recorded, row.other, row.difference]
