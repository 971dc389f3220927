"""The command line, `selvedge` (also `python -m marketplace`).

A command imports what it needs when it runs, in its function: help is there at once, and so are the processes that a
benchmark starts, each of which imports the program it was started from.
"""

from marketplace.cli.main import main

__all__ = ["main"]
