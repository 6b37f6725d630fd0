"""Games: viewers stake coins, and a draw that anybody can check decides.

Takes requests on `economy.games.<channel>.<verb>` (the contracts in `libs/common/contracts/games.py`) and the events of a room
(`ECONOMY_EVENTS`). Gives postings and holds to the ledger, the facts of rounds, announcements.
Keeps in `games.db` the seeds and every draw, who played what and when last, everybody's totals, and the rounds that are open.

How it is built: each game is a `Part` (see `part`): what it can be asked, and what it makes of what happens. Its rule is plain: given a
wager, the table and a draw, it gives what comes of it. `eligibility` is the one list of checks at every door, `fair` (a folder) draws,
`tallies` counts. In a folder only `store` knows SQL; `store` beside this page joins their tables. `app` wires the parts.
"""
