"""When everything counts for more."""
