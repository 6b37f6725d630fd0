"""`python -m services.announcer`."""

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.process import main
from services.announcer.app import build

if __name__ == "__main__":
    main("announcer", build)
