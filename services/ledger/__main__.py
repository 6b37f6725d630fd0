"""`python -m services.ledger --config FILE --state-dir DIR`."""

import libs.common.early  # noqa: F401 - before all that takes time
from libs.common.process import main
from services.ledger.app import build

if __name__ == "__main__":
    main("ledger", build)
