"""Placements, applications to them, skills logs; and what everybody may look at."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from personas import SUPPLIER
from rows import Row
from rows_listings import GUIDE, a_placement
from world import World

from marketplace.applications import actions, answering
from marketplace.applications.model import Draft, State
from marketplace.learning import actions as learning
from marketplace.placements import effect, saved
from marketplace.placements.rules import Team

DAYS = 14
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_WORDS = Draft("I want to learn it.", "", None, "")
MINE: dict[str, Any] = {"owner": "apprentice"}
THEIRS: dict[str, Any] = {"parties": {SUPPLIER}}


def to_close(world: World) -> dict[str, Any]:
    return {**a_placement(world), "verb": "close"}


def agreed(world: World) -> dict[str, Any]:
    made = a_placement(world)
    effect.agree(world.database, world.actor("supplier owner"), made["public_id"], Team(3), world.now)
    return made


def a_search(world: World) -> dict[str, Any]:
    kept, _ = saved.save(world.database, world.actor("apprentice"), "Mine", "", lambda _: [], world.now)
    return {"public_id": kept.public_id}


def a_draft(world: World) -> dict[str, Any]:
    place = a_placement(world)["public_id"]
    made = actions.begin(world.database, world.actor("apprentice"), place, _WORDS, world.now)
    return {"public_id": made.public_id}


def an_unconfirmed_persons_draft(world: World) -> dict[str, Any]:
    place = world.values(a_placement)["public_id"]
    return {"public_id": actions.begin(world.database, world.actor("new designer"), place, _WORDS, world.now).public_id}


def sent(world: World) -> dict[str, Any]:
    made = a_draft(world)
    actions.send(world.database, world.actor("apprentice"), made["public_id"], world.now, DAYS)
    return made


def seen(world: World) -> dict[str, Any]:
    made = sent(world)
    answering.see(world.database, world.actor("supplier owner"), made["public_id"], world.now)
    return made


def offered(world: World) -> dict[str, Any]:
    made = sent(world)
    actor = world.actor("supplier owner")
    answering.answer(world.database, actor, made["public_id"], State.OFFERED, "", world.now, DAYS)
    return made


def accepted(world: World) -> dict[str, Any]:
    made = offered(world)
    actions.accept(world.database, world.actor("apprentice"), made["public_id"], world.now)
    return made


def a_draft_with_file(world: World) -> dict[str, Any]:
    made = a_draft(world)
    world.post("apprentice", f"/account/applications/{made['public_id']}/files", file=(io.BytesIO(PDF), "work.pdf"))
    rows = world.cast.sql("SELECT public_id FROM file ORDER BY id DESC LIMIT 1")
    return {**made, "file_id": rows[0][0]}


def sent_with_file(world: World) -> dict[str, Any]:
    made = a_draft_with_file(world)
    actions.send(world.database, world.actor("apprentice"), made["public_id"], world.now, DAYS)
    return made


def an_entry(world: World) -> dict[str, Any]:
    accepted(world)
    places = world.cast.sql(
        "SELECT p.public_id FROM placement p JOIN application a ON a.placement_id = p.id "
        "WHERE a.state = 'accepted' ORDER BY a.id DESC LIMIT 1"
    )
    form = {"placement": places[0][0], "operation": "Set collars", "minutes": "60"}
    entry = learning.write(world.database, world.actor("apprentice"), form, world.now)
    return {"public_id": entry.public_id}


def signed(world: World) -> dict[str, Any]:
    made = an_entry(world)
    learning.sign_entry(world.database, world.actor("supplier owner"), made["public_id"], world.now)
    return {}


def an_export(world: World) -> dict[str, Any]:
    signed(world)
    settings = world.system.settings
    actor = world.actor("apprentice")
    return {"code": learning.export(world.database, actor, settings.data_dir, settings.site_url, world.now).code}


def _offer(world: World) -> dict[str, Any]:
    starts = (world.now.date() + timedelta(days=80)).isoformat()
    wage = {"minor": 1250, "currency": "EUR", "per": "hour"}
    return {"process": "sew", "seats": 1, "months": 12, "starts_on": starts, "wage": wage}


def _offer_form(world: World) -> dict[str, Any]:
    wage = {"wage": "12.50", "wage_currency": "EUR", "wage_per": "hour"}
    return {"process": "sew", "seats": "2", "months": "12", "starts_on": _offer(world)["starts_on"], **wage}


_TEAM = {"operators": "3"}
_STATEMENT = {"statement": "I want to learn it."}
_REPORT = {"reason": "unsafe", "body": "The guards are off."}
_ENTRY = {"operation": "Set collars", "minutes": "60"}

ROWS = [
    Row("placements_api.offer", "POST", json=_offer),
    Row("placements_api.change", "PATCH", make=a_placement, json={"months": 9}, **THEIRS),
    Row("placements_api.placement", make=a_placement),
    Row("placements_api.reckon", query=_TEAM),
    Row("placements_api.propose", make=a_placement, query=_TEAM, **THEIRS),
    Row(
        "placements_api.agree", "POST", make=a_placement, json={"operators": 3, "yes": True}, reads_first=True, **THEIRS
    ),
    Row("placements_api.take_back", "DELETE", make=agreed, **THEIRS),
    Row("placements_api.searches"),
    Row("placements_api.save_search", "POST", json={"query": "skill=sew"}),
    Row("placements_api.remove_search", "DELETE", make=a_search, **MINE),
    Row("placements.placement", make=a_placement),
    Row("placements.feed"),
    Row("placements.edit", make=a_placement, **THEIRS),
    Row("placements.change", "POST", make=a_placement, form=_offer_form, **THEIRS),
    Row("placements.move", "POST", make=to_close, ids=("public_id",), **THEIRS),
    Row("placements.weigh", make=a_placement, **THEIRS),
    Row("placements.agree", "POST", make=a_placement, form=_TEAM, **THEIRS),
    Row("placements.take_back", "POST", make=agreed, **THEIRS),
    Row("placements.searches"),
    Row("placements.save"),
    Row("placements.save_post", "POST", form={"question": "skill=sew"}),
    Row("placements.forget", "POST", make=a_search, **MINE),
    # Anybody may apply; who keeps the workshop may not, and the one who has applied goes on with what they have.
    Row("applications.apply", make=a_placement),
    Row("applications.begin", "POST", make=a_placement, form=_STATEMENT, loose=True),
    Row("applications.applications"),
    Row("applications.application", make=a_draft, **MINE),
    Row("applications.rewrite", "POST", make=a_draft, form=_STATEMENT, **MINE),
    Row("applications.send", "POST", make=a_draft, **MINE),
    Row("applications.send", "POST", make=an_unconfirmed_persons_draft, owner="new designer"),
    Row("applications.accept", "POST", make=offered, events=2, **MINE, loose=True),
    Row("applications.ask_to_accept", make=offered, **MINE),
    Row("applications.ask_to_withdraw", make=sent, **MINE),
    Row("applications.withdraw", "POST", make=sent, **MINE),
    Row("applications.add_file", "POST", make=a_draft, loose=True, **MINE),
    Row("applications.file", make=a_draft_with_file, **MINE),
    Row("applications.remove_file", "POST", make=a_draft_with_file, **MINE),
    Row("applications_api.applications"),
    Row("applications_api.application", make=a_draft, **MINE),
    Row("applications_api.begin", "POST", json=lambda w: {"placement": w.values(a_placement)["public_id"]}, loose=True),
    Row("applications_api.rewrite", "PATCH", make=a_draft, json=_STATEMENT, **MINE),
    Row("applications_api.send", "POST", make=a_draft, json={}, **MINE),
    Row("applications_api.withdraw", "POST", make=sent, json={}, **MINE),
    Row("applications_api.accept", "POST", make=offered, json={}, **MINE),
    Row("applications_api.add_file", "POST", make=a_draft, loose=True, reads_first=True, **MINE),
    Row("applications_api.file", make=a_draft_with_file, **MINE),
    Row("applications_api.remove_file", "DELETE", make=a_draft_with_file, **MINE),
    Row("received.applications", turned_away=GUIDE),
    # To open one says that it is seen, which is a change; the look at one that is seen already is not.
    Row("received.application", make=seen, **THEIRS),
    Row("received.invite", "POST", make=sent, form={"invitation": "Tuesday at nine."}, **THEIRS),
    Row("received.offer", "POST", make=sent, **THEIRS),
    Row("received.decline", "POST", make=sent, form={"reason": "We have found somebody."}, **THEIRS),
    Row("received.file", make=sent_with_file, **THEIRS),
    Row("applications_api.received", loose=True),
    Row("applications_api.received_one", make=sent, **THEIRS),
    Row("applications_api.received_file", make=sent_with_file, **THEIRS),
    Row("applications_api.see", "POST", make=sent, json={}, **THEIRS),
    Row("applications_api.invite", "POST", make=sent, json={"invitation": "Tuesday."}, **THEIRS),
    Row("applications_api.offer", "POST", make=sent, json={}, **THEIRS),
    Row("applications_api.decline", "POST", make=sent, json={"reason": "Somebody else."}, **THEIRS),
    Row("learning.log"),
    Row("learning.write", "POST", form=_ENTRY, loose=True),
    Row("learning.remove", "POST", make=an_entry, **MINE),
    Row("learning.export", "POST", make=signed, loose=True),
    Row("learning.take_back", "POST", make=an_export, **MINE),
    Row("learning.to_sign", turned_away=GUIDE),
    Row("learning.sign", "POST", make=an_entry, **THEIRS),
    Row("learning.retiring", turned_away=GUIDE),
    Row("learning.set_retiring", "POST", turned_away=GUIDE, events=0),
    Row("learning_api.log"),
    Row("learning_api.write", "POST", json={"operation": "Set collars", "minutes": 60}, loose=True),
    Row("learning_api.remove", "DELETE", make=an_entry, **MINE),
    Row("learning_api.export", "POST", make=signed, json={}, loose=True),
    Row("learning_api.received", loose=True),
    Row("learning_api.sign", "POST", make=an_entry, json={}, **THEIRS),
    Row("skills.check"),
    Row("skills.check_post", "POST", form={"text": "{}"}, events=0),
    Row("skills.check_json", "POST", json={"format": "x"}, events=0),
    Row("skills.key"),
    Row("skills.shown", make=an_export),
    Row("skills.file", make=an_export),
    Row("skills.at_risk"),
    Row("skills.at_risk_json"),
    Row("reports.unnamed", make=a_placement),
    Row("reports.unnamed_post", "POST", make=a_placement, form=_REPORT),
    Row(
        "reports.unnamed_json",
        "POST",
        json=lambda w: {"placement": w.values(a_placement)["public_id"], "reason": "unsafe", "text": "No guards."},
        events=1,
    ),
]
