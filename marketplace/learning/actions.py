"""Write a skills log, sign it, hand it out. Each is one write transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind, Person
from marketplace.accounts.policy import authorize
from marketplace.applications import store as applications
from marketplace.applications.actions import place_of
from marketplace.applications.model import Application, State
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, Invalid, NotFound, SelvedgeError
from marketplace.learning import store
from marketplace.learning.forms import read_entry
from marketplace.learning.model import MOST_ENTRIES, MOST_EXPORTS, Entry, Export
from marketplace.learning.rules import unsigned_document
from marketplace.learning.signing import problem_of, sign
from marketplace.notices import store as notices
from marketplace.placements.model import Placement
from marketplace.suppliers.actions import own_supplier
from marketplace.suppliers.model import Supplier
from marketplace.vocabulary import Facet, vocabulary
from marketplace.web.body import parse_object

LOG_PATH = "/account/skills"
FIRM_PATH = "/listing/skills-logs"
_SIGNED = "This entry is signed: nobody changes it any more."


@dataclass(frozen=True, slots=True)
class Learned:
    """A place that somebody has accepted, at which they learn or learned."""

    application: Application
    placement: Placement
    supplier: Supplier


def write(database: Database, actor: Actor, form: Mapping[str, str], now: datetime) -> Entry:
    """Add an entry of one's own. `placement` names the place; with one place it need not.

    Errors: Invalid; Conflict without an accepted place, or when there are too many entries.
    """
    person = person_of(actor)
    with database.writing() as session:
        places = places_of(session, person.id)
        wanted = form.get("placement", "").strip()
        chosen = [each for each in places if each.placement.public_id == wanted] if wanted else places
        if not places:
            raise Conflict("A skills log is written during a placement: accept one first.")
        if len(chosen) != 1:
            raise Invalid({"placement": "choose the place where you learned it"})
        draft = read_entry(form, chosen[0].placement.process, now.date())
        if store.count_of(session, person.id) >= MOST_ENTRIES:
            raise Conflict(f"A log holds at most {MOST_ENTRIES:,} entries.")
        supplier = chosen[0].supplier
        entry = store.add(
            session,
            person.id,
            chosen[0].application.id,
            supplier.organisation_id,
            supplier.profile.name,
            draft,
            now,
        )
        _note(session, now, actor, "learning.write", entry)
        text = f"{person.name} has written down what they learned: look it over and sign it."
        notices.tell(session, supplier.organisation_id, "skills-log", text, FIRM_PATH, now)
        return entry


def remove(database: Database, actor: Actor, public_id: str, now: datetime) -> None:
    """Errors: Conflict for an entry that is signed; NotFound, also for somebody else's."""
    person = person_of(actor)
    with database.writing() as session:
        entry = store.get(session, public_id)
        if entry.person_id != person.id:
            raise NotFound
        if not store.remove_unsigned(session, entry):
            raise Conflict(_SIGNED)
        _note(session, now, actor, "learning.remove", entry)


def sign_entry(database: Database, actor: Actor, public_id: str, now: datetime) -> Entry:
    """Say, as somebody of the firm, that it was so. To sign again changes nothing.

    Errors: NotFound, also for another firm's; Forbidden without a confirmed address; Conflict for one's own entry.
    """
    with database.writing() as session:
        entry = store.get(session, public_id)
        authorize(actor, "learning.sign", entry.organisation_id)
        assert actor.person is not None
        if entry.person_id == actor.person.id:
            raise Conflict("Nobody signs what they have learned themselves.")
        if store.sign(session, entry, actor.person.id, actor.person.name, now):
            _note(session, now, actor, "learning.sign", entry)
            text = f"{actor.person.name} has signed “{entry.draft.operation}” in your skills log."
            notices.tell_person(session, entry.person_id, "skills-log", text, LOG_PATH, now)
        return store.get(session, public_id)


