"""What people are told: in their account, with a number in the header, and by mail.

2026-11: a notice is a row for each person, written in the transaction of what it tells. Features call
`store.tell`; who wants mails, when and how often, is decided here and nowhere else.

2026-11: mails come at once unless somebody wants otherwise, and not between 20:00 and 7:00: a workshop that is
asked at midnight reads it in the morning. What was read in the account in the meantime is not mailed.

2026-11: what the site has to tell about an account itself (a new password, an address to confirm) is no notice;
stopping notices doesn't stop it.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.notices import api, by_link, pages
    from marketplace.web.security import csrf

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(by_link.blueprint)
    app.register_blueprint(api.blueprint)
    csrf.exempt(by_link.stop)  # mail programs press the button (RFC 8058); the secret in the address is the token
    app.jinja_env.globals["unread_notices"] = pages.unread_notices
