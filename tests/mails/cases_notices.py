"""The mails of notices: whatever a feature tells by notices.store.tell comes in one of these."""

from __future__ import annotations

from datetime import timedelta

from mail_case import NOON, SITE, TOKEN, Case

from marketplace.notices import mails
from marketplace.notices.model import MOST_IN_MAIL, Notice


def _notice(number: int, text: str) -> Notice:
    at = NOON + timedelta(minutes=number)
    return Notice(number, f"{number:032x}", at, "example", text, f"/example/{number}")


_ASKED = _notice(1, "Studio Filo asks you for a quote: 50 jackets, ready by Wed 31 Mar 2027.")
_QUOTED = _notice(2, "Sartoria Aghi quotes €1,240 for “Jackets, first run”. The offer stands until Mon 7 Dec 2026.")
_LONG = _notice(3, "Somebody gave a name to a brief that goes on and on. " * 5)
_LINES = _notice(4, "A name with\r\nBcc: everybody@example.com\r\n\r\nin it.")

CASES = (
    Case("notices-one", mails.bundle, ([_ASKED], TOKEN, SITE)),
    Case("notices-two", mails.bundle, ([_ASKED, _QUOTED], TOKEN, SITE)),
    Case("notices-long", mails.bundle, ([_LONG], TOKEN, SITE)),
    Case("notices-line-breaks", mails.bundle, ([_LINES], TOKEN, SITE)),
    Case(
        "notices-many",
        mails.bundle,
        ([_notice(number, f"Order {number} is ready.") for number in range(1, MOST_IN_MAIL + 4)], TOKEN, SITE),
    ),
)
