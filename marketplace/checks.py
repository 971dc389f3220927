"""The invariants that must hold at rest: the same checks in tests, in production and after a restore."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.booking import store as booking
from marketplace.capacity import store as capacity
from marketplace.capacity.model import ResourceId
from marketplace.capacity.rules import offered
from marketplace.db import Database, migrate
from marketplace.db.engine import reason
from marketplace.moderation.merging import store as merging
from marketplace.placements import store as placements
from marketplace.placements.rules import taught_until
from marketplace.pools import verify as pools
from marketplace.search.columns import ColumnIndex
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex, load_documents
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import TAGGED, Status
from marketplace.units import Week
from marketplace.vocabulary import Facet, vocabulary

log = logging.getLogger(__name__)

Check = Callable[[Database], list[str]]


def check_all(database: Database) -> Iterator[tuple[str, list[str]]]:
    """Each check's name with what is wrong; nothing wrong is an empty list."""
    for name, check in _CHECKS:
        problems = found_by(partial(check, database))
        yield name, problems
        if problems and check is _schema:
            return  # the other checks read tables that may not be there


def found_by(check: Callable[[], list[str]]) -> list[str]:
    """Damage makes a check fall over in any way at all, and that is what it has found then."""
    try:
        return check()
    except Exception as error:
        log.debug("a check fell over", exc_info=error)
        return [f"could not be checked: {reason(error)}"]


def _schema(database: Database) -> list[str]:
    current, head = migrate.current_revision(database), migrate.head_revision()
    if current == head:
        return []
    if migrate.is_newer(current):
        return [f"the schema is at {current}, the program knows {head}: {migrate.NEWER}"]
    return [f"the schema is {f'at {current}' if current else 'empty'}, the program needs {head}: run “selvedge serve”"]


