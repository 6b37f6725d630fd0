r"""Duels: one viewer challenges another, both stake the same, the winner takes both stakes less the rake.

    asked -> open -> accepted -> settled
               \         \
                +---------+-> ending -> declined | withdrawn | expired | void

Every arrow is a compare-and-set on the stored state, in the transaction that keeps the posting (or sees its outcome): whoever comes first,
a duel ends once. `asked`, `accepted` and `ending` wait for the ledger, which is asked until it has answered. An offer the ledger refuses
never was one; a stake the ledger gave back by itself needs no `ending`.

`rule` is what is drawn and paid, `duel` the duel itself. `postings` and `notices` say in which lines and words; `offers`, `answers` and
`endings` are what can be asked; `play` puts them together; `store` keeps.
"""
