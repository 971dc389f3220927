"""Copy one's data; erase one's account."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts import limits, password
from marketplace.accounts import member_store as members
from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, Membership, OrganisationKind, Person, Role, Studio
from marketplace.accounts.policy import authorize
from marketplace.applications import actions as applications
from marketplace.audit import store as audit
from marketplace.booking import store as booking
from marketplace.briefs import store as briefs
from marketplace.capacity import store as capacity
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import State as EnquiryState
from marketplace.errors import Conflict, Invalid
from marketplace.feeds import store as feeds
from marketplace.mail import store as mail
from marketplace.moderation import store as moderation
from marketplace.orders import store as orders
from marketplace.placements import store as placements
from marketplace.pools import store as pools
from marketplace.pools import wish_store as wishes
from marketplace.privacy import store
from marketplace.routes import store as routes
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier
from marketplace.waiting import store as waiting

_WRONG = "This is not your present password."
_MODERATOR = "You moderate this site: ask whoever runs it to take that from you first."
_OTHERS = "Others work in {name}, and you are its only owner: make somebody else its owner first."
_RUNNING = "{name} has open enquiries, holds, pledges or orders: finish or cancel them first."
# What stands in the trail of things nobody else has a part in: of an organisation, and of a person.
_OWN = ("supplier", "site", "service", "placement", "organisation", "brief", "kept_route", "wish")
_PERSONAL = ("saved_search", "placement_search", "api_token")
_WAITING = (EnquiryState.SENT, EnquiryState.QUOTED)


def copy_data(database: Database, actor: Actor, now: datetime) -> str:
    """Everything about the person, and of the organisations they own alone, as JSON."""
    authorize(actor, "account.own")
    assert actor.person is not None
    with database.reading() as session:
        owned = [m.organisation_id for m in actor.memberships if _is_only_owner(session, actor.person, m)]
        found = store.copy_of(session, actor.person.id, owned)
        by_them = [
            {"at": event.at, "action": event.action, "kind": event.object_kind, "id": event.object_id}
            for event in audit.list_of_person(session, actor.person.id)
        ]
        reports = [
            {"kind": r.kind, "id": r.object_id, "reason": r.reason, "text": r.body, "state": r.state, "at": r.at}
            for r in moderation.list_reports_of(session, actor.person.id)
        ]
    document = {"made_at": now, "tables": found, "reports": reports, "trail": by_them}
    return json.dumps(document, ensure_ascii=False, indent=2, default=_text)


def erase(database: Database, actor: Actor, typed: str, now: datetime) -> None:
    """Delete the person; empty what nobody is left for.

    Errors: Invalid when the password is wrong; Conflict with what has to be settled first; TooMany.
    """
    authorize(actor, "account.own")
    person = actor.person
    assert person is not None
    with database.writing() as session:
        tries = limits.take(session, ((limits.PASSWORD_CHECK, person.public_id),), now)
    with database.reading() as session:
        stored_hash = accounts.find_password_hash(session, person.email)
    if not password.is_right(stored_hash, typed):
        raise Invalid({"password": _WRONG})
    with database.writing() as session:
        accounts.lock_person(session, email=person.email)
        limits.give_back(session, tries)
        if person.is_moderator:
            raise Conflict(_MODERATOR)
        memberships = accounts.list_memberships(session, person.id)
        for membership in memberships:
            if _is_only_owner(session, person, membership):
                _end_organisation(session, person, membership, now)
        applications.forget(session, person.id, person.name, now)
        moderation.forget_words(session, person.id)
        mail.forget(session, person.email)
        audit.forget(session, "person", person.public_id)
        audit.forget_own(session, person.id, _PERSONAL)
        # Without the person: the trail says by number whose account it was.
        audit.record(session, now, actor, "account.erase", "person", person.public_id)
        accounts.remove_person(session, person.id)


def _is_only_owner(session: Session, person: Person, membership: Membership) -> bool:
    if membership.role is not Role.OWNER:
        return False
    others = (accounts.find_person(session, m) for m in accounts.list_member_ids(session, membership.organisation_id))
    return not any(
        m.role is Role.OWNER and m.organisation_id == membership.organisation_id
        for other in others
        if other is not None and other.id != person.id and not other.is_suspended  # who can't sign in owns nothing
        for m in accounts.list_memberships(session, other.id)
    )


def _end_organisation(session: Session, person: Person, membership: Membership, now: datetime) -> None:
    """Errors: Conflict when others work there or somebody counts on it."""
    organisation_id = membership.organisation_id
    supplier = suppliers.find_by_organisation(session, organisation_id)
    studio = accounts.find_studio(session, organisation_id)
    name = supplier.profile.name if supplier else studio.name if studio else "Your firm"
    if len(accounts.list_member_ids(session, organisation_id)) > 1:
        raise Conflict(_OTHERS.format(name=name))
    if _is_running(session, organisation_id, supplier):
        raise Conflict(_RUNNING.format(name=name))
    feeds.remove(session, organisation_id)
    members.end_invitations(session, organisation_id)
    audit.forget_kinds(session, organisation_id, _OWN)
    if membership.kind is OrganisationKind.STUDIO and studio:
        wishes.forget(session, organisation_id)
        asked = enquiries.list_of_studio(session, [organisation_id])
        briefs.empty(session, organisation_id, {enquiry.brief_id for enquiry in asked})
        routes.empty(session, organisation_id)
        waiting.leave_all(session, organisation_id)
        accounts.put_studio(session, Studio(organisation_id, f"Studio {organisation_id}", "", None))
    if supplier:
        site_ids = [site.id for site in supplier.sites]
        suppliers.empty(session, supplier.id)
        capacity.empty(session, site_ids)
        placements.empty(session, site_ids)
        waiting.empty_notices(session, supplier.id)
        suppliers.set_status(session, supplier.id, Status.CLOSED, now)
        changes.record(session, supplier.id)
    audit.forget(session, "studio", accounts.organisation_public_id(session, organisation_id))


def _is_running(session: Session, organisation_id: int, supplier: Supplier | None) -> bool:
    found = orders.list_of_studio(session, organisation_id)
    asked = enquiries.list_of_studio(session, [organisation_id])
    held = booking.list_of_studio(session, organisation_id)
    pledged = pools.count_live_pledges(session, organisation_id)
    if supplier:
        found += orders.list_of_supplier(session, supplier.id)
        asked += enquiries.list_of_suppliers(session, [supplier.id])
        held += booking.list_of_supplier(session, supplier.id)
    return bool(held or pledged or any(e.state in _WAITING for e in asked) or any(not o.state.is_over for o in found))


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
