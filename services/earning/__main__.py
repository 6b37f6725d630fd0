"""`python -m services.earning`."""

from libs.common.process import main
from services.earning.app import build

if __name__ == "__main__":
    main("earning", build)
