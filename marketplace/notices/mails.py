"""What the mails of notices say. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from marketplace.notices.model import MOST_IN_MAIL, Notice


class MailText(NamedTuple):
    subject: str
    body: str
    unsubscribe_url: str


_WIDTH = 78
_MAXIMUM_SUBJECT = 120


def bundle(notices: Sequence[Notice], stop_token: str, site_url: str) -> MailText:
    """What happened, oldest first, each with where to look."""
    lines: list[str] = []
    for notice in notices[:MOST_IN_MAIL]:
        lines += [_wrapped(_one_line(notice.text)), f"{site_url}{notice.path}", ""]
    if len(notices) > MOST_IN_MAIL:
        more = len(notices) - MOST_IN_MAIL
        lines += [f"and {more:,} more in your account:", f"{site_url}/account/notices", ""]
    stop = f"{site_url}/notices/stop/{stop_token}"
    lines += [
        "Change when these mails come:",
        f"{site_url}/account/notices/settings",
        "",
        "Stop these mails (one click, no sign-in):",
        stop,
        "",
        "Selvedge",
        site_url,
        "",
    ]
    return MailText(f"Selvedge: {_subject(notices)}", "\n".join(lines), stop)


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) > 1:
        return f"{len(notices):,} notices"
    text = _one_line(notices[0].text).removesuffix(".")
    return text if len(text) <= _MAXIMUM_SUBJECT else text[: _MAXIMUM_SUBJECT - 1].rpartition(" ")[0] + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
