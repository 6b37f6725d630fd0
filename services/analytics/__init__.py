"""Know: every transaction loaded for DuckDB; reports, digests, the older program's metrics.

An empty room so far: nothing runs here. When it is built it will take transactions and facts, keep Parquet and DuckDB files (which can be
made anew from the ledger at any time), and give reports on its own subjects and digests as announcements.
"""
