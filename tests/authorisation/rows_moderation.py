"""Reports, what moderators do, and the audit trail."""

from __future__ import annotations

from typing import Any

from personas import OTHER_SUPPLIER
from rows import Row
from rows_accounts import KEEPS_NOTHING
from rows_public import a_supplier
from world import World

_KEEPERS_ONLY = KEEPS_NOTHING  # whoever keeps nothing sees an empty trail


def a_report(world: World) -> dict[str, Any]:
    supplier = world.supplier.public_id
    world.post("designer", f"/report/supplier/{supplier}", reason="not_true", body="They have moved.")
    rows = world.cast.sql("SELECT public_id FROM report ORDER BY id DESC LIMIT 1")
    return {"public_id": rows[0][0]}


def two_listings(world: World) -> dict[str, Any]:
    return {"public_id": world.supplier.public_id, "other_id": world.suppliers[OTHER_SUPPLIER].public_id}


def what_to_report(world: World) -> dict[str, Any]:
    return {"kind": "supplier", "public_id": world.supplier.public_id}


# Nobody reports their own listing.
_THEIRS = frozenset({"new supplier", "supplier owner", "supplier staff"})

ROWS = [
    Row("reports.report", make=what_to_report, ids=("public_id",), never=_THEIRS, loose=True),
    Row("reports.report_post", "POST", make=what_to_report, ids=("public_id",), never=_THEIRS, loose=True),
    Row("reports.report_json", "POST", json={"kind": "supplier"}, loose=True),
    Row("trail.own", also=_KEEPERS_ONLY, loose=True),
    *(
        Row(endpoint, method, make=make, loose=True)
        for endpoint, method, make in (
            ("moderation.desk", "GET", None),
            ("moderation.find_supplier", "GET", None),
            ("moderation.people", "GET", None),
            ("moderation.find_person", "POST", None),
            ("moderation.report", "GET", a_report),
            ("moderation.handle", "POST", a_report),
            ("moderation.read_private", "POST", a_report),
            ("moderation.supplier", "GET", a_supplier),
            ("moderation.change_status", "POST", a_supplier),
            ("moderation.verify", "POST", a_supplier),
            ("moderation.withdraw", "POST", a_supplier),
            ("merging.duplicates", "GET", None),
            ("merging.compare", "GET", two_listings),
            ("merging.merge", "POST", two_listings),
            ("trail.everything", "GET", None),
            ("trail.with_changes", "POST", None),
        )
    ),
]
