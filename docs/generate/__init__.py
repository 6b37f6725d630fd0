"""What of the documentation is made from the code: `python -m docs.generate` writes it, `--check` only tells what is out of date.

Each module in this folder with a function `pages` gives some of it: for each file its path from the project's root, and its text.
"""
