"""Deal out a whole world of suppliers from a seed and a date. Pure: the same arguments give the same world."""

from __future__ import annotations

import random
from datetime import date, timedelta

from marketplace.demo.dealing import Decks, chance, weighted
from marketplace.demo.districts import District, districts, make_site
from marketplace.demo.holidays import make_closures
from marketplace.demo.learning import make_placements
from marketplace.demo.machines import make_machines
from marketplace.demo.model import DemoSite, DemoSupplier, Scale, World
from marketplace.demo.names import NameGiver
from marketplace.demo.papers import make_certificates
from marketplace.demo.stories import make_note, tell
from marketplace.demo.terms import (
    make_leads,
    make_load,
    make_maximum,
    make_price,
    make_rules,
    make_week,
    numbers_of,
)
from marketplace.demo.trades import Speciality, specialities
from marketplace.demo.weeks import make_resources
from marketplace.suppliers.model import ProfileDraft, ServiceDraft, Status, Tags, Verification
from marketplace.vocabulary.store import vocabulary

DEMO_SEED = "selvedge-58"
_STATUSES = {"published": 94, "paused": 4, "closed": 2}
_VERIFIED = {"self_declared": 88, "document_seen": 8, "visited": 4}
_SECOND_SITE_PERCENT = 4
_SECOND_SITES = frozenset({"sewing_room", "atelier", "weaver", "dye_house"})
# What a firm may well know besides its speciality, and the one process it is then meant for.
_EVERYDAY_SKILLS = {
    **dict.fromkeys(("lockstitch", "overlock", "bartack", "buttonhole", "blind_hem", "invisible_zip"), "sew"),
    **dict.fromkeys(("lab_dip", "low_water_dyeing"), ""),
    **dict.fromkeys(("hand_pressing", "form_finishing", "steam_tunnel"), "press"),
    **dict.fromkeys(("sanforising", "brushing"), "finish_fabric"),
    **dict.fromkeys(("enzyme_wash", "ozone"), "wash"),
    **dict.fromkeys(("flat_pattern", "tech_pack"), "pattern"),
    **dict.fromkeys(("grading_nested", "marker_nesting"), "grade"),
    **dict.fromkeys(("plain", "twill"), "weave"),
    "linking": "link",
}
_ANCHOR_SCALES = {Scale.SMALL: 3, Scale.MEDIUM: 1}


def make_world(today: date, seed: str = DEMO_SEED) -> World:
    """Every supplier of every district.

    Each firm has its own stream of chance, named after it, so that a change of one leaves the others alone.
    """
    decks = Decks(f"{seed}/decks")
    names = NameGiver(decks)
    suppliers: list[DemoSupplier] = []
    for district in districts():
        for kind, count in district.mix.items():
            for number in range(1, count + 1):
                external_id = f"demo-{district.id}-{kind.replace('_', '-')}-{number:02d}"
                rng = random.Random(f"{seed}/{external_id}")  # noqa: S311 - repeatable on purpose
                speciality = _speciality(decks, district, kind)
                name = names.give(rng, district, kind)
                suppliers.append(
                    _supplier(rng, decks, district, speciality, external_id, name, today, is_anchor=number == 1)
                )
    return World(today, tuple(suppliers))


def _speciality(decks: Decks, district: District, kind: str) -> Speciality:
    """Dealt in turn, so that a district has some of everything it does."""
    known = specialities()[kind]
    common = [name for name, speciality in known.items() if not speciality.rare]
    return known[decks.deal(f"{district.id}/{kind}", district.only.get(kind) or common)]


