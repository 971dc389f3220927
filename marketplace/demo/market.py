"""What the demonstration people do with each other, through the same actions as everybody: so that weeks, events,
notices and the trail agree. Each function is one thing done on one day."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.audit import store as audit
from marketplace.briefs import actions as briefs
from marketplace.briefs import store as briefs_store
from marketplace.briefs.model import Brief, Content
from marketplace.db import Database
from marketplace.enquiries import actions as enquiries
from marketplace.enquiries import quote_actions
from marketplace.enquiries.limits import Limits
from marketplace.enquiries.model import Enquiry, MessageKind, Offer, Quote
from marketplace.enquiries.quote_forms import QuoteForm
from marketplace.enquiries.threads import actions as threads
from marketplace.errors import Conflict
from marketplace.files.actions import Cabinet, keep, receive
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Supplier
from marketplace.units import Quantity

LIMITS = Limits(per_brief=8, per_day=20, answer_days=5)


@dataclass(frozen=True, slots=True)
class Firm:
    """A supplier, and whoever speaks for it."""

    supplier: Supplier
    actor: Actor

    def service_of(self, process: str) -> str:
        """The public id of its first service of the process. Errors: LookupError."""
        for service in self.supplier.services:
            if service.draft.process == process:
                return service.public_id
        raise LookupError(f"{self.supplier.profile.name} has no service “{process}”")


@dataclass(frozen=True, slots=True)
class Market:
    """The database inside its one write transaction, and where files go (None: nowhere)."""

    database: Database
    session: Session
    cabinet: Cabinet | None

    def actor(self, email: str) -> Actor:
        person = accounts.find_person_by_email(self.session, email)
        assert person is not None
        return Actor(person, accounts.list_memberships(self.session, person.id))

    def firm(self, email: str) -> Firm:
        """The supplier that a person belongs to."""
        actor = self.actor(email)
        supplier = suppliers.find_by_organisation(self.session, actor.organisations(OrganisationKind.SUPPLIER)[0])
        assert supplier is not None
        return Firm(supplier, actor)

    def write(self, designer: Actor, content: Content, now: datetime, drawing: tuple[str, str] | None = None) -> Brief:
        """A brief, with a text of its measurements where there is a place for files."""
        brief = briefs.write(self.database, designer, content, now)
        if drawing is None or self.cabinet is None:
            return brief
        name, text = drawing
        with receive(self.cabinet, name, io.BytesIO(text.encode())) as received:
            file = keep(
                self.session,
                self.cabinet,
                received,
                organisation_id=brief.studio_id,
                person_id=designer.person_id,
                now=now,
            )
        briefs_store.add_file(self.session, brief.id, file.id)
        changes = [f"File added: {name}"]
        saved = briefs_store.save_version(self.session, brief, designer.person_id, content, changes, now)
        audit.record(
            self.session,
            now,
            designer,
            "brief.edit",
            briefs.KIND,
            brief.public_id,
            organisation_id=brief.studio_id,
            before={"version": brief.version},
            after={"version": saved.version, "changes": changes},
        )
        return saved

    def ask(self, designer: Actor, brief: Brief, firms: Sequence[Firm], process: str, now: datetime) -> list[Enquiry]:
        services = [firm.service_of(process) for firm in firms]
        return enquiries.send(self.database, designer, brief.public_id, services, LIMITS, now)

    def quote(
        self, firm: Firm, enquiry: Enquiry, price: Offer, now: datetime, *, days: int = 7, arrival: date | None = None
    ) -> Quote | None:
        """None when the firm's weeks do not take the run: then it has not answered."""

        def read(quantity: Quantity) -> QuoteForm:
            return QuoteForm(replace(price, quantity=quantity), days, arrival, None, None)

        try:
            return quote_actions.quote(self.database, firm.actor, enquiry.public_id, read, now)
        except Conflict:
            return None

    def say(
        self, actor: Actor, enquiry: Enquiry, kind: MessageKind, body: str, now: datetime, answers: str = ""
    ) -> str:
        """Write into a thread; returns the line's public id."""
        return threads.write(self.database, actor, enquiry.public_id, kind.value, body, now, answers=answers).public_id

    def settle_notices(self, email: str, until: datetime, now: datetime) -> None:
        """What is older was read; and no mail tells, after weeks, what happened then."""
        person = self.actor(email).person
        assert person is not None
        notices.mark_all_read(self.session, person.id, until, until)
        notices.give_up(self.session, person.id, now, now)
