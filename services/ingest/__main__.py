"""`python -m services.ingest`."""

from libs.common.process import main
from services.ingest.app import build

if __name__ == "__main__":
    main("ingest", build)
