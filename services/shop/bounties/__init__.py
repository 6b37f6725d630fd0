"""Bounties: a viewer sets out coins for something, an administrator says who has earned them.

Their coins are held from the first moment on. A bounty ends once: it is claimed, it is cancelled, or its time is over (by the events' own
time, however late those are read). Whichever is judged first has it; the ledger's own deadline stands a day behind as a net.
"""
