"""Calendars that other programs read: what is booked, held and open, and the days of orders (iCalendar, RFC 5545).

2026-11: the address is the secret, because calendar programs can't sign in. It is stored as it is, since it has to
be shown again; whoever has it reads what the organisation itself sees in its account, and no person's name.

2026-11: how often an event changed (SEQUENCE) is counted in the audit trail, which has one event for each change.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.feeds import pages

    app.register_blueprint(pages.blueprint)
