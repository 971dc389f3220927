"""Applications to placements: both sides always know where one stands, and none waits for ever.

2026-11: a state changes by compare-and-swap, and what is told of it is written in the same transaction. A seat is
taken by placements.store.take_seat in the transaction that accepts: of fifty who accept at once as many succeed as
there are places. A firm may offer more places than it has, because people decline; everybody it offers one is told so.

2026-11: whoever's turn it is has SELVEDGE_APPLICATION_DAYS for the next step, is reminded twice, and then the
application closes with a polite word to both. One for a place that is filled or closed ends with that reason.

2026-11: what an apprentice sends is read by the firm that offers the place, and by nobody else: not by moderators,
not by other firms. A draft is the apprentice's alone; of a withdrawn one the firm sees that it was withdrawn.

2026-11: an apprentice's files lie in a drawer of their own: an organisation without members, so that they count
against no firm's room and go with the account.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.applications import api, desk, pages

    app.register_blueprint(pages.blueprint)
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(api.blueprint)
    app.jinja_env.globals["own_application"] = pages.own_application
