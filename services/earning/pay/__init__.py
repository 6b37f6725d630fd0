"""Awards and what becomes of them: caps, fractions, postings."""
