"""Weeks promised to one person only: holds, bookings, and giving them back.

2026-11: three things are counted apart and must always agree (`selvedge verify`): the counter of each week
(capacity/tables.py), the weeks of active reservations, and the sum of the events. The counter is what the database
guards; the events are what can be explained afterwards.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.booking import api

    app.register_blueprint(api.blueprint)
