"""What can be reported, found by its kind and public id."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.threads import store as threads
from marketplace.errors import NotFound
from marketplace.moderation.model import Kind, Subject
from marketplace.orders.reviews import store as reviews
from marketplace.placements import store as placements
from marketplace.placements.views import title
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier


def get_subject(session: Session, kind: Kind, public_id: str) -> Subject:
    """Errors: NotFound."""
    found = _FIND[kind](session, public_id)
    if found is None:
        raise NotFound
    return found


def get_reportable(session: Session, actor: Actor, kind: str, public_id: str) -> Subject:
    """What this person may report: what they can read, and what is not their own. Errors: NotFound."""
    if kind not in set(Kind):
        raise NotFound
    subject = get_subject(session, Kind(kind), public_id)
    own = {membership.organisation_id for membership in actor.memberships}
    if subject.organisation_id in own or (subject.parties is not None and not own & subject.parties):
        raise NotFound
    if subject.kind in (Kind.SUPPLIER, Kind.PLACEMENT):
        must_be_public(session, subject)
    return subject


def must_be_public(session: Session, subject: Subject) -> None:
    """Of what somebody may report by its public page. Errors: NotFound."""
    if not _is_public(session, subject):
        raise NotFound


def _is_public(session: Session, subject: Subject) -> bool:
    supplier = suppliers.find_by_organisation(session, subject.organisation_id)
    return supplier is not None and supplier.status is Status.PUBLISHED


def _supplier(session: Session, public_id: str) -> Subject | None:
    found = suppliers.find_by_public_id(session, public_id)
    if found is None:
        return None
    return Subject(Kind.SUPPLIER, public_id, found.profile.name, _page(found), found.organisation_id)


def _placement(session: Session, public_id: str) -> Subject | None:
    found = placements.find(session, public_id)
    if found is None:
        return None
    (supplier,) = suppliers.list_by_sites(session, [found.site_id])
    words = f"{title(found)} at {supplier.profile.name}"
    return Subject(Kind.PLACEMENT, public_id, words, _page(supplier), supplier.organisation_id)


def _message(session: Session, public_id: str) -> Subject | None:
    """A line of a thread: only its two parties read it, or everybody asked about the brief where it is shared; a
    moderator once one of them reports it."""
    found = threads.find(session, public_id)
    if found is None:
        return None
    enquiry = enquiries.get_enquiry_by_id(session, found.enquiry_id)
    asked = enquiries.list_of_brief(session, found.brief_id) if found.is_shared else [enquiry]
    makers = {suppliers.get(session, one.supplier_id).organisation_id for one in asked}
    words = f"a message in the enquiry of {found.at.day} {found.at:%b %Y}"
    # A shared question is read without its asker's name, so nothing leads to their enquiry.
    path = "/account/enquiries" if found.is_shared else f"/account/enquiries/{enquiry.public_id}"
    parties = frozenset({enquiry.studio_id, *makers})
    return Subject(Kind.MESSAGE, public_id, words, path, found.organisation_id, parties, found.body)


def _review(session: Session, public_id: str) -> Subject | None:
    """Of one party about the other; its author's."""
    try:
        found = reviews.get(session, public_id)
    except NotFound:
        return None
    about = suppliers.find_by_organisation(session, found.about_id)
    studio = accounts.find_studio(session, found.about_id)
    name = about.profile.name if about else studio.name if studio else "a studio"
    path = _page(about) if about else "/account/orders"  # of a studio only the workshops it asks read them
    return Subject(Kind.REVIEW, public_id, f"a review of {name}", path, found.author_id)


def _page(supplier: Supplier) -> str:
    return f"/suppliers/{supplier.slug}"


_FIND = {Kind.SUPPLIER: _supplier, Kind.PLACEMENT: _placement, Kind.MESSAGE: _message, Kind.REVIEW: _review}
