"""One's own data: a copy of it, and erasing the account.

2026-11: erasing deletes the person's row, and with it everything that is theirs alone; where somebody else counts on
a row (an order, a message, the audit trail), the row stays and its person is a number without a name. What an
organisation without anybody left would show is emptied. On SQLite freed space is overwritten (db/engine.py).

2026-11: the copy is made from the schema: whatever table refers to a person or to what they own is in it, so that a
table somebody adds next year is too. Secrets are left out, and so is what only moderators read.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.privacy import pages

    app.register_blueprint(pages.blueprint)
