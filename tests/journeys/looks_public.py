"""Pages that anybody may open, and those that lead into an account."""

from __future__ import annotations

from browser_kit import in_weeks
from page_looks import DESIGNER, DYER, OWNER, QUESTION, Case, follow, open_all, open_pin, send, show_menu

ROUTE = "near=Silver+Lake%2C+Los+Angeles&pieces=50&metres=2&width_cm=150&gsm=200&step-0=cut&step-1=sew"

CASES = [
    Case("front", "/", "site.front"),
    Case("front in miles, menu open", "/?radius_mi=25", "site.front", prepare=show_menu),
    Case("search: everything", "/search", "search.search"),
    Case("search: an answer", f"/search?{QUESTION}&by={in_weeks(12)}", "search.search", prepare=open_all),
    Case("search: filtered", f"/search?{QUESTION}&verified=1&colours=2&language=es", "search.search"),
    Case("search: a pin open", f"/search?{QUESTION.replace('=40', '=8')}", "search.search", prepare=open_pin),
    Case("search: second page", "/search?process=sew&page=2", "search.search"),
    Case("search: which place", "/search?process=sew&quantity=50&near=Vernon%2C+CA", "search.search"),
    Case("search: nobody fits", f"/search?{QUESTION.replace('=50', '=3')}&by={in_weeks(2)}", "search.search"),
    Case("search: no way out", "/search?q=zzzzqqqq", "search.search"),
    Case("search: wrong words", "/search?near=Qqqxyz&quantity=-1&by=soon&colours=0&sorts=x", "search.search"),
    Case("search: a place in the words", "/search?q=CMT+near+Prato", "search.search"),
    Case("routes", "/routes", "routes.routes"),
    Case("routes: an answer", f"/routes?{ROUTE}&radius_km=40", "routes.routes", prepare=open_all),
    Case("routes: nothing fits", f"/routes?{ROUTE}&radius_km=40&due={in_weeks(2)}", "routes.routes"),
    Case("routes: wrong words", "/routes?find=1&pieces=many&near=Qqqxyz&step-0=sew&gsm=x", "routes.routes"),
    Case("suggestions", "/suggest?q=tint&quantity=50", "search.suggestions"),
    Case("suggestions: none", "/suggest?q=zzzzqqqq", "search.suggestions"),
    Case("suggestions: wrong words", "/suggest?q=tint&group=x", "search.suggestions"),
    Case("a supplier", f">/search?{QUESTION}", "suppliers.supplier"),
    Case("a verified supplier, with distance", f">/search?{QUESTION}&verified=1", "suppliers.supplier", DESIGNER),
    Case("a dye house", ">/search?process=dye_fabric&near=Como%2C+Italy&radius_km=60", "suppliers.supplier"),
    Case("a supplier, seen by its owner", "/listing", "suppliers.supplier", OWNER, follow("See the public page")),
    Case("placements", "/placements", "placements.placements"),
    Case("placements near", "/placements?near=Los+Angeles&radius_km=50&paid=1", "placements.placements"),
    Case("placements: none", "/placements?near=Reykjavik&radius_km=5", "placements.placements"),
    Case("placements: which place", "/placements?near=Vernon%2C+CA", "placements.placements"),
    Case("placements: wrong words", "/placements?near=Qqqxyz&start_from=soon", "placements.placements"),
    Case("pools", "/pools", "pools.pools"),
    Case("pools: none", "/pools?process=print_fabric&near=Reykjavik&radius_km=5", "pools.pools"),
    Case("pools: wrong words", "/pools?near=Qqqxyz&radius_km=x", "pools.pools"),
    Case("a pool", "/pools?colour=indigo&process=dye_fabric", "pools.pool", prepare=follow("indigo")),
    Case("a pool, seen by its workshop", "/listing/pools", "pools.pool", DYER, follow("indigo")),
    Case("help", "/help", "site.help"),
    Case("glossary", "/glossary", "site.glossary"),
    Case("sign in", "/sign-in", "accounts.sign_in"),
    Case(
        "sign in refused",
        "/sign-in",
        "accounts.sign_in",
        prepare=send("main form", email="nobody@example.com", password="wrong"),
    ),
    Case("sign up", "/sign-up", "accounts.sign_up"),
    Case("sign up refused", "/sign-up", "accounts.sign_up", prepare=send("main form", email="x", password="short")),
    Case("reset", "/reset", "accounts.reset"),
    Case("reset refused", "/reset", "accounts.reset", prepare=send("main form", email="x")),
    Case("reset sent", "/reset", "accounts.reset", prepare=send("main form", email="nobody@example.com")),
    Case("reset link used up", "/reset/xyz", "accounts.reset_new"),
    Case("confirmation link used up", "/confirm/xyz", "accounts.confirm"),
    Case("no such page", "/nothing-here", "errors"),
    Case("no such supplier", "/suppliers/nobody", "errors"),
    Case("not allowed", "/listing/certificates", "errors", "apprentice@example.com"),
]
