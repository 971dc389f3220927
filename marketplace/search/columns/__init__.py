"""The embedded engine: every site and service as rows of numpy columns, searched in the process itself.

2026-11: chosen over SQL, R*Tree and tantivy after measuring (docs/how-it-decides.md): facet counts over
thousands of hits and pulling every text match are what make other designs slow, geometry never is.

A snapshot is an immutable set of columns, in memory or mapped from files that all processes share. A
changed supplier's rows are marked dead and its new rows appended, so nothing is ever rewritten in place;
when many rows are dead a new snapshot is built beside and swapped. What the columns decide equals
decide.py on every row; a row they can't express (`odd`) is decided by decide.py itself.
"""

from __future__ import annotations

from marketplace.search.columns.engine import ColumnIndex

__all__ = ["ColumnIndex"]