def _supplier(
    rng: random.Random,
    decks: Decks,
    district: District,
    speciality: Speciality,
    external_id: str,
    name: str,
    today: date,
    *,
    is_anchor: bool,
) -> DemoSupplier:
    kind = speciality.kind
    scale = speciality.pick_scale(rng, _ANCHOR_SCALES if is_anchor else district.scales)
    materials = frozenset(term for term in speciality.materials if chance(rng, 85))
    products = frozenset(term for term in speciality.products if chance(rng, 85))
    services = tuple(
        _service(rng, decks, process, district, speciality, scale) for process in speciality.pick_processes(rng)
    )
    machines = make_machines(rng, speciality, scale, services)
    languages = frozenset({district.speaks[0]} | {term for term in district.speaks[1:] if chance(rng, 45)})
    profile = ProfileDraft(
        name=name,
        kind=kind,
        description=tell(rng, decks, district, speciality, scale, machines, services),
        website=f"https://{external_id.removeprefix('demo-')}.example.com" if chance(rng, 35) else "",
        tags=Tags(materials=materials, products=products, languages=languages),
        machines=machines,
        certificates=make_certificates(rng, kind, scale, district.country, materials, name, today),
    )
    sites = [
        DemoSite(
            draft=make_site(rng, district, is_confirmed=is_anchor),
            services=services,
            resources=make_resources(rng, services, speciality, scale, today, is_anchor=is_anchor),
            closures=make_closures(rng, district.country, today),
            placements=make_placements(
                rng, decks, services, scale, district.country, district.currency, today, languages
            ),
        )
    ]
    if kind in _SECOND_SITES and not is_anchor and chance(rng, _SECOND_SITE_PERCENT):
        sites.append(_second_site(rng, decks, district, speciality, scale, today))
    verification = Verification(weighted(rng, _VERIFIED))
    seen = verification is not Verification.SELF_DECLARED
    return DemoSupplier(
        external_id=external_id,
        district=district.id,
        speciality=speciality.id,
        scale=scale,
        profile=profile,
        sites=tuple(sites),
        status=Status.PUBLISHED if is_anchor else Status(weighted(rng, _STATUSES)),
        verification=verification,
        verified_at=today - timedelta(days=rng.randint(5, 400)) if seen else None,
    )


def _second_site(
    rng: random.Random, decks: Decks, district: District, speciality: Speciality, scale: Scale, today: date
) -> DemoSite:
    """A second place for the firm's own trade, with its own weeks."""
    services = (_service(rng, decks, speciality.always[0], district, speciality, scale),)
    return DemoSite(
        draft=make_site(rng, district, name="Second hall"),
        services=services,
        resources=make_resources(rng, services, speciality, scale, today, is_anchor=False),
        closures=make_closures(rng, district.country, today),
    )


def _service(
    rng: random.Random, decks: Decks, process: str, district: District, speciality: Speciality, scale: Scale
) -> ServiceDraft:
    numbers = numbers_of(process)
    minutes = speciality.minutes_of(process)
    load = make_load(rng, numbers, scale)
    rules = make_rules(rng, numbers, scale, load)
    maximum = make_maximum(rng, numbers.unit, make_week(rng, numbers, scale, minutes), rules)
    least = max(rule.quantity.atoms for rule in rules) // numbers.unit.atoms
    most = maximum.atoms // numbers.unit.atoms if maximum else None
    return ServiceDraft(
        process=process,
        unit=numbers.unit,
        rules=rules,
        maximum=maximum,
        load=load,
        leads=make_leads(rng, numbers),
        price=make_price(rng, numbers, district.currency, district.price, minutes, (least, most)),
        tags=_service_tags(rng, process, speciality),
        note=make_note(rng, decks),
    )


def _service_tags(rng: random.Random, process: str, speciality: Speciality) -> Tags:
    """The speciality's skills that belong to the process, now and then one more; what it is done to."""
    possible = vocabulary().processes[process].skills
    skills = {skill for skill in speciality.skills if skill in possible and chance(rng, 90)}
    others = [skill for skill in _EVERYDAY_SKILLS if skill in possible and _EVERYDAY_SKILLS[skill] in ("", process)]
    if others and (not skills or chance(rng, 25)):
        skills.add(rng.choice(others))
    own_trade = process == speciality.always[0]
    narrowed = own_trade and chance(rng, 40)
    return Tags(
        skills=frozenset(skills),
        materials=frozenset(speciality.materials[:3]) if narrowed else frozenset(),
        products=frozenset(speciality.products[:3]) if narrowed else frozenset(),
    )
