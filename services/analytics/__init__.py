"""Analytics: know. Every transaction for DuckDB, reports from it, and the figures of the whole economy for monitoring.

Takes: transactions, batch by batch, and of the events joins, leaves, lists and the configuration. For what others own it asks them: the
ledger for money, every service for its health, the server for its streams.
Gives: on `metrics.port` the older program's figures and health, and ours; reports to whoever asks.
Keeps: `analysis/`: the history, see `libs/analysis`. `analytics.db`: counters, day totals, who is there; each transaction is counted once,
from the history. Both are made anew from the streams where they are deleted, but for what was added up of other services' own counts.

Figures are taken when somebody looks, at most every two seconds, and a look never waits long: what an owner does not say in time is left
out, and `economy_up` says who was silent.
"""
