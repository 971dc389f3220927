"""Reports, decisions about listings and people, verification, merged listings, the audit trail.

2026-11: publishing never waits for a moderator; a moderator adds trust and takes away what harms. Each decision has a
reason, which is told to whom it concerns, and one event in the audit trail. Nobody decides about a firm they belong
to, nor a moderator about a moderator.

2026-11: words that are private to two parties are shown to a moderator only when one of them reported them, at the
press of a button that is written down; a plain look never writes.

2026-11: what a listing shows of its verification is kept with the listing, since searches filter by it; the rows say
who saw what, and withdrawing leaves them.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.moderation import desk, report_pages, trail
    from marketplace.moderation.merging import pages as merging

    app.register_blueprint(report_pages.blueprint)
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(merging.blueprint)
    app.register_blueprint(trail.blueprint)
