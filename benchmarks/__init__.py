"""Benchmarks: what the house does in a second, beside what it should.

Each takes nothing, gives figures, and keeps nothing: `python -m benchmarks [name ...]`.
"""
