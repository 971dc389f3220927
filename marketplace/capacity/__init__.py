"""Open capacity: weekly buckets in the resource's own unit.

2026-11: a resource (a sewing floor, a 60 kg jet) has a usual week and weeks stated otherwise; a week nobody
stated is the usual one, less its closed days. Weeks are not written ahead of time, so nothing has to run
every night to keep the calendar long enough. Several services may draw on one resource at their own rates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    from marketplace.capacity import api, pages

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
