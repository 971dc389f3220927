"""What both sides of an application are told by mail, in each state."""

from __future__ import annotations

from datetime import timedelta

from mail_case import NOON, SITE, TOKEN, Case

from marketplace.applications import words
from marketplace.applications.model import State
from marketplace.notices import mails
from marketplace.notices.model import Notice

_TITLE, _FIRM, _NAME = "Sewing and assembly: buttonhole", "Sartoria Aghi", "Tomás Villaseñor"
_BY = NOON + timedelta(days=14)


def _mail(number: int, text: str, path: str) -> tuple[list[Notice], str, str]:
    at = NOON + timedelta(minutes=number)
    return [Notice(number, f"{number:032x}", at, "application", text, path)], TOKEN, SITE


_OWN, _RECEIVED = "/account/applications/1f", "/listing/applications/1f"
_TOLD = {
    State.SEEN: "",
    State.INVITED: "Come on Thursday at ten, with something you made.",
    State.OFFERED: "Four days a week at the start.",
    State.DECLINED: "We need somebody who has set sleeves before.",
    State.EXPIRED: "",
}
_HEARD = (State.SENT, State.WITHDRAWN, State.ACCEPTED, State.EXPIRED)

CASES = (
    *(
        Case(
            f"application-{state}-to-the-apprentice",
            mails.bundle,
            _mail(1, words.to_apprentice(state, _TITLE, _FIRM, said, _BY if state is State.OFFERED else None), _OWN),
        )
        for state, said in _TOLD.items()
    ),
    *(
        Case(
            f"application-{state}-to-the-firm",
            mails.bundle,
            _mail(2, words.to_firm(state, _TITLE, _NAME, _BY if state is State.SENT else None), _RECEIVED),
        )
        for state in _HEARD
    ),
    Case(
        "application-reminder-to-the-firm",
        mails.bundle,
        _mail(3, words.reminder(State.SENT, _TITLE, _NAME, _BY), _RECEIVED),
    ),
    Case(
        "application-reminder-to-the-apprentice",
        mails.bundle,
        _mail(4, words.reminder(State.OFFERED, _TITLE, _FIRM, _BY), _OWN),
    ),
    Case(
        "application-weeks-to-the-firm",
        mails.bundle,
        _mail(5, words.accepted_hint(_TITLE), "/listing/placements/1f/weeks"),
    ),
)
