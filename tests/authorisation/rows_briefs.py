"""Briefs, their files, and shortlists."""

from __future__ import annotations

import io
from typing import Any

from personas import STUDIO
from rows import Row
from rows_accounts import WITHOUT_STUDIO
from world import World

from marketplace.briefs import actions, store
from marketplace.briefs.model import Content, Line
from marketplace.db.ids import new_public_id

_CONTENT = Content("Linen jacket", "jacket", lines=(Line("M", "navy", 60),), processes=("sew",))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_brief(world: World) -> dict[str, Any]:
    with world.database.writing() as db:
        made = store.add(
            db,
            public_id=new_public_id(),
            studio_id=world.organisations[STUDIO],
            person_id=world.people["designer"].id,
            content=_CONTENT,
            changes=(),
            now=world.now,
        )
    return {"public_id": made.public_id}


def a_version(world: World) -> dict[str, Any]:
    return {**a_brief(world), "number": "1"}


def an_archived_brief(world: World) -> dict[str, Any]:
    made = a_brief(world)
    actions.archive(world.database, world.actor("designer"), made["public_id"], world.now)
    return made


def a_file(world: World) -> dict[str, Any]:
    made = a_brief(world)
    path = f"/account/briefs/{made['public_id']}/files"
    world.post("designer", path, file=(io.BytesIO(PDF), "pattern.pdf"))
    rows = world.cast.sql("SELECT public_id FROM file ORDER BY id DESC LIMIT 1")
    return {**made, "file_id": rows[0][0]}


def a_removed_file(world: World) -> dict[str, Any]:
    made = a_file(world)
    world.post("designer", f"/account/briefs/{made['public_id']}/files/{made['file_id']}/remove")
    return made


def the_supplier(world: World) -> dict[str, Any]:
    return {"supplier_id": world.supplier.public_id}


def a_kept_supplier(world: World) -> dict[str, Any]:
    world.post("designer", f"/account/shortlist/{world.supplier.public_id}")
    return the_supplier(world)


def _upload(_world: World) -> dict[str, Any]:
    return {"file": (io.BytesIO(PDF), "marker.pdf")}


_TYPED = {"title": "Coat", "product": "jacket", "processes": "sew", "version": "1", "currency": "EUR"}
_JSON = {"title": "Coat", "product": "jacket"}
_OWN = {"parties": {STUDIO}, "loose": True}
# Who keeps no studio is led to the list, which asks for one; and anybody may see the empty list.
_NO_STUDIO = {"also": WITHOUT_STUDIO, "loose": True}

ROWS = [
    Row("briefs.briefs", **_NO_STUDIO),
    Row("briefs.start", "POST", form={"name": "New studio"}, loose=True),
    Row("briefs.new", **_NO_STUDIO),
    Row("briefs.new", "POST", form=_TYPED, **_NO_STUDIO),
    Row("shortlist.shortlist_page", **_NO_STUDIO),
    Row("shortlist.put", "POST", make=the_supplier, turned_away="/account/briefs?next=/account/shortlist", loose=True),
    Row("shortlist.remove", "POST", make=a_kept_supplier, **_OWN),
    *(
        Row(f"briefs.{name}", make=make, **_OWN)
        for name, make in (
            ("brief", a_brief),
            ("copy", a_brief),
            ("edit", a_brief),
            ("file", a_file),
            ("version", a_version),
            ("versions", a_brief),
        )
    ),
    *(
        Row(f"briefs.{name}", "POST", make=make, form=form, **_OWN)
        for name, make, form in (
            ("add_file", a_brief, _upload),
            ("archive", a_brief, {}),
            ("copy", a_brief, {}),
            ("edit", a_brief, _TYPED),
            ("remove_file", a_file, {}),
            ("restore", an_archived_brief, {}),
            ("restore_file", a_removed_file, {}),
        )
    ),
    Row("briefs_api.briefs", loose=True),
    Row("briefs_api.add", "POST", json=_JSON, loose=True),
    Row("briefs_api.kept_all", loose=True),
    Row("briefs_api.add_file", "POST", make=a_brief, parties={STUDIO}, reads_first=True, loose=True),
    Row("briefs_api.kept", make=a_kept_supplier, **_OWN),
    Row("briefs_api.keep", "PUT", make=the_supplier, json={"note": "x"}, loose=True),
    Row("briefs_api.drop", "DELETE", make=a_kept_supplier, **_OWN),
    *(
        Row(f"briefs_api.{name}", method, make=make, json=json, **_OWN)
        for name, method, make, json in (
            ("brief", "GET", a_brief, None),
            ("versions", "GET", a_brief, None),
            ("file", "GET", a_file, None),
            ("change", "PUT", a_brief, {**_JSON, "version": 1}),
            ("copy", "POST", a_brief, {}),
            ("archive", "POST", a_brief, {}),
            ("restore", "POST", an_archived_brief, {}),
            ("remove_file", "DELETE", a_file, None),
            ("restore_file", "POST", a_removed_file, {}),
        )
    ),
]
