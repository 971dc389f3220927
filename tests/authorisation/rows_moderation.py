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


def a_merge(world: World) -> dict[str, Any]:
    """Of two that nobody keeps, so that it takes nothing from anybody's listing."""
    kept, other = (world.cast.supplier(None, name) for name in ("Sartoria Doppia", "Sartoria Doppia SRL"))
    pair = f"{kept.public_id}/{other.public_id}"
    part = other.sites[0].public_id
    world.post("moderator", f"/moderation/merge/{pair}", keep=kept.public_id, part=part, reason="One firm.")
    rows = world.cast.sql("SELECT public_id FROM supplier_merge ORDER BY id DESC LIMIT 1")
    return {"public_id": rows[0][0]}


def a_person(world: World) -> dict[str, Any]:
    return {"public_id": world.cast.person("Nela").public_id, "to": "suspended"}


def a_suspended_person(world: World) -> dict[str, Any]:
    person = world.cast.person("Nino")
    world.post("moderator", f"/moderation/people/{person.public_id}/suspended", reason="Sold what was not theirs.")
    return {"public_id": person.public_id, "to": "open"}


def what_to_report(world: World) -> dict[str, Any]:
    return {"kind": "supplier", "public_id": world.supplier.public_id}


_WHY = {"reason": "It was looked into."}
# Nobody reports their own listing.
_THEIRS = frozenset({"new supplier", "supplier owner", "supplier staff"})

ROWS = [
    Row("reports.report", make=what_to_report, ids=("public_id",), never=_THEIRS, loose=True),
    Row("reports.report_post", "POST", make=what_to_report, ids=("public_id",), never=_THEIRS, loose=True),
    Row("reports.report_json", "POST", json={"kind": "supplier"}, loose=True),
    Row("trail.own", also=_KEEPERS_ONLY, loose=True),
    Row("merging.undo", "POST", make=a_merge, form=_WHY, events=2),  # one for each of the two
    Row("moderation.change_person", "POST", make=a_person, form=_WHY),
    Row("moderation.change_person", "POST", make=a_suspended_person, form=_WHY),
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
