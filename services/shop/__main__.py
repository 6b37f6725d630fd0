"""`python -m services.shop`."""

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.process import main
from services.shop.app import build

if __name__ == "__main__":
    main("shop", build)
