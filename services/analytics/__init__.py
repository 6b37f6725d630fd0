"""Analytics: know. So far the figures of the whole economy for monitoring; reports, digests and DuckDB come later.

Takes: transactions (each counted exactly once), and of the events joins, leaves, lists and the configuration. For what others own it
asks them: the ledger for money, every service for its health, the server for its streams.
Gives: on `metrics.port` the older program's figures and health, and ours.
Keeps: `analytics.db`: counters, day totals, who is there. Made anew from the streams where the file is deleted, but for
what was added up of other services' own counts.

Figures are taken when somebody looks, at most every two seconds, and a look never waits long: what an owner does not say in time is left
out, and `economy_up` says who was silent.
"""
