"""Open a pool, pledge, change, withdraw, close. Each is one write transaction that locks the pool's row first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.db import Database
from marketplace.errors import Conflict, Invalid, NotFound, SignInNeeded, TooMany
from marketplace.places import Point, distance_m
from marketplace.pools import closing, store
from marketplace.pools.model import (
    MOST_CHANGES,
    MOST_JOINS,
    MOST_OPEN_POOLS,
    MOST_PLEDGES,
    MOST_PLEDGES_OF_STUDIO,
    MOST_WITHDRAWN_A_MONTH,
    Event,
    EventKind,
    Pledge,
    PledgeState,
    Pool,
    Terms,
)
from marketplace.pools.rules import pledge_problems, terms_problems, why_outside
from marketplace.pools.telling import answer_wishes
from marketplace.pools.words import amount, at_text
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import own_supplier, service_of
from marketplace.suppliers.model import Status, Supplier

_MONTH = timedelta(days=30)
NO_PLACE = "where is your studio? Say it on your account’s page, or give lat and lon"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one studio may do before it has to wait. Races lift them; nothing else does."""

    pledges: int = MOST_PLEDGES_OF_STUDIO
    joins: int = MOST_JOINS
    withdrawn_a_month: int = MOST_WITHDRAWN_A_MONTH


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a studio pledges, in atoms of the pool's unit. Without a point the studio's own counts."""

    atoms: int
    tolerance: int = 0
    point: Point | None = None
    radius_m: int | None = None
    needed_by: date | None = None


def studio_of(actor: Actor, action: str) -> int:
    """The studio that somebody acts for. Errors: SignInNeeded, NotFound; Forbidden without a confirmed address."""
    studios = actor.organisations(OrganisationKind.STUDIO)
    if not studios:
        if not actor.is_signed_in:
            raise SignInNeeded
        raise NotFound("Make a studio on your account’s page first: pools are joined by studios.")
    authorize(actor, action, studios[0])
    return studios[0]


def studio_point(session: Session, studio_id: int) -> Point | None:
    studio = accounts.find_studio(session, studio_id)
    return studio.point if studio else None


def open_pool(
    database: Database,
    actor: Actor,
    supplier_id: str,
    service_id: str,
    terms: Terms,
    now: datetime,
    wishes: tuple[str, ...] = (),
) -> Pool:
    """Open a pool for a service of one's own (public ids) and hold the weeks of its largest lot until it closes.

    `wishes`: public ids of what it answers; whoever wished for it is told, as is everybody else whom it fits.
    Errors: Invalid, NotFound; Conflict when the weeks are not to be had.
    """
    with database.writing() as session:
        supplier = own_supplier(session, actor, "pool.run", supplier_id)
        service = service_of(supplier, service_id)
        if supplier.status is not Status.PUBLISHED or service.status is not Status.PUBLISHED:
            raise Conflict("Publish the listing and this service first: nobody would see the pool.")
        problems = terms_problems(terms, now)
        site = next(site for site in supplier.sites if site.id == service.site_id)
        if site.draft.point is None:
            problems["service"] = "put the place on the map first: designers are found by distance"
        if terms.key.process != service.draft.process:
            problems["service"] = "does other work"
        if problems or site.draft.point is None:
            raise Invalid(problems)
        accounts.lock(session, f"pools:{supplier.id}")
        if store.count_live(session, supplier.id) >= MOST_OPEN_POOLS:
            raise Conflict(f"You have {MOST_OPEN_POOLS} pools open, which is the most. Close one first.")
        try:
            held = closing.hold_weeks(session, supplier, service, terms, terms.maximum, now)
        except Invalid as error:
            raise Invalid({"maximum": error.problems.get("quantity", error.detail)}) from None
        pool = store.add(
            session,
            supplier_id=supplier.id,
            service_id=service.id,
            reservation_id=held.reservation.id,
            terms=terms,
            point=site.draft.point,
            ready=held.plan.ready,
            now=now,
        )
        store.add_event(session, pool, Event(EventKind.OPENED, 1, now, 0, 0))
        _note(session, actor, supplier, pool, "pool.open", now, {"minimum": terms.minimum, "maximum": terms.maximum})
        answer_wishes(session, pool, supplier, wishes, now)
        return pool


def pledge(
    database: Database, actor: Actor, pool_id: str, wanted: Wanted, now: datetime, limits: Limits = LIMITS
) -> tuple[Pool, Pledge]:
    """Pledge an amount for the actor's studio. It binds at closing; until then it may be changed and withdrawn.

    Errors: Conflict when the pool has closed, or the studio is in already; Invalid for what can't be in the lot
    whatever others do; TooMany for who joins and leaves too often; NotFound.
    """
    studio_id = studio_of(actor, "pool.pledge")
    with database.writing() as session:
        pool = _open_for(session, pool_id, now)
        accounts.lock(session, f"pledges:{studio_id}")  # of two pools at once the second counts the first
        _check_limits(session, pool, studio_id, limits, now)
        metres = _fitting(session, pool, studio_id, wanted)
        made = store.add_pledge(
            session,
            pool,
            studio_id=studio_id,
            atoms=wanted.atoms,
            tolerance=wanted.tolerance,
            metres=metres,
            radius_m=wanted.radius_m,
            needed_by=wanted.needed_by,
            now=now,
        )
        _note_pledge(session, actor, pool, made, "pool.pledge", now)
        return closing.settle(session, pool, now), own_pledge(session, pool, studio_id)


def change(database: Database, actor: Actor, pool_id: str, wanted: Wanted, now: datetime) -> tuple[Pool, Pledge]:
    """Change one's pledge before closing. Errors as for pledge; NotFound without one."""
    studio_id = studio_of(actor, "pool.pledge")
    with database.writing() as session:
        pool = _open_for(session, pool_id, now)
        made = _live(session, pool, studio_id)
        if made.changes >= MOST_CHANGES:
            raise TooMany(
                f"You have changed this pledge {MOST_CHANGES} times. It stands as it is, or withdraw it.", 3600
            )
        metres = _fitting(session, pool, studio_id, wanted, made)
        store.change_pledge(
            session,
            made,
            atoms=wanted.atoms,
            tolerance=wanted.tolerance,
            metres=metres,
            radius_m=wanted.radius_m,
            needed_by=wanted.needed_by,
            changes=made.changes + 1,
        )
        _note_pledge(session, actor, pool, own_pledge(session, pool, studio_id), "pool.change", now)
        return closing.settle(session, pool, now), own_pledge(session, pool, studio_id)


