"""The command line, `selvedge` (also `python -m marketplace`)."""

from marketplace.cli.main import main

__all__ = ["main"]
