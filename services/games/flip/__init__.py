"""Coin flip. `rule` is what is drawn and paid, `play` a request for it from its door to its answer."""