def _integrity(database: Database) -> list[str]:
    if not database.is_sqlite:
        return []
    with database.reading() as session:
        damage = [row[0] for row in session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        orphans = session.execute(text("PRAGMA foreign_key_check"))
        return damage + [f"{row[0]} row {row[1]} points at a missing {row[2]}" for row in orphans]


def _weeks(database: Database) -> list[str]:
    with database.reading() as session:
        stated = capacity.list_mondays(session)
    return [f"resource {resource_id}: {day} is not a Monday" for resource_id, day in stated if day.weekday() != 0]


def _suppliers(database: Database) -> list[str]:
    words = vocabulary()
    wrong: list[str] = []
    with database.reading() as session:
        ids = suppliers.list_ids(session)
        merged = merging.merged_ids(session)  # their sites may all stand at another listing now
        for supplier in suppliers.list_by_ids(session, ids):
            name = f"{supplier.profile.name} ({supplier.external_id})"
            if not supplier.sites and supplier.id not in merged:
                wrong.append(f"{name} has no site")
            for facet in TAGGED:
                unknown = supplier.profile.tags.of(facet) - words.terms[facet].keys()
                wrong += [f"{name}: unknown {facet.value} {value}" for value in sorted(unknown)]
            if supplier.profile.kind and supplier.profile.kind not in words.terms[Facet.KIND]:
                wrong.append(f"{name}: unknown kind {supplier.profile.kind}")
            for service in supplier.services:
                process = words.processes.get(service.draft.process)
                if process is None:
                    wrong.append(f"{name}: unknown process {service.draft.process}")
                elif service.draft.unit not in process.units:
                    wrong.append(f"{name}: {service.draft.process} is not counted in {service.draft.unit.value}")
    return wrong


def _resources(database: Database) -> list[str]:
    """A service draws on a resource of its own site."""
    wrong: list[str] = []
    with database.reading() as session:
        found = suppliers.list_by_ids(session, suppliers.list_ids(session))
        sites = [site for supplier in found for site in supplier.sites]
        resources = {resource.id: resource for resource in capacity.list_resources(session, sites)}
        uses = capacity.list_uses(session, resources)
    for supplier in found:
        for service in supplier.services:
            use = uses.get(service.id)
            if use and resources[use.resource_id].site_id != service.site_id:
                wrong.append(f"{supplier.profile.name}: {service.draft.process} draws on another site's resource")
    return wrong


def _reservations(database: Database) -> list[str]:
    """Of every week: the counter, the weeks of what is held or booked, and the sum of the events are one number, and no
    more than the calendar offers, until the week is over."""
    wrong: list[str] = []
    this_week = Week.containing(datetime.now(UTC).date())
    with database.reading() as session:
        loads, active, events = capacity.all_loads(session), booking.sum_active(session), booking.sum_events(session)
        found = suppliers.list_by_ids(session, suppliers.list_ids(session)) if loads else []
        sites = [site for supplier in found for site in supplier.sites]
        calendars = {resource.id: resource.calendar for resource in capacity.list_resources(session, sites)}
    for key in sorted(loads.keys() | active.keys() | events.keys()):
        resource_id, monday = key
        reserved, whole = loads.get(key, (0, 0))
        where = f"resource {resource_id}, week of {monday.isoformat()}"
        if not reserved == active.get(key, 0) == events.get(key, 0):
            wrong.append(
                f"{where}: {reserved} counted as reserved, {active.get(key, 0)} held or booked, events say "
                f"{events.get(key, 0)}"
            )
        offers = offered(calendars[ResourceId(resource_id)], Week(monday)) or 0
        if whole != offers and Week(monday) >= this_week:
            wrong.append(f"{where}: counted against {whole}, the calendar offers {offers}")
    return wrong


_QUOTES = {
    "SELECT e.id FROM enquiry e JOIN quote q ON q.enquiry_id = e.id WHERE q.state = 'sent' AND e.state <> 'quoted'": (
        "enquiry {} has an open quote and is not quoted"
    ),
    "SELECT enquiry_id FROM quote WHERE state = 'sent' GROUP BY enquiry_id HAVING count(*) > 1": (
        "enquiry {} has several open quotes"
    ),
    "SELECT e.id FROM enquiry e LEFT JOIN quote q ON q.enquiry_id = e.id AND q.state = 'accepted' "
    "GROUP BY e.id, e.state HAVING count(q.id) <> CASE e.state WHEN 'accepted' THEN 1 ELSE 0 END": (
        "enquiry {} and its quotes disagree about what was accepted"
    ),
    "SELECT q.id FROM quote q JOIN reservation r ON r.id = q.reservation_id "
    "WHERE r.state = 'held' AND q.state <> 'sent'": ("quote {} has ended and still holds weeks"),
    "SELECT q.id FROM quote q JOIN reservation r ON r.id = q.reservation_id "
    "WHERE q.state = 'sent' AND (r.state = 'firm' OR r.outcome NOT IN ('', 'expired'))": (
        "quote {} is open and its weeks were booked or given away"
    ),
}


def _quotes(database: Database) -> list[str]:
    """What a quote says, its enquiry and its weeks say too."""
    with database.reading() as session:
        return [said.format(row[0]) for query, said in _QUOTES.items() for row in session.execute(text(query))]


_ORDERS = {
    "SELECT o.id FROM purchase_order o JOIN reservation r ON r.id = o.reservation_id "
    "WHERE o.state <> 'cancelled' AND r.state <> 'firm'": "order {} runs and its weeks are not booked",
    "SELECT o.id FROM purchase_order o JOIN reservation r ON r.id = o.reservation_id "
    "WHERE o.state = 'cancelled' AND r.state <> 'ended'": "order {} was called off and keeps its weeks",
    "SELECT o.id FROM purchase_order o JOIN quote q ON q.id = o.quote_id WHERE q.state <> 'accepted'": (
        "order {} comes from a quote that was not accepted"
    ),
    "SELECT id FROM purchase_order WHERE (state IN ('completed', 'cancelled')) <> (ended_at IS NOT NULL)": (
        "order {} has ended without saying when, or says when and has not"
    ),
    "SELECT w.id FROM waiting w LEFT JOIN reservation r ON r.id = w.reservation_id "
    "WHERE w.state = 'offered' AND r.id IS NULL": "place {} in a waiting list is offered weeks that nobody holds",
}


def _orders(database: Database) -> list[str]:
    """Orders keep the weeks they say they keep, and offers of freed weeks are real."""
    with database.reading() as session:
        return [said.format(row[0]) for query, said in _ORDERS.items() for row in session.execute(text(query))]


def _pools(database: Database) -> list[str]:
    """Reached once for each crossing; confirmed with weeks booked, every pledge decided, the set-up shared exactly."""
    with database.reading() as session:
        return list(pools.all_problems(session))


_APPLICATIONS = {
    "SELECT p.id FROM placement p JOIN application a ON a.placement_id = p.id AND a.state = 'accepted' "
    "GROUP BY p.id, p.seats HAVING count(*) > p.seats": "placement {} has more accepted apprentices than places",
    "SELECT a.id FROM application a JOIN application_event e ON e.application_id = a.id WHERE e.id = "
    "(SELECT max(id) FROM application_event x WHERE x.application_id = a.id) AND e.state <> a.state": (
        "application {} is in a state that its events do not end in"
    ),
}


def _applications(database: Database) -> list[str]:
    """No more people were accepted than there are places, and each application stands where its events end."""
    with database.reading() as session:
        return [said.format(row[0]) for query, said in _APPLICATIONS.items() for row in session.execute(text(query))]


def _teaching(database: Database) -> list[str]:
    """A site says for as long as its placements do that somebody may learn there."""
    with database.reading() as session:
        ids = suppliers.list_ids(session)
        days: dict[int, date] = {}
        for placement in placements.list_all(session):
            if day := taught_until(placement):
                days[placement.site_id] = max(day, days.get(placement.site_id, day))
        said = {site.id: site.teaches_until for each in suppliers.list_by_ids(session, ids) for site in each.sites}
    return [
        f"site {site} says it teaches until {until}, its placements say {days.get(site)}"
        for site, until in said.items()
        if until != days.get(site)
    ]


def _index(database: Database) -> list[str]:
    """The index holds exactly the published sites, each as it stands in the database."""
    today = datetime.now(UTC).date()
    live = LiveIndex(database, ColumnIndex.empty(today))
    indexed = {fit.document.site_id: fit.document for fit in live.every(SearchQuery(today=today))}
    with database.reading() as session:
        fresh = {
            d.site_id: d for _, documents in load_documents(session, suppliers.list_ids(session)) for d in documents
        }
        visible = _visible(session)
    wrong = [f"site {site_id} is published and not indexed" for site_id in sorted(visible - indexed.keys())]
    wrong += [f"site {site_id} is indexed and not published" for site_id in sorted(indexed.keys() - visible)]
    wrong += [
        f"site {s} is indexed in an old version" for s in sorted(visible & indexed.keys()) if indexed[s] != fresh[s]
    ]
    return wrong


def _visible(session: Session) -> set[int]:
    query = text(
        "SELECT site.id FROM site JOIN supplier ON supplier.id = site.supplier_id WHERE supplier.status = :status"
    )
    return set(session.scalars(query, {"status": Status.PUBLISHED.value}))


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("schema is up to date", _schema),
    ("database is intact, foreign keys hold", _integrity),
    ("weeks start on Mondays", _weeks),
    ("suppliers use known terms and units", _suppliers),
    ("services draw on resources of their site", _resources),
    ("reserved weeks equal what is held and booked", _reservations),
    ("quotes agree with their enquiries and weeks", _quotes),
    ("orders agree with their quotes and weeks", _orders),
    ("pools agree with their pledges, weeks and shares", _pools),
    ("applications agree with their places and events", _applications),
    ("sites teach for as long as their placements do", _teaching),
    ("index equals the published sites", _index),
)
