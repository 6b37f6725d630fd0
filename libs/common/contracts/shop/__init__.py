"""What the shop is asked, verb by verb, and what it answers: `economy.shop.<channel>.<verb>`. Owner: shop. One file to a part.

Every request is an `Asked`; every answer is the verb's own (a `Done`), or `Declined`, or a `Failure`.
"""
