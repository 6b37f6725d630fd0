"""Files for running the economy for good. What repeats one table is generated: `python -m deploy.generate`."""
