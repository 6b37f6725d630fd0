"""The whole history of the economy for DuckDB: how it lies on disk, and what is asked of it.

Takes: transactions, as the ledger tells them. Gives: tables for any DuckDB client, and reports for the command line and the services.
Only one process writes the files (the analytics service); everybody may read them at any time, and neither side ever waits.

- `tables.py`: the columns, the views, and how transactions become rows.
- `archive.py`: the files: final parts, the tail, what goes when.
- `reading.py`: connections that can read the history and nothing else; `outside.py`: the database of views for other programs.
- `reports/`: one file to a report; the same figures for whoever asks.
"""
