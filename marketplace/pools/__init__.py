"""Pools: several designers fill one lot - a warp, a dye lot, a print, a trim - and reach its minimum together.

2026-11, when a pool is confirmed: at its closing, unless its supplier chose “at once”. Until closing designers may
withdraw and more may come, and the published rule (most designers, then least km) is about all of them: a pool that
ran the moment somebody filled it would serve those who came first, which is what the rule says it doesn't do. A
supplier whose machine waits may choose “at once”; the page says so before anybody pledges.

2026-11, the order of pledges: it is known to the database and to nothing that decides. Pledges are read in the order
of their random ids, and a tie is settled by these.

2026-11, tolerance is both ways: “40 m, give or take 5” may become 35, so that somebody else gets in, or 45, so that the
lot fills. Everybody gets what they stated unless that serves fewer people. It is one whole in any case: a designer's
cloth comes from one dye lot.

2026-11, the weeks: the lot's largest amount is held from opening on, in the supplier's own name. Confirmed, what the
lot needs is booked and the rest is free again, in the transaction that decides every pledge. The hold outlasts the
closing by a week, for a worker that was away.

2026-11, a missed minimum: released, extended once, shrunk to a smaller minimum that was published, or (“confirm”)
confirmed by hand before closing, when the supplier itself bears the set-up of what is missing. So no pool runs below
its published terms by itself, and a designer never pays for somebody who left.
"""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    from marketplace.pools import api, desk_pages, finding, own_pages, pages, wish_api

    for module in (pages, own_pages, desk_pages, api, wish_api):
        app.register_blueprint(module.blueprint)
    finding.connect(app)
