"""`python -m services.games`."""

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.process import main
from services.games.app import build

if __name__ == "__main__":
    main("games", build)
