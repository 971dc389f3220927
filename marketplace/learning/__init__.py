"""What apprentices have learned, signed by who taught them; and which skills are at risk of being lost.

2026-11: an entry belongs to the apprentice and says in words at which firm it was, so that it stays when the firm, the
placement or the mentor's account is gone. Once a mentor has signed it, nobody changes it.

2026-11: an export is signed with Ed25519 rather than with a secret that only this site knows: the site publishes its
key, and whoever has kept it can check an export without us, also when the site is gone. The key lies in the data
folder.

2026-11: a firm may say that those who know a skill retire soon. What is shown is how many firms say so; nobody's age is
asked, kept or shown.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.learning import api, log_pages, public_pages

    app.register_blueprint(log_pages.blueprint)
    app.register_blueprint(public_pages.blueprint)
    app.register_blueprint(api.blueprint)
