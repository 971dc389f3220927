"""What must hold of every pool at rest: the same checks in tests, after races, and in `selvedge verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from marketplace.booking import store as reservations
from marketplace.booking.model import Reservation, ReservationId
from marketplace.booking.model import State as ReservationState
from marketplace.pools import store
from marketplace.pools.model import ClosingAction, Event, EventKind, Pledge, PledgeState, Pool, State
from marketplace.pools.rules import price, stand

_BATCH = 200
_CROSSINGS = (EventKind.REACHED, EventKind.REOPENED)
_FATES = {
    State.CONFIRMED: frozenset({PledgeState.SERVED, PledgeState.UNSERVED, PledgeState.WITHDRAWN}),
    State.CANCELLED: frozenset({PledgeState.RELEASED, PledgeState.WITHDRAWN}),
}
_LIVE = frozenset({PledgeState.PLEDGED, PledgeState.WITHDRAWN})
_WEEKS = {
    State.CONFIRMED: ReservationState.FIRM,
    State.CANCELLED: ReservationState.ENDED,
}


def all_problems(session: Session) -> Iterator[str]:
    """Every sentence that is wrong about any pool."""
    for pool, events, pledges, weeks in each(session):
        for text in (*event_problems(pool, events), *fate_problems(pool, events, pledges, weeks)):
            yield f"pool {pool.public_id}: {text}"


def each(session: Session) -> Iterator[tuple[Pool, list[Event], list[Pledge], Reservation]]:
    """Every pool there ever was with all that belongs to it."""
    pools = store.list_all(session)
    for start in range(0, len(pools), _BATCH):
        batch = pools[start : start + _BATCH]
        ids = [pool.id for pool in batch]
        events = store.list_events(session, ids)
        pledges: dict[int, list[Pledge]] = {}
        for pledge in store.list_pledges(session, ids):
            pledges.setdefault(pledge.pool_id, []).append(pledge)
        for pool in batch:
            weeks = reservations.get_by_id(session, ReservationId(pool.reservation_id))
            yield pool, events.get(pool.id, []), pledges.get(pool.id, []), weeks
        session.expunge_all()


def event_problems(pool: Pool, events: Sequence[Event]) -> list[str]:
    """What happened twice, or out of turn. Pure."""
    return list(_events(pool, events))


def fate_problems(pool: Pool, events: Sequence[Event], pledges: Sequence[Pledge], weeks: Reservation) -> list[str]:
    """What is decided in part, or does not add up. Pure."""
    return [*_pledges(pool, pledges), *_weeks(pool, weeks), *_money(pool, events, pledges)]


def _events(pool: Pool, events: Sequence[Event]) -> Iterator[str]:
    counted = Counter(event.kind for event in events)
    for kind, wanted in (
        (EventKind.OPENED, 1),
        (EventKind.CONFIRMED, int(pool.state is State.CONFIRMED)),
        (EventKind.CANCELLED, int(pool.state is State.CANCELLED)),
        (EventKind.REACHED, pool.crossings),
        (EventKind.EXTENDED, pool.extended),
    ):
        if counted[kind] != wanted:
            yield f"{counted[kind]} events “{kind.value}”, {wanted} expected"
    crossings = [event for event in events if event.kind in _CROSSINGS]
    for n, event in enumerate(crossings):
        if event.kind is not _CROSSINGS[n % 2] or event.number != n // 2 + 1:
            yield f"“{event.kind.value} {event.number}” comes out of turn"
        if event.kind is EventKind.REACHED and not pool.terms.minimum <= event.group_atoms <= pool.terms.maximum:
            yield f"“reached {event.number}” with {event.group_atoms}, outside the lot"
    if pool.state.is_live and (pool.state is State.REACHED) != bool(len(crossings) % 2):
        yield f"is {pool.state.value} after {len(crossings)} crossings"


def _pledges(pool: Pool, pledges: Sequence[Pledge]) -> Iterator[str]:
    allowed = _FATES.get(pool.state, _LIVE)
    wrong = Counter(pledge.state.value for pledge in pledges if pledge.state not in allowed)
    for state, count in wrong.items():
        yield f"is {pool.state.value} with {count} pledges “{state}”"
    live = Counter(pledge.studio_id for pledge in pledges if pledge.state is not PledgeState.WITHDRAWN)
    for studio_id, count in live.items():
        if count > 1:
            yield f"studio {studio_id} is in it {count} times"
    if pool.state.is_live:
        reached = stand(pool, [p for p in pledges if p.state is PledgeState.PLEDGED]).group is not None
        if reached != (pool.state is State.REACHED):
            yield f"is {pool.state.value}, and its pledges {'fill' if reached else 'do not fill'} the lot"


def _weeks(pool: Pool, weeks: Reservation) -> Iterator[str]:
    wanted = _WEEKS.get(pool.state, ReservationState.HELD)
    # A closing that came more than a week late finds its hold expired.
    if weeks.state is not wanted and not (pool.state.is_live and weeks.state is ReservationState.ENDED):
        yield f"is {pool.state.value} and its weeks are {weeks.state.value}"
    if weeks.service_id != pool.service_id:
        yield "holds weeks of another service"


def _money(pool: Pool, events: Sequence[Event], pledges: Sequence[Pledge]) -> Iterator[str]:
    """Of a confirmed pool: the lot is as large as it may be, and the shares add up to the minor unit."""
    if pool.state is not State.CONFIRMED:
        return
    terms = pool.terms
    served = [pledge for pledge in pledges if pledge.state is PledgeState.SERVED]
    atoms = sum(pledge.served or 0 for pledge in served)
    least = terms.minimum
    if terms.closing is ClosingAction.SHRINK and terms.smallest:
        least = terms.smallest
    elif terms.closing is ClosingAction.CONFIRM:
        least = 1
    if not least <= atoms <= terms.maximum:
        yield f"is confirmed with {atoms}, between {least} and {terms.maximum}"
    if any(event.kind is EventKind.CONFIRMED and event.group_atoms != atoms for event in events):
        yield f"serves {atoms}, which is not what was confirmed"
    if atoms >= terms.minimum and not pool.crossings:
        yield "is confirmed and was never reached"
    shares = sum(pledge.setup_minor or 0 for pledge in served) + pool.workshop_minor
    if shares != terms.setup_minor:
        yield f"shares {shares} of a set-up of {terms.setup_minor}"
    for pledge in served:
        whole = (pledge.setup_minor or 0) + price(terms.unit_minor, pledge.served or 0, terms.unit.atoms)
        if pledge.price_minor != whole:
            yield f"pledge {pledge.public_id} is priced {pledge.price_minor}, not {whole}"
        if abs((pledge.served or 0) - pledge.atoms) > pledge.tolerance:
            yield f"pledge {pledge.public_id} got {pledge.served} of {pledge.atoms}, give or take {pledge.tolerance}"
