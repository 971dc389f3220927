"""What the two sides do with enquiries. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor
from marketplace.accounts.policy import authorize, can
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.briefs import store as briefs
from marketplace.briefs.model import Brief
from marketplace.briefs.rules import run_of
from marketplace.db import Database
from marketplace.enquiries import store
from marketplace.enquiries.limits import Limits
from marketplace.enquiries.model import Enquiry, MessageKind, Reason, State
from marketplace.enquiries.rules import OUTCOMES, STEPS, Move, Party, after_working_days, is_open
from marketplace.enquiries.threads import store as threads
from marketplace.enquiries.words import REASONS, STATES, weekday
from marketplace.errors import Conflict, Invalid, TooMany
from marketplace.notices import store as notices
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Service, Status, Supplier
from marketplace.text import clean_text

_DAY = timedelta(days=1)
_MOST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A service that is to be asked."""

    supplier: Supplier
    service: Service


def send(
    database: Database,
    actor: Actor,
    brief_id: str,
    service_ids: Sequence[str],
    limits: Limits,
    now: datetime,
    words: Mapping[str, str] = MappingProxyType({}),
) -> list[Enquiry]:
    """Put the newest version of a brief to services, one of each supplier.

    `words`: what the studio writes to a service (by its public id) with the brief, as the first message.
    Errors: NotFound for a brief that isn't the actor's studio's; Forbidden without a confirmed address; Invalid for
    what can't be asked, also twice; TooMany for the day's limit. Nothing is sent then.
    """
    with database.writing() as session:
        brief = briefs.get(session, brief_id)
        authorize(actor, "enquiry.send", brief.studio_id)
        if run_of(brief.content) is None:
            raise Invalid({"brief": "say how many you want made before you ask for prices"})
        accounts.lock(session, f"enquiries:{brief.studio_id}")  # of two at once the second counts the first
        asked = [_service(session, public_id) for public_id in dict.fromkeys(service_ids)]
        before = store.list_of_brief(session, brief.id)
        _check(asked, before, brief)
        _check_limits(session, asked, before, brief, limits, now)
        for old in before:
            if old.state is State.SENT and old.supplier_id in {each.supplier.id for each in asked}:
                _end(session, old, Move.WITHDRAW, now)  # the new version takes the place of what nobody answered
        return [
            _send(session, actor, brief, each, limits, now, words.get(each.service.public_id, "")) for each in asked
        ]


def withdraw(database: Database, actor: Actor, enquiry_id: str, now: datetime) -> Enquiry:
    """The studio takes an enquiry back. Errors: NotFound; Conflict when it has ended."""
    with database.writing() as session:
        enquiry = own(session, actor, enquiry_id, Party.STUDIO)
        return _move(session, actor, enquiry, Move.WITHDRAW, now)


def close_others(database: Database, actor: Actor, brief_id: str, now: datetime) -> list[Enquiry]:
    """The studio declines what is still open about a brief, politely. Errors: NotFound."""
    with database.writing() as session:
        brief = briefs.get(session, brief_id)
        authorize(actor, "enquiry.send", brief.studio_id)
        # All before the first gives weeks back: who moves another of them meanwhile waits here, not in a circle.
        known = [store.lock_enquiry(session, enquiry.id) for enquiry in store.list_of_brief(session, brief.id)]
        open_ones = [enquiry for enquiry in known if is_open(enquiry.state)]
        return [_move(session, actor, enquiry, Move.CLOSE, now) for enquiry in open_ones]


def close(database: Database, actor: Actor, enquiry_id: str, now: datetime) -> Enquiry:
    """The studio says no to one quote. Errors: NotFound; Conflict when it has ended."""
    with database.writing() as session:
        enquiry = own(session, actor, enquiry_id, Party.STUDIO)
        return _move(session, actor, enquiry, Move.CLOSE, now)


def decline(database: Database, actor: Actor, enquiry_id: str, reason: str, note: str, now: datetime) -> Enquiry:
    """The supplier declines, with a reason; an open quote is withdrawn with it.

    Errors: NotFound; Invalid without a reason; Conflict when it has ended.
    """
    with database.writing() as session:
        enquiry = own(session, actor, enquiry_id, Party.SUPPLIER)
        chosen, said = _read_reason(reason, note)
        return _move(session, actor, enquiry, Move.DECLINE, now, chosen, said)


