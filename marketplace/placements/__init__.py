"""Paid places to learn a trade at the firms that practise it: offered by suppliers, found by apprentices.

2026-11: a wage is required of whoever offers a place here. Lists that are imported may have none: such a place is
shown as unpaid, is left out of every search for paid ones, and no search ever proposes to give up pay.

2026-11: seats are taken by one guarded statement (store.take_seat), and the last one fills the placement: it is found
no more from that moment.

2026-11: what a teacher and a learner make of the weeks is a ratio, so that it holds for weeks counted in pieces,
minutes or metres; a firm is shown each week as it would be, says yes or not, and can take a yes back.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.placements import api, own, pages, saved_pages
    from marketplace.placements.live import install_offers

    assert own  # it adds its routes to the pages' blueprint
    assert saved_pages  # so does this
    install_offers(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
