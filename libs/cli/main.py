"""The commands, by name."""

import typer

from libs.cli import audit, backup, bare, chat, check, deadletters, provision, reload, report, restore, run, up, verify_fair

app = typer.Typer(add_completion=False)
app.callback(invoke_without_command=True)(bare.alone)
app.command("up")(up.command)
app.command("run")(run.command)
app.command("provision")(provision.command)
app.command("check")(check.command)
app.command("audit")(audit.command)
app.command("verify-fair")(verify_fair.command)
app.command("report")(report.command)
app.command("sql")(report.sql)
app.command("backup")(backup.command)
app.command("restore")(restore.command)
app.command("reload")(reload.command)
app.add_typer(deadletters.app, name="deadletters")
app.command("chat")(chat.command)

if __name__ == "__main__":
    app()