def time_out(session: Session, enquiry: Enquiry, now: datetime) -> bool:
    """Close an enquiry whose time is over, and tell both sides; False when it was answered meanwhile."""
    if not store.move(session, enquiry, Move.TIME_OUT, now):
        return False
    _note(session, None, enquiry, Move.TIME_OUT, now)
    _tell(session, enquiry, Move.TIME_OUT, "", now)
    return True


def own(session: Session, actor: Actor, enquiry_id: str, party: Party) -> Enquiry:
    """The enquiry, if the actor belongs to that side of it. Errors: SignInNeeded, NotFound."""
    enquiry = store.get_enquiry(session, enquiry_id)
    if party is Party.STUDIO:
        authorize(actor, "enquiry.send", enquiry.studio_id)
    else:
        authorize(actor, "enquiry.answer", suppliers.get(session, enquiry.supplier_id).organisation_id)
    return enquiry


def _read_reason(reason: str, note: str) -> tuple[Reason, str]:
    problems: dict[str, str] = {}
    said = ""
    if reason not in set(Reason):
        problems["reason"] = "choose a reason: it tells the studio what to change"
    try:
        said = clean_text(note, maximum=_MOST_NOTE)
    except ValueError as error:
        problems["note"] = str(error)
    if reason == Reason.OTHER and not said and "note" not in problems:
        problems["note"] = "say in a few words what the reason is"
    if problems:
        raise Invalid(problems)
    return Reason(reason), said


def _service(session: Session, public_id: str) -> Asked:
    supplier = suppliers.find_by_service(session, public_id)
    if supplier is None:
        raise Invalid({"services": f"there is no service “{public_id[:40]}”"})
    service = next(service for service in supplier.services if service.public_id == public_id)
    if supplier.status is not Status.PUBLISHED or service.status is not Status.PUBLISHED:
        raise Invalid({"services": f"{supplier.profile.name} takes no enquiries for this at present"})
    return Asked(supplier, service)


def _check(asked: Sequence[Asked], before: Sequence[Enquiry], brief: Brief) -> None:
    if not asked:
        raise Invalid({"services": "choose at least one supplier"})
    ids = [each.supplier.id for each in asked]
    known = {enquiry.supplier_id for enquiry in before if enquiry.brief_version == brief.version}
    for each in asked:
        name = each.supplier.profile.name
        if each.supplier.id in known:
            raise Invalid({"services": f"{name} has this version of the brief already: write to them there"})
        if ids.count(each.supplier.id) > 1:
            raise Invalid({"services": f"{name} is chosen twice: ask for one service of each supplier"})


def _check_limits(
    session: Session, asked: Sequence[Asked], before: Sequence[Enquiry], brief: Brief, limits: Limits, now: datetime
) -> None:
    again = {each.supplier.id for each in asked}
    waiting = sum(is_open(enquiry.state) and enquiry.supplier_id not in again for enquiry in before)
    if waiting + len(asked) > limits.per_brief:
        left = max(limits.per_brief - waiting, 0)
        raise Invalid(
            {"services": f"at most {limits.per_brief} suppliers are asked about one brief at a time: {left} more now"}
        )
    sent = store.count_sent(session, brief.studio_id, now - _DAY)
    if sent + len(asked) > limits.per_day:
        left = max(limits.per_day - sent, 0)
        raise TooMany(
            f"A studio asks at most {limits.per_day} suppliers a day: {left} more today. Suppliers answer sooner "
            "when few are asked.",
            int(_DAY.total_seconds()),
        )


def _send(
    session: Session, actor: Actor, brief: Brief, asked: Asked, limits: Limits, now: datetime, words: str
) -> Enquiry:
    enquiry = store.add_enquiry(
        session,
        brief_id=brief.id,
        brief_version=brief.version,
        studio_id=brief.studio_id,
        supplier_id=asked.supplier.id,
        service_id=asked.service.id,
        person_id=actor.person.id if actor.person else None,
        answer_by=after_working_days(now, limits.answer_days),
        now=now,
    )
    if words:
        threads.add(
            session,
            enquiry,
            organisation_id=brief.studio_id,
            person_id=actor.person_id,
            kind=MessageKind.MESSAGE,
            body=words,
            now=now,
        )
    audit.record(
        session,
        now,
        actor,
        "enquiry.send",
        "enquiry",
        enquiry.public_id,
        organisation_id=brief.studio_id,
        after={"state": enquiry.state.value, "brief": brief.public_id, "version": brief.version},
    )
    notices.tell(
        session,
        asked.supplier.organisation_id,
        "enquiry-sent",
        f"{studio_name(session, brief.studio_id)} asks you for a quote: “{brief.content.title}”. "
        f"Please answer by {weekday(enquiry.answer_by.date())}.",
        path_of(enquiry),
        now,
    )
    return enquiry


