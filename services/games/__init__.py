"""Play: spin, flip, challenge, heist, race, trivia, blackjack.

An empty room so far: nothing runs here, and no command leads here. When it is built it will take events (answers in chat, ticks) and
requests on its own subjects, keep its rounds in `games.db`, ask the ledger for holds, and give facts and announcements.
"""
