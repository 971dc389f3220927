"""The generator: the same every time, plausible, and wide enough to show every part of the product."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from marketplace.capacity.model import STALE_DAYS, Plan
from marketplace.capacity.rules import need_atoms, plan
from marketplace.demo.dealing import nice
from marketplace.demo.districts import districts
from marketplace.demo.model import DemoSite, DemoSupplier, World
from marketplace.demo.people import DEMO_PASSWORD, DEMO_PEOPLE
from marketplace.demo.trades import specialities
from marketplace.demo.world import make_world
from marketplace.placements.model import PlacementStatus
from marketplace.places import Point, Precision, distance_m
from marketplace.suppliers.model import MAXIMUM_LEAD_DAYS, ServiceDraft, Status, Verification
from marketplace.suppliers.rules import Answer, Cloth, Run, judge
from marketplace.suppliers.slug import make_slug
from marketplace.text import clean_email, clean_line, clean_name, clean_text, clean_url
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis
from marketplace.vocabulary.store import vocabulary

SILVER_LAKE = Point.of(34.0867, -118.2702)
PRATO = Point.of(43.88, 11.10)
CHAIN = (
    {"weave"},
    {"dye_fabric", "dye_yarn", "dye_garment"},
    {"cut"},
    {"sew"},
    {"press"},
    {"pattern"},
    {"grade"},
)


def services(world: World) -> Iterator[tuple[DemoSupplier, DemoSite, ServiceDraft]]:
    for supplier in world.suppliers:
        for site in supplier.sites:
            for service in site.services:
                yield supplier, site, service


def offers(world: World, process: str, near: Point, radius_m: int) -> list[tuple[DemoSite, ServiceDraft]]:
    return [
        (site, service)
        for supplier, site, service in services(world)
        if supplier.status is Status.PUBLISHED
        and service.process == process
        and site.draft.point is not None
        and distance_m(near, site.draft.point) <= radius_m
    ]


def planned(site: DemoSite, service: ServiceDraft, run: Run, today: date) -> Plan | None:
    converted = judge(service, run).converted
    assert converted is not None
    calendar, rate = site.calendar(service.process)
    return plan(calendar, need_atoms(converted.atoms, rate), today, service.leads.first)


def test_same_arguments_same_world(world: World) -> None:
    assert make_world(world.today) == world
    assert make_world(world.today, "another") != world


@pytest.mark.parametrize("today", [date(2026, 12, 31), date(2027, 8, 9), date(2028, 2, 29), date(2030, 1, 1)])
def test_any_day_will_do(today: date) -> None:
    world = make_world(today)
    assert len(world.suppliers) >= 420
    takers = [
        planned(site, service, Run(Quantity.of(50, Unit.PIECE)), today)
        for site, service in offers(world, "sew", SILVER_LAKE, 40_000)
        if judge(service, Run(Quantity.of(50, Unit.PIECE))).answer is not Answer.NO
    ]
    assert sum(found is not None and found.ready <= today + timedelta(weeks=20) for found in takers) >= 10


def test_size(world: World) -> None:
    assert len(world.suppliers) >= 420
    counts = Counter(supplier.district for supplier in world.suppliers)
    assert len(counts) >= 12
    assert counts == {district.id: sum(district.mix.values()) for district in districts()}


def test_every_kind_process_and_basis_occurs(world: World) -> None:
    known = vocabulary()
    assert {supplier.profile.kind for supplier in world.suppliers} == set(known.terms[Facet.KIND])
    assert {service.process for _, _, service in services(world)} == set(known.processes)
    assert {rule.basis for _, _, service in services(world) for rule in service.rules} == set(Basis)


def test_names_slugs_and_external_ids_are_unique(world: World) -> None:
    suppliers = world.suppliers
    assert len({supplier.profile.name for supplier in suppliers}) == len(suppliers)
    slugs = {make_slug(supplier.profile.name, "", "0" * 32, lambda _: False) for supplier in suppliers}
    assert len(slugs) == len(suppliers)
    assert len({supplier.external_id for supplier in suppliers}) == len(suppliers)
    assert all(supplier.external_id.startswith("demo-") for supplier in suppliers)


def test_every_term_is_in_the_vocabulary(world: World) -> None:
    known = vocabulary()
    tags = [supplier.profile.tags for supplier in world.suppliers] + [s.tags for _, _, s in services(world)]
    for facet in (Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT, Facet.LANGUAGE):
        assert {term for each in tags for term in each.of(facet)} <= set(known.terms[facet])
    for supplier in world.suppliers:
        for certificate in supplier.profile.certificates:
            assert certificate.scheme in known.terms[Facet.CERTIFICATION]
        for machine in supplier.profile.machines:
            assert machine.name in known.machines[machine.family]


def test_skills_belong_to_their_process(world: World) -> None:
    for _, _, service in services(world):
        assert service.tags.skills <= set(vocabulary().processes[service.process].skills)


def test_services_are_sane(world: World) -> None:
    for supplier, site, service in services(world):
        process = vocabulary().processes[service.process]
        assert service.unit in process.units
        assert 1 <= len(service.rules) <= 2
        assert all(rule.quantity.unit is service.unit and rule.quantity.atoms > 0 for rule in service.rules)
        if service.maximum is not None:
            assert service.maximum.unit is service.unit
            assert service.maximum.atoms >= max(rule.quantity.atoms for rule in service.rules)
        if service.load is not None:
            assert service.unit is Unit.KG
            assert Unit.KG.atoms <= service.load.minimum < service.load.maximum <= 200 * Unit.KG.atoms
        leads = service.leads
        assert leads.first is not None
        assert 0 < leads.first <= MAXIMUM_LEAD_DAYS
        assert (leads.repeat or 0) <= leads.first
        assert [s.process for s in site.services].count(service.process) == 1
        assert service.price is None or service.price.per is service.unit
        if service.price is not None and service.price.breaks:
            steps = service.price.breaks
            assert [step.from_quantity for step in steps] == sorted({step.from_quantity for step in steps})
            assert all(step.unit_minor <= service.price.unit_minor for step in steps)
            assert len(steps) <= 3
        assert supplier.profile.kind


def test_a_minimum_run_is_taken(world: World) -> None:
    """No service contradicts itself: some run of one style and colour fits its rules, load and maximum."""
    for supplier, _, service in services(world):
        least = max([rule.quantity.atoms for rule in service.rules] + [service.load.minimum if service.load else 1])
        run = Run(Quantity(least, service.unit), styles=least if service.unit is Unit.STYLE else 1)
        assert judge(service, run).answer is not Answer.NO, (supplier.external_id, service)


def test_sites(world: World) -> None:
    by_id = {district.id: district for district in districts()}
    for supplier in world.suppliers:
        district = by_id[supplier.district]
        for site in supplier.sites:
            draft = site.draft
            assert draft.point is not None
            assert distance_m(district.centre, draft.point) <= 40_000
            assert draft.address.country == district.country
            assert all((draft.address.street, draft.address.locality, draft.address.postal_code, draft.timezone))
    precisions = Counter(site.draft.precision for supplier in world.suppliers for site in supplier.sites)
    assert precisions[Precision.CONFIRMED] > len(world.suppliers) / 2
    assert {Precision.STREET, Precision.POSTCODE, Precision.TOWN} <= set(precisions)


def test_text_is_what_the_forms_accept(world: World) -> None:
    for supplier in world.suppliers:
        profile = supplier.profile
        assert clean_name(profile.name) == profile.name
        assert clean_text(profile.description) == profile.description
        assert clean_url(profile.website) == profile.website
        address = supplier.sites[0].draft.address
        assert all(clean_line(line) == line for line in (address.street, address.locality, address.postal_code))


def test_descriptions(world: World) -> None:
    texts = [supplier.profile.description for supplier in world.suppliers]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert not re.search(r"[{}|@]|  ", text), text
        assert re.search(r"demonstration|invented", text), text
        assert 120 <= len(text) <= 700, text
    within = Counter(
        (supplier.district, sentence)
        for supplier in world.suppliers
        for sentence in re.split(r"(?<=\.) ", supplier.profile.description)[:-1]
    )
    assert max(within.values()) <= 6  # neighbours don't all say the same


def test_every_speciality_can_be_told_anywhere() -> None:
    for kind in specialities().values():
        for speciality in kind.values():
            assert any(not text.startswith("@") for text in speciality.makes), speciality.id


def test_chain_is_complete_in_most_districts(world: World) -> None:
    complete = 0
    for district in districts():
        have = {
            service.process
            for supplier, _, service in services(world)
            if supplier.district == district.id and supplier.status is Status.PUBLISHED
        }
        complete += all(step & have for step in CHAIN)
    assert complete >= 15


@pytest.mark.parametrize("centre", [SILVER_LAKE, PRATO])
def test_fifty_jackets_find_a_route(world: World, centre: Point) -> None:
    cloth = Run(Quantity.of(130, Unit.METRE), cloth=Cloth(width_cm=150, gsm=200))
    pieces = Run(Quantity.of(50, Unit.PIECE))
    steps = {"weave": cloth, "dye_fabric": cloth, "cut": pieces, "sew": pieces, "press": pieces, "grade": pieces}
    for process, run in (steps | {"pattern": pieces}).items():
        ready = [
            found.ready
            for site, service in offers(world, process, centre, 40_000)
            if judge(service, run).answer is not Answer.NO
            for found in [planned(site, service, run, world.today)]
            if found is not None
        ]
        assert min(ready) <= world.today + timedelta(weeks=12), process


def test_fifty_pieces_near_silver_lake(world: World) -> None:
    run = Run(Quantity.of(50, Unit.PIECE))
    found = offers(world, "sew", SILVER_LAKE, 40_000)
    assert len(found) >= 20
    answers = Counter(judge(service, run).answer for _, service in found)
    assert 25 <= answers[Answer.YES] <= 45
    assert answers[Answer.SURCHARGE] >= 3
    assert answers[Answer.NO] >= 5
    plans = [
        planned(site, service, run, world.today)
        for site, service in found
        if judge(service, run).answer is not Answer.NO
    ]
    latest = world.today + timedelta(weeks=16)
    in_time = [each.ready for each in plans if each is not None and each.ready <= latest]
    assert len(in_time) >= 10
    assert len({Week.containing(day) for day in in_time}) >= 5
    assert None in plans  # somebody has published nothing


def test_capacity(world: World) -> None:
    resources = [r for supplier in world.suppliers for site in supplier.sites for r in site.resources]
    published = [resource for resource in resources if resource.is_published]
    assert 0.02 < 1 - len(published) / len(resources) < 0.15
    fresh = sum(resource.confirmed_days_ago <= STALE_DAYS for resource in published)
    assert 0.6 < fresh / len(published) < 0.95
    assert any(resource.unit is Unit.MINUTE and {"sew", "sample"} <= set(resource.rates) for resource in resources)
    first, last = Week.containing(world.today), Week.containing(world.today).plus(26)
    assert all(first <= week < last for resource in published for week in resource.stated)
    for supplier in world.suppliers:
        for site in supplier.sites:
            used = [process for resource in site.resources for process in resource.rates]
            assert sorted(used) == sorted(service.process for service in site.services)
            assert len({resource.name for resource in site.resources}) == len(site.resources)
            days = [closure.first for closure in site.closures]
            ends = [closure.last for closure in site.closures]
            assert all(end < start for end, start in zip(ends, days[1:], strict=False))


def test_trust(world: World) -> None:
    suppliers = world.suppliers
    verified = sum(supplier.verification is not Verification.SELF_DECLARED for supplier in suppliers)
    assert 0.09 < verified / len(suppliers) < 0.15
    assert {supplier.status for supplier in suppliers} == set(Status)
    certificates = [each for supplier in suppliers for each in supplier.profile.certificates]
    valid = [each for each in certificates if each.is_valid_on(world.today)]
    assert len(certificates) > len(valid) > len(certificates) * 0.7
    assert any(each.valid_to and each.valid_to <= world.today + timedelta(days=40) for each in valid)
    assert all(each.number.startswith("DEMO-") for each in certificates)


def test_placements(world: World) -> None:
    found = [(site, each) for supplier in world.suppliers for site in supplier.sites for each in site.placements]
    assert len(found) >= 30
    assert {PlacementStatus.OPEN, PlacementStatus.FILLED} <= {each.status for _, each in found}
    for site, each in found:
        assert each.wage is not None
        assert each.process in {service.process for service in site.services}
        assert each.starts_on > world.today
        assert 0 <= each.seats_taken <= each.seats


def test_people(world: World) -> None:
    by_id = {supplier.external_id: supplier for supplier in world.suppliers}
    assert len(DEMO_PASSWORD) >= 15
    assert len({person.email for person in DEMO_PEOPLE}) == len(DEMO_PEOPLE)
    for person in DEMO_PEOPLE:
        assert clean_email(person.email) == person.email
        assert person.email.endswith("@example.com")
        if person.supplier:
            assert by_id[person.supplier].status is Status.PUBLISHED


@pytest.mark.parametrize(
    ("amount", "rounded"), [(0.2, 1), (7, 7), (87, 85), (123, 125), (212, 210), (1234, 1250), (8765, 8800)]
)
def test_nice(amount: float, rounded: int) -> None:
    assert nice(amount) == rounded