def _move(
    session: Session,
    actor: Actor,
    enquiry: Enquiry,
    move: Move,
    now: datetime,
    reason: Reason | None = None,
    note: str = "",
) -> Enquiry:
    if not _end(session, enquiry, move, now, reason, note):
        raise Conflict(ended_text(store.get_enquiry_by_id(session, enquiry.id)))
    _note(session, actor, enquiry, move, now, note)
    _tell(session, enquiry, move, REASONS[reason] if reason else "", now)
    return store.get_enquiry_by_id(session, enquiry.id)


def _end(
    session: Session, enquiry: Enquiry, move: Move, now: datetime, reason: Reason | None = None, note: str = ""
) -> bool:
    """Make the move, and give back the weeks of a quote that is still open."""
    if not store.move(session, enquiry, move, now, reason=reason, note=note):
        return False
    quote, after = store.find_sent_quote(session, enquiry.id), STEPS[move].quote_after
    if quote and after and store.end_quote(session, quote, after, now) and quote.reservation_id is not None:
        holds.release(session, quote.reservation_id, OUTCOMES[after], now)
    return True


def ended_text(enquiry: Enquiry) -> str:
    """Why nothing more can be done, and what stands now."""
    return f"This enquiry has ended meanwhile ({STATES[enquiry.state].lower()}): nothing was changed."


def studio_name(session: Session, studio_id: int) -> str:
    studio = accounts.find_studio(session, studio_id)
    return studio.name if studio else "A studio"


def path_of(enquiry: Enquiry) -> str:
    return f"/account/enquiries/{enquiry.public_id}"


def _note(session: Session, actor: Actor | None, enquiry: Enquiry, move: Move, now: datetime, reason: str = "") -> None:
    audit.record(
        session,
        now,
        actor,
        f"enquiry.{move.value}",
        "enquiry",
        enquiry.public_id,
        organisation_id=enquiry.studio_id,
        before={"state": enquiry.state.value},
        after={"state": STEPS[move].after.value},
        reason=reason,
    )


def _tell(session: Session, enquiry: Enquiry, move: Move, reason: str, now: datetime) -> None:
    """The other side hears of it; when time runs out, both do."""
    supplier = suppliers.get(session, enquiry.supplier_id)
    title = briefs.get_by_id(session, enquiry.brief_id).content.title
    name, studio = supplier.profile.name, studio_name(session, enquiry.studio_id)
    to_studio = {
        Move.DECLINE: f"{name} can't take “{title}”: {reason[:1].lower()}{reason[1:]}. The others may still answer.",
        Move.TIME_OUT: f"{name} did not answer about “{title}” in time, so the enquiry is closed. Ask somebody else.",
    }
    to_supplier = {
        Move.WITHDRAW: f"{studio} has withdrawn the enquiry about “{title}”. You need not answer any more.",
        Move.CLOSE: f"{studio} has chosen otherwise for “{title}”, and thanks you for your time. "
        "Weeks you held for it are open again.",
        Move.TIME_OUT: f"The time to answer {studio} about “{title}” is over, so the enquiry is closed. "
        "Nothing is asked of you.",
    }
    kind = f"enquiry-{STEPS[move].after.value.replace('_', '-')}"
    if text := to_studio.get(move):
        notices.tell(session, enquiry.studio_id, kind, text, path_of(enquiry), now)
    if text := to_supplier.get(move):
        notices.tell(session, supplier.organisation_id, kind, text, path_of(enquiry), now)


def readable(session: Session, actor: Actor, enquiry_id: str, action: str = "enquiry.read") -> tuple[Enquiry, Party]:
    """The enquiry, and the side on which the actor sees it. Errors: SignInNeeded, NotFound."""
    enquiry = store.get_enquiry(session, enquiry_id)
    supplier = suppliers.get(session, enquiry.supplier_id)
    authorize(actor, action, enquiry.studio_id, supplier.organisation_id)
    return enquiry, Party.STUDIO if can(actor, action, enquiry.studio_id) else Party.SUPPLIER
