"""Sell: the media queue, tips, vanity items, bounties.

An empty room so far: nothing runs here, and no command leads here. When it is built it will take events (media, CSS, ticks), facts
(arrivals) and requests on its own subjects, keep its sales in `shop.db`, ask the ledger for holds, and give facts, announcements and
robot commands.
"""
