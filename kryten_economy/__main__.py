"""`python -m kryten_economy`."""

from libs.cli.main import app

if __name__ == "__main__":
    app()
