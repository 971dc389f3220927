"""Pages on which a supplier keeps the listing."""

from __future__ import annotations

from page_looks import DYER, OWNER, Case, follow, follow_address, open_all, send

CASES = [
    Case("pools of a workshop", "/listing/pools", "pools_desk.desk", DYER),
    Case("new pool", "/listing/pools/new", "pools_desk.new", DYER),
    Case("new pool refused", "/listing/pools/new", "pools_desk.new", DYER, send("main form", minimum="x")),
    Case("who waits: nobody", "/listing/waiting", "waiting.desk", OWNER),
    Case("short notice refused", "/listing/waiting", "waiting.desk", OWNER, send("main form", words="x" * 301)),
    Case("listing", "/listing", "suppliers.listing", OWNER),
    Case("profile", "/listing/profile", "suppliers.edit_profile", OWNER),
    Case(
        "profile refused",
        "/listing/profile",
        "suppliers.edit_profile",
        OWNER,
        send("main form", name="", country="", lat="100", website="ftp://x"),
    ),
    Case(
        "profile: which place",
        "/listing/profile",
        "suppliers.edit_profile",
        OWNER,
        send("main form", locality="Vernon", lat="", lon=""),
    ),
    Case("new site", "/listing/sites/new", "suppliers.new_site", OWNER),
    Case("site refused", "/listing/sites/new", "suppliers.new_site", OWNER, send("main form", lat="x", locality="")),
    Case("site", "/listing", "suppliers.edit_site", OWNER, follow_address("/listing/sites/")),
    Case("service", "/listing", "suppliers.edit_service", OWNER, follow("^ ?Edit [A-Z]")),
    Case("service of a dye house", "/listing", "suppliers.edit_service", DYER, follow("^ ?Edit [A-Z]")),
    Case("new service", "/listing/services/new", "suppliers.new_service", OWNER),
    Case(
        "service refused",
        "/listing/services/new",
        "suppliers.new_service",
        OWNER,
        send(
            "main form",
            **{"rule-0-quantity": "x", "lead_days": "-1", "price_setup": "1.234", "load_min": "5", "break-0-from": "9"},
        ),
    ),
    Case("certificates", "/listing/certificates", "suppliers.certificates", DYER),
    Case("certificates refused", "/listing/certificates", "suppliers.certificates", DYER, send("main form.card")),
    Case("machines", "/listing/machines", "suppliers.machines", DYER),
    Case("machines refused", "/listing/machines", "suppliers.machines", DYER, send("main form.card", count="x")),
    Case("placements offered", "/listing/placements", "placements.own", OWNER),
    Case("placements refused", "/listing/placements", "placements.own", OWNER, send("main form.card", months="x")),
    Case("weeks", "/weeks", "capacity.weeks", OWNER, open_all),
    Case("weeks of a dye house", "/weeks", "capacity.weeks", DYER),
    Case("week refused", "/weeks", "capacity.weeks", OWNER, send("form[data-week]", offered="many")),
    Case("usual week refused", "/weeks", "capacity.weeks", OWNER, send("#usual form", offered="many")),
    Case("closure refused", "/weeks", "capacity.weeks", OWNER, send("form.closure-form", **{"from": "x"})),
]
