"""Places in the queue, paid for by other programs: what they cost, when they can be had, the payment, and its refund.

A payment stands under the id its asker gave it: paid once, given back once, to whom paid it, and whatever came twice or too late is told
how it ended.
"""
