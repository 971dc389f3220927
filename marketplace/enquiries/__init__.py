"""Briefs put to suppliers, what the two sides say, quotes, and what came of them.

2026-11: every enquiry ends: quoted, declined with a reason, or closed by the worker when the time for an answer
is over. Nobody waits for an answer that never comes.

2026-11: a state changes by one guarded UPDATE of the enquiry's row, before anything else of its transaction: a
quote, a refusal and the end of the time that come at once have one outcome, and the others are told it.

2026-11: a quote that runs out or is withdrawn leaves the enquiry quoted. The supplier has answered; whether there is
an offer is the quote's own state.

2026-11: a question is shared with everybody asked when it is answered, not when it is asked: a question alone helps
nobody, and may say more of the asker than of the brief.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.enquiries import api, ask_pages, compare_pages, inbox, pages

    app.register_blueprint(api.blueprint)
    assert ask_pages  # they add their routes to the pages' blueprint
    assert compare_pages
    assert inbox
    app.register_blueprint(pages.blueprint)
