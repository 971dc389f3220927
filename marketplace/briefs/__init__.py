"""What a designer wants made: briefs, in versions, and the suppliers a studio keeps in mind.

A brief says everything once, so that every workshop asked reads the same. `rules.readiness` says what a workshop
would ask next, `rules.run_of` what the minimum rules and calendars read. What a version said is never changed:
a save adds the next one, and who quotes names the version they read.

2026-11: the files of a brief are those it has now, not those a version had. A wrong file can really be removed; the
version that follows says which it was.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.briefs import api, pages, shortlist_pages, writing

    assert writing  # it adds its routes to the pages' blueprint
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(shortlist_pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.jinja_env.globals["shortlisted"] = shortlist_pages.shortlisted
