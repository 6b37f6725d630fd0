"""`kryten-economy audit`: prove that the books balance."""

from importlib import import_module

import typer

from libs.cli.options import ConfigOption, StateDirOption, configuration, fail, state_directory


def command(config: ConfigOption = None, state_dir: StateDirOption = None) -> None:
    """Check every balance, entry, hold and total of the ledger, reading only. Ends with status 0 only if all is right."""
    directory = state_dir if state_dir is not None else state_directory(None, configuration(config))
    ledger = directory / "ledger.db"
    if not ledger.is_file():
        raise fail(f"there is no ledger at {ledger}")
    findings: list[str] = import_module("services.ledger.audit").audit(ledger)
    for finding in findings:
        typer.echo(finding)
    if findings:
        raise fail(f"the books do NOT balance: {len(findings)} findings")
    typer.echo("the books balance")
