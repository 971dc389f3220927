"""Waiting lists."""

from __future__ import annotations

from rows import Row
from rows_accounts import WITHOUT_STUDIO

ROWS = [
    Row("waiting.lines", also=WITHOUT_STUDIO, loose=True),
    Row("waiting_api.lines", loose=True),
]
