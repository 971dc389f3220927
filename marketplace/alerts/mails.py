"""What the mails of saved searches say. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from marketplace.alerts.model import MOST_IN_MAIL, News, SavedSearch
from marketplace.alerts.views import where_text


class MailText(NamedTuple):
    subject: str
    body: str
    unsubscribe_url: str


_WIDTH = 78


def digest(saved: SavedSearch, words: str, news: Sequence[News], fits: int, site_url: str) -> MailText:
    """What newly fits, in the order of the search's results. `fits`: how many fit now in all."""
    one = len(news) == 1
    lines = [_wrapped(words), ""]
    lines += [f"{'One supplier fits' if one else f'{len(news):,} suppliers fit'} that did not before:", ""]
    for number, item in enumerate(news[:MOST_IN_MAIL], 1):
        lines += _entry(number, item, saved.wanted.distance_unit, site_url)
    if len(news) > MOST_IN_MAIL:
        lines += [f"and {len(news) - MOST_IN_MAIL:,} more: the search has them all.", ""]
    lines += [f"The search, with {'the one that fits' if fits == 1 else f'all {fits:,} that fit'} now:"]
    lines += [f"{site_url}/search?{saved.wanted.question}"]
    count = "one supplier more" if one else f"{len(news):,} suppliers more"
    return _mail(saved, f"{count} for “{saved.wanted.name}”", lines, site_url)


def last_notice(saved: SavedSearch, problem: str, site_url: str) -> MailText:
    """That a search has ended, and why."""
    lines = [
        f"Your saved search “{saved.wanted.name}” has ended: {problem}.",
        "",
        "This is its last mail. With another date it goes on; what fits then is counted from that moment.",
    ]
    return _mail(saved, f"“{saved.wanted.name}” has ended", lines, site_url)


def stop_url(saved: SavedSearch, site_url: str) -> str:
    return f"{site_url}/alerts/stop/{saved.stop_token}"


def _mail(saved: SavedSearch, subject: str, lines: Sequence[str], site_url: str) -> MailText:
    stop = stop_url(saved, site_url)
    foot = [
        "",
        "Change how often this comes, or what it asks:",
        f"{site_url}/alerts/{saved.public_id}",
        "",
        "Stop these mails (one click, no sign-in):",
        stop,
        "",
        "Selvedge",
        site_url,
        "",
    ]
    return MailText(f"Selvedge: {subject}", "\n".join([*lines, *foot]), stop)


def _entry(number: int, news: News, distance_unit: str, site_url: str) -> list[str]:
    find = news.find
    head = _wrapped(f"{number}. {find.name}, {where_text(find, distance_unit)}", "   ")
    why = [_wrapped(f"   {text}", "   ") for text in find.why]
    return [head, *why, f"   {site_url}/suppliers/{find.slug}", ""]


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
