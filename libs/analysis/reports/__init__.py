"""Reports: one file to a report. Each takes a connection from `reading.history` and what is asked, and gives rows; none knows who asks.

Money at a moment goes by when the ledger committed (as the ledger's own answers do), what happened in a span of time by event time.
"""
