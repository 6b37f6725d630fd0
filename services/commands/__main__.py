"""`python -m services.commands`."""

from libs.common.process import main
from services.commands.app import build

if __name__ == "__main__":
    main("commands", build)
