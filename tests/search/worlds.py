"""Small random worlds of suppliers, written through the features' own actions."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.capacity import store as capacity
from marketplace.capacity.model import Use
from marketplace.changes import store as changes
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.places import Point, Precision
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.actions import add_supplier
from marketplace.suppliers.model import (
    Address,
    Certificate,
    LeadDays,
    MinimumRule,
    Price,
    ProfileDraft,
    ServiceDraft,
    SiteDraft,
    SupplierId,
    Tags,
    Verification,
)
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis

NOW = datetime(2027, 2, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
CENTRE = Point.of(43.88, 11.10)

KINDS = ("sewing_room", "weaver", "atelier")
PROCESSES = ("sew", "cut", "press")
SKILLS = ("buttonhole", "overlock", "lingerie", "draping")
PRODUCTS = ("jackets_blazers", "dresses")
LANGUAGES = ("en", "it")
SCHEMES = ("gots", "oeko100")


def random_supplier(database: Database, rng: random.Random, number: int) -> SupplierId:
    """Add one supplier with a site, up to three services and their weeks."""
    profile = ProfileDraft(
        name=f"{rng.choice(('Atelier', 'Sartoria'))} {rng.choice(('Rosa', 'Bianchi', 'Niccolò'))} {number}",
        kind=rng.choice(KINDS),
        tags=Tags(
            skills=some(rng, SKILLS),
            products=some(rng, PRODUCTS),
            languages=some(rng, LANGUAGES),
            materials=frozenset(),
        ),
        certificates=tuple(
            Certificate(scheme, valid_to=rng.choice((None, date(2027, 1, 1), date(2027, 4, 1), date(2028, 1, 1))))
            for scheme in sorted(some(rng, SCHEMES))
        ),
    )
    point = Point.of(CENTRE.lat + rng.gauss(0, 0.25), CENTRE.lon + rng.gauss(0, 0.3)) if rng.random() < 0.95 else None
    site = SiteDraft(
        Address(locality=rng.choice(("Prato", "Pistoia")), country="IT"),
        point=point,
        precision=rng.choice((Precision.CONFIRMED, Precision.TOWN)) if point else Precision.NONE,
        timezone="Europe/Rome",
    )
    with database.writing() as session:
        organisation = accounts.add_organisation(session, OrganisationKind.SUPPLIER, new_public_id(), NOW)
        supplier_id = add_supplier(session, organisation, profile, site, NOW, external_id=f"w{number:04d}")
        site_id = suppliers.get(session, supplier_id).sites[0].id
        for process in rng.sample(PROCESSES, rng.randint(0, 3)):
            service_id = suppliers.add_service(session, site_id, new_public_id(), random_service(rng, process))
            if rng.random() < 0.8:
                resource = capacity.add_resource(session, site_id, new_public_id(), process, Unit.PIECE)
                capacity.put_use(session, Use(service_id, resource))
                capacity.set_usual(session, resource, rng.choice((0, 10, 25, 60)), NOW)
                weeks = {Week(date(2027, 3, 1)).plus(n): rng.choice((0, 5, 80)) for n in range(8) if rng.random() < 0.3}
                capacity.set_weeks(session, resource, weeks, NOW)
        if rng.random() < 0.2:
            suppliers.set_verification(
                session, supplier_id, rng.choice((Verification.DOCUMENT_SEEN, Verification.VISITED)), TODAY
            )
        changes.record(session, supplier_id)
    return supplier_id


def random_service(rng: random.Random, process: str) -> ServiceDraft:
    bases = rng.sample((Basis.ORDER, Basis.STYLE, Basis.COLOUR, Basis.SIZE), rng.randint(0, 2))
    rules = tuple(
        MinimumRule(Quantity(rng.choice((5, 10, 20, 30, 50, 60, 80)), Unit.PIECE), basis, rng.choice((None, None, 20)))
        for basis in bases
    )
    return ServiceDraft(
        process,
        Unit.PIECE,
        rules,
        maximum=Quantity(rng.choice((100, 300)), Unit.PIECE) if rng.random() < 0.4 else None,
        leads=LeadDays(first=rng.choice((None, 1, 5, 20))),
        price=Price("EUR", rng.choice((500, 1250, 4000)), Unit.PIECE, rng.choice((0, 5000)))
        if rng.random() < 0.7
        else None,
        tags=Tags(skills=some(rng, SKILLS)),
    )


def some(rng: random.Random, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value for value in values if rng.random() < 0.35)
