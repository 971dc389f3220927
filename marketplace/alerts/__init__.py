"""Saved searches: a mail and an Atom feed when something new fits, or capacity opens.

2026-11: what is kept of a search is its parameters, read again by the search's own form at every run. A date
that has passed or a term that is gone is then an ordinary problem with an ordinary sentence, and what fits is
decided by the same code as on the search page.

2026-11: known is the set of sites that fitted at the last run. A site that fits and is not known is news,
whatever made it fit; one that no longer fits is forgotten, so that it is news when it fits again. A site is news
at most once in seven days: one that comes back sooner waits, and is told when the seven days are over if it
still fits. Nothing that opened is lost, and a supplier who turns a week on and off writes nobody ten mails.

2026-11: news is told only while it is true. What fitted for an hour between two daily mails stands in the feed,
with its time, and not in a mail that sends somebody to a workshop that is full again.

2026-11: daily mails go out at 6 in the morning UTC, weekly ones on Mondays: nobody has told us their time zone, and
one fixed moment makes "at most one mail a day" a fact that can be tested.

2026-11: two secrets stand in addresses, one for the feed and one to stop. They are stored as they are, not
hashed, because they have to be shown again; all that a thief of the database gains is to stop mails whose
contents stand in that database anyway.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.alerts import by_link, pages
    from marketplace.web.security import csrf

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(by_link.blueprint)
    csrf.exempt(by_link.stop)  # mail programs press the button (RFC 8058); the secret in the address is the token