def export(database: Database, actor: Actor, data_dir: Path, issuer: str, now: datetime) -> Export:
    """Sign what mentors have signed, keep it under a code, and return it.

    Errors: Conflict when nothing is signed yet, or there are too many exports.
    """
    person = person_of(actor)
    with database.writing() as session:
        entries = store.list_of_person(session, person.id)
        if not any(entry.is_signed for entry in entries):
            raise Conflict("Nothing is signed yet: ask your mentor to look at your entries.")
        accounts.lock(session, f"skill-export:{person.id}")
        if len(store.list_exports(session, person.id)) >= MOST_EXPORTS:
            raise Conflict(f"You have {MOST_EXPORTS} exports, which is the most. Take one back first.")
        code = new_public_id()
        document = sign(unsigned_document(person.name, entries, code, issuer, now), data_dir)
        made = Export(code, person.id, json.dumps(document, ensure_ascii=False, indent=2), now)
        store.add_export(session, made)
        audit.record(session, now, actor, "learning.export", "person", person.public_id)
        return made


def take_back(database: Database, actor: Actor, code: str, now: datetime) -> None:
    """Its address shows nothing any more; files that were handed out stay good. Errors: NotFound."""
    person = person_of(actor)
    with database.writing() as session:
        if not store.remove_export(session, person.id, code):
            raise NotFound
        audit.record(session, now, actor, "learning.take_back", "person", person.public_id)


def check(text: bytes, data_dir: Path) -> tuple[dict[str, Any] | None, str | None]:
    """(document, None) of an export that is as this site signed it, else (None, why not)."""
    try:
        document = parse_object(text)
    except SelvedgeError:
        return None, "This is no skills log: it can't be read as JSON. Choose the file that was exported."
    problem = problem_of(document, data_dir)
    return (None, problem) if problem else (document, None)


def set_retiring(database: Database, actor: Actor, supplier_id: str, skills: list[str], now: datetime) -> None:
    """Say of which skills those who know them retire soon; of all others of the firm that is not so.

    Errors: Invalid for a skill that the firm does not list; NotFound.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "supplier.edit", supplier_id)
        if unknown := set(skills) - set(skills_of(supplier)):
            raise Invalid({"skills": f"“{min(unknown)[:40]}” is not among the skills you list"})
        before = store.list_retiring(session, supplier.id)
        if sorted(set(skills)) == before:
            return
        store.set_retiring(session, supplier.id, skills, now)
        audit.record(
            session,
            now,
            actor,
            "supplier.edit",
            "supplier",
            supplier.public_id,
            organisation_id=supplier.organisation_id,
            before={"retiring": before},
            after={"retiring": sorted(set(skills))},
        )


def skills_of(supplier: Supplier) -> list[str]:
    """What the firm and its services list, by label."""
    found = set(supplier.profile.tags.skills)
    for service in supplier.services:
        found |= service.draft.tags.skills
    return sorted(found, key=lambda skill: vocabulary().label(Facet.SKILL, skill))


def places_of(session: Session, person_id: int) -> list[Learned]:
    """Accepted places, the latest first."""
    accepted = [each for each in applications.list_of_person(session, person_id) if each.state is State.ACCEPTED]
    found = []
    for application in accepted:
        supplier, placement = place_of(session, application)
        found.append(Learned(application, placement, supplier))
    return found


def entries_of_firms(session: Session, actor: Actor) -> list[tuple[Entry, str]]:
    """(entry, who learned) at the actor's firms. Errors: SignInNeeded; NotFound without a firm."""
    firms = actor.organisations(OrganisationKind.SUPPLIER)
    authorize(actor, "application.read", *firms)
    found = []
    for entry in store.list_of_firms(session, firms):
        person = accounts.find_person(session, entry.person_id)
        found.append((entry, person.name if person else ""))
    return found


def person_of(actor: Actor) -> Person:
    """Errors: SignInNeeded."""
    authorize(actor, "learning.own")
    assert actor.person is not None
    return actor.person


def _note(session: Session, now: datetime, actor: Actor, action: str, entry: Entry) -> None:
    organisation_id = entry.organisation_id
    audit.record(session, now, actor, action, "skill_entry", entry.public_id, organisation_id=organisation_id)
