"""A case: one mail that the application can send, made from plain arguments.

Each feature that sends mails has a module `cases_FEATURE.py` here with a tuple CASES. Add one for each mail your
feature can send, then write its text with

    SELVEDGE_TEST_WRITE_MAILS=1 python -m pytest tests/mails

and read what stands in tests/mails/texts before you commit it: it is what people get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SITE = "https://selvedge.example.org"
TOKEN = "a-secret-of-forty-three-letters"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """`name` is the name of its text file; `make` is what the application itself calls."""

    name: str
    make: Callable[..., Any]
    arguments: tuple[Any, ...]

    def text(self) -> str:
        """The mail as it is checked in: headers, an empty line, the body."""
        mail = self.make(*self.arguments)
        lines = [f"Subject: {mail.subject}"]
        if getattr(mail, "unsubscribe_url", None):
            lines.append(f"List-Unsubscribe: <{mail.unsubscribe_url}>")
        return "\n".join(lines) + "\n\n" + mail.body
