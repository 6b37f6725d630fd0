"""`python -m services.announcer`."""

from libs.common.process import main
from services.announcer.app import build

if __name__ == "__main__":
    main("announcer", build)