def withdraw(database: Database, actor: Actor, pool_id: str, now: datetime) -> tuple[Pool, Pledge]:
    """Take one's pledge back before closing: nothing is owed. To withdraw again is no error.

    Errors: Conflict when the pool has closed; NotFound without a pledge.
    """
    studio_id = studio_of(actor, "pool.mine")
    with database.writing() as session:
        pool = store.get(session, pool_id, lock=True)
        made = own_pledge(session, pool, studio_id)
        if made.state is PledgeState.WITHDRAWN:
            return pool, made
        _refuse_closed(pool, now)
        store.withdraw_pledge(session, made, now)
        _note_pledge(session, actor, pool, made, "pool.withdraw", now)
        return closing.settle(session, pool, now), own_pledge(session, pool, studio_id)


def close(
    database: Database, actor: Actor, pool_id: str, now: datetime, *, how: str = "planned", reason: str = ""
) -> Pool:
    """Close a pool of one's own before its time. To close again is no error.

    `how`: planned (by its terms, but never extended), confirm (also a smaller lot, where the terms allow it), cancel.
    Errors: Conflict when nobody could be in the lot, or its weeks are gone; NotFound.
    """
    with database.writing() as session:
        pool = store.get(session, pool_id, lock=True)
        supplier = suppliers.get(session, pool.supplier_id)
        authorize(actor, "pool.run", supplier.organisation_id)
        if not pool.state.is_live:
            return pool
        if how == "cancel":
            return closing.cancel(session, pool, reason or "The workshop called it off.", now, actor)
        return closing.close(session, pool, now, actor, by_hand=True, anyway=how == "confirm")


def close_due(database: Database, now: datetime) -> int:
    """The worker's part: close each pool whose time has come, one transaction each; returns how many.

    Killed in between, the next run goes on; several workers may do so at once, and each pool is closed by one.
    """
    closed = 0
    with database.reading() as session:
        due = store.list_due(session, now)
    for public_id in due:
        with database.writing() as session:
            pool = store.get(session, public_id, lock=True)
            if pool.state.is_live and pool.terms.closes_at <= now:
                closing.close(session, pool, now)
                closed += 1
    return closed


