"""Search: who can make this run, near here, by then, and why.

document.py (what is indexed) and query.py (what is asked) use no engine's words; decide.py has the last
word on every hit; index.py is the interface of engines; sync.py keeps one equal to the database.

2026-11: one document per site, because a distance belongs to a site. Facet counts leave out their own
filter, so that choosing a second alternative of a facet shows what it would add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    from marketplace.search import api, pages
    from marketplace.search.context import install_index

    install_index(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
