"""`python -m services.commands`."""

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.process import main
from services.commands.app import build

if __name__ == "__main__":
    main("commands", build)
