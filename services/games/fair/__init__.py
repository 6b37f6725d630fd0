"""Draws that anybody can check afterwards.

Every viewer has, in every room, a *server seed* (32 bytes of the operating system's entropy, kept secret while in use; its SHA-256, the
*commitment*, is shown ahead), a *client seed* (one's own to choose), and a *nonce* that rises by one with every request that draws.
A shared round has a server seed of its own; its client seed follows from who took part, once they are all known.

`draws` makes numbers of these, `recipes` says which rule makes what of the numbers, `book` keeps every draw before any coin moves, so
that no request is ever drawn for twice, and `desk` shows it all to who asks. When a server seed is shown at last (on `fair rotate`, or
with a round's result), everything drawn by it can be worked out again.
"""
