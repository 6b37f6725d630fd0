"""The simulated channel: publishes and answers just what kryten-robot does, for demonstrations and tests.

An empty room so far: nothing runs here.
"""
