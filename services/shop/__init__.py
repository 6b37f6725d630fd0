"""The shop sells: tips, things for oneself, bounties, places in the queue.

Takes the events of a room (`ECONOMY_EVENTS`), the facts of arrivals and ranks, and requests on `economy.shop.<channel>.<verb>` (the
contracts under `libs/common/contracts/shop/`). Gives postings and holds to the ledger, facts of purchases, announcements, and commands to
the robot.
Keeps in `shop.db` what was sold and what is under way, prices' multipliers, and the ranks and aliases it was last told.

How it is built: each thing it does is a `Part` (see `part`) in a folder of its own: what it can be asked, and what it makes of what
happens. In such a folder only `store` knows SQL; `store` beside this page joins their tables. `app` wires the parts to the streams.
What anything costs is worked out in `prices`, for every door alike.
"""
