"""Earning decides who has earned what.

Takes the events of a room (`ECONOMY_EVENTS`), from the ledger's transactions what became of its own postings, bans, and what counts
towards a lifetime, and from the games' facts what was won. Gives postings to the ledger, facts of arrivals and ranks, and PMs to those who
have reached something.
Answers `economy.earning.<channel>.<verb>`: `quiet` (who wants to be spared PMs that nobody asked for), `why` (what keeps a viewer from
earning), `attendance` (how many were there), and what else stands in `verbs`.
Keeps in `earning.db` who is in each room and since when, what plays there, the minutes of each day, what everybody has reached so far and
with which badges, fractions of coins, PMs that wait, and who is quiet.

How it is built: `presence` says which minutes somebody was there, `chat` what a line is, `media` what plays; `streaks`, `ranks` and
`achievements` follow what comes of it. The `triggers` (one file each) give awards for what happened, `multipliers` say when they count for
more, and `pay` turns them into postings. What comes by the clock stands in `jobs` and `digests`. `parts` says who looks at what, a `scene`
is what they read, write and pay with; `room` holds these together for one channel and one event, `earner` for all channels.
`replay` plays recorded events once more, for the operator's command line. Only `store` knows SQL, only `app` knows NATS.
"""
