"""Playing what happened once more, under another configuration: the same code over a state of its own, and nothing of it leaves.

Takes the events of the stream, and the transactions of others. Gives what would have been minted, what everybody would have, and which
rank they would hold. `opening` says how things stood when it begins, `run` plays them under one configuration, `replay` under two.
"""