def visible(session: Session, pool_id: str) -> tuple[Pool, Supplier]:
    """A pool as anybody may see it. Errors: NotFound, also where its supplier is not published."""
    pool = store.get(session, pool_id)
    supplier = suppliers.get(session, pool.supplier_id)
    if supplier.status is not Status.PUBLISHED:
        raise NotFound
    return pool, supplier


def _open_for(session: Session, pool_id: str, now: datetime) -> Pool:
    """Errors: NotFound; Conflict when it takes no pledges any more."""
    pool = store.get(session, pool_id, lock=True)
    _refuse_closed(pool, now)
    if suppliers.get(session, pool.supplier_id).status is not Status.PUBLISHED:
        raise NotFound
    return pool


def _refuse_closed(pool: Pool, now: datetime) -> None:
    if not pool.state.is_live or pool.terms.closes_at <= now:
        at = pool.decided_at or pool.terms.closes_at
        raise Conflict(f"This pool closed on {at_text(at)}: pledges can’t be made, changed or withdrawn any more.")


def _check_limits(session: Session, pool: Pool, studio_id: int, limits: Limits, now: datetime) -> None:
    """Who joins and leaves to keep others guessing is slowed down."""
    live = store.list_live_pledges(session, pool)
    if any(other.studio_id == studio_id for other in live):
        raise Conflict("You are in this pool already: change your pledge instead.")
    if len(live) >= MOST_PLEDGES:
        raise Conflict(f"{MOST_PLEDGES} designers are in this pool, which is the most.")
    if store.count_live_pledges(session, studio_id) >= limits.pledges:
        raise TooMany(f"You are in {limits.pledges} pools. Withdraw from one, or wait until one closes.", 3600)
    if store.count_withdrawn(session, studio_id, pool=pool) >= limits.joins:
        raise TooMany(f"You have left this pool {limits.joins} times. Others count on who is in: stay out now.", 86_400)
    if store.count_withdrawn(session, studio_id, since=now - _MONTH) >= limits.withdrawn_a_month:
        raise TooMany(
            f"You have withdrawn {limits.withdrawn_a_month} pledges in 30 days. Wait before the next.", 86_400
        )


def _fitting(session: Session, pool: Pool, studio_id: int, wanted: Wanted, before: Pledge | None = None) -> int:
    """Metres from the pool to the studio. Errors: Invalid for what can't be in the lot whatever others do."""
    problems = pledge_problems(pool.terms, wanted.atoms, wanted.tolerance)
    metres = before.metres if before else None
    point = wanted.point or (None if before else studio_point(session, studio_id))
    if point is not None:
        metres = distance_m(pool.point, point)
    if metres is None:
        raise Invalid({**problems, "place": NO_PLACE})
    why = why_outside(pool.terms.reach_m, pool.ready, metres, wanted.radius_m, wanted.needed_by)
    if why:
        problems["needed_by" if why.startswith("with you") else "place"] = why
    if problems:
        raise Invalid(problems)
    return metres


def own_pledge(session: Session, pool: Pool, studio_id: int) -> Pledge:
    found = store.find_pledge(session, pool, studio_id)
    if found is None:
        raise NotFound
    return found


def _live(session: Session, pool: Pool, studio_id: int) -> Pledge:
    found = own_pledge(session, pool, studio_id)
    if found.state is not PledgeState.PLEDGED:
        raise NotFound
    return found


def _note(
    session: Session, actor: Actor, supplier: Supplier, pool: Pool, action: str, now: datetime, after: dict[str, int]
) -> None:
    audit.record(
        session, now, actor, action, "pool", pool.public_id, organisation_id=supplier.organisation_id, after=after
    )


def _note_pledge(session: Session, actor: Actor, pool: Pool, made: Pledge, action: str, now: datetime) -> None:
    after = {"pool": pool.public_id, "amount": amount(made.atoms, pool.terms.unit)}
    audit.record(session, now, actor, action, "pledge", made.public_id, organisation_id=made.studio_id, after=after)


def own_for(session: Session, actor: Actor, supplier_id: str) -> Supplier:
    """One's own supplier, by public id, for pools. Errors: SignInNeeded, NotFound, Forbidden."""
    return own_supplier(session, actor, "pool.run", supplier_id)
