"""The services: one folder, one job, one process each."""
