"""Accounts: people, what they belong to, signing in, and who may do what.

2026-11: a session is a row. Flask's signed cookie cannot be taken back, so the cookie holds only a random
token and the `session` table its hash; signing out, a new password or a suspension end it on the next request.

2026-11: sign-up answers the same for a known and an unknown address and leads to the sign-in page with the
address filled in. Nobody has to wait for a mail: an address that is not confirmed yet can sign in, search and
prepare a draft. The owner of a known address gets a mail that says so.

2026-11: limits are counted in the database, before any hash is computed. They hold across processes, and when
the database is away nobody signs in.

2026-11: passwords have at least 15 characters, because there is no second factor (NIST SP 800-63B-4, 3.1.1.2).
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Add the routes, the sign-in and the gate that stands before every route."""
    # Others import this feature's model and store; they need no routes for that.
    from marketplace.accounts import (
        current,
        own_pages,  # noqa: F401 (adds its routes to the blueprint)
        pages,
        people_pages,  # noqa: F401
        token_pages,  # noqa: F401
    )

    current.install(app)
    app.register_blueprint(pages.blueprint)
