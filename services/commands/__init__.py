"""Commands: hear what viewers ask of the robot by PM, and what other services ask over NATS; ask the owner; answer.

Takes: events (private messages, ticks, user lists, configuration), facts of ranks, and requests on `kryten.economy.command`.
Gives: announcements (the answers), and replies to the requests.
Keeps: `commands.db`: its position, the inbox of questions not answered yet, the exact postings asked of the ledger, the windows of the
rate limit, the configuration, who is in the room, and who holds which rank.

A PM is written into the inbox with the position; it leaves it in the transaction that puts its answer into the outbox. Killed between the
two, it is asked again under the same key, and the ledger gives the same outcome again.
"""
