"""The ledger: owns every balance; posts atomically or refuses.

Takes: lists of postings on `ECONOMY_POSTINGS`, and requests on `economy.ledger.<channel>.<caller>.<verb>`.
Gives: an answer to every request after its commit, and its journal on `ECONOMY_TRANSACTIONS`: every posting with all its entries,
every background posting refused, every account opened, every ban and freeze, in one numbering.
Keeps: `ledger.db`: accounts, append-only entries, keys for ever, holds, limits, and the seals of a hash chain over all of it.
"""
