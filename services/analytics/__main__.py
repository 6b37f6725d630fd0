"""`python -m services.analytics`."""

from libs.common.process import main
from services.analytics.app import build

if __name__ == "__main__":
    main("analytics", build)
