"""Training placements: paid, at the firms that have somebody to teach."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from marketplace.demo.dealing import Decks, chance, weighted
from marketplace.demo.model import Scale
from marketplace.demo.reading import read
from marketplace.placements.model import Level, Placement, PlacementStatus
from marketplace.suppliers.model import ServiceDraft, SiteId
from marketplace.units.wages import Wage, WagePer

_PERCENT = {Scale.MICRO: 5, Scale.SMALL: 10, Scale.MEDIUM: 14, Scale.LARGE: 12}
_STATUSES = {"open": 74, "filled": 14, "paused": 6, "closed": 6}
_MENTORS = ("", "the head of the floor", "the owner", "our most experienced pair of hands", "two of us in turn")
_ACCESS = (
    "",
    "",
    "On the ground floor, no steps. A bus stops outside.",
    "Second floor, goods lift. The toilets are on the same floor.",
    "Three steps at the door; we have a ramp, ring first.",
    "It is loud by the machines; ear protection lies ready, and there is a quiet room for breaks.",
)
_UNTAUGHT = frozenset({"pack"})
# (per, lowest, highest, step) in minor units: at or somewhat above what the law of 2026 asks, to be re-checked.
_WAGES: dict[str, tuple[WagePer, int, int, int]] = {
    "US": (WagePer.HOUR, 1800, 2400, 25),
    "GB": (WagePer.HOUR, 1275, 1450, 5),
    "FR": (WagePer.MONTH, 185_000, 215_000, 1000),
    "IT": (WagePer.MONTH, 95_000, 135_000, 1000),
    "PT": (WagePer.MONTH, 93_000, 115_000, 1000),
    "ES": (WagePer.MONTH, 120_000, 142_000, 1000),
    "JP": (WagePer.HOUR, 1150, 1350, 10),
    "TR": (WagePer.MONTH, 2_850_000, 3_600_000, 50_000),
    "IN": (WagePer.MONTH, 1_300_000, 1_900_000, 50_000),
    "PL": (WagePer.MONTH, 481_000, 560_000, 1000),
}


def make_placements(
    rng: random.Random,
    decks: Decks,
    services: Sequence[ServiceDraft],
    scale: Scale,
    country: str,
    currency: str,
    today: date,
    languages: frozenset[str] = frozenset(),
) -> tuple[Placement, ...]:
    taught = [service for service in services if service.process not in _UNTAUGHT]
    if not taught or not chance(rng, _PERCENT[scale]):
        return ()
    service = taught[0] if chance(rng, 75) else rng.choice(taught)
    skills = sorted(service.tags.skills)
    status = PlacementStatus(weighted(rng, _STATUSES))
    seats = rng.choice((1, 1, 1, 2, 2, 3))
    taken = seats if status is PlacementStatus.FILLED else rng.randint(0, seats - 1)
    starts = today + timedelta(days=rng.randint(12, 210))
    starts += timedelta(days=-starts.weekday() % 7)  # on a Monday
    per, lowest, highest, step = _WAGES[country]
    return (
        Placement(
            public_id="",
            site_id=SiteId(0),
            process=service.process,
            skills=tuple(rng.sample(skills, rng.randint(1, min(3, len(skills))))) if skills and chance(rng, 80) else (),
            seats=seats,
            seats_taken=taken,
            starts_on=starts,
            months=rng.choice((3, 6, 6, 9, 12, 12, 18, 24)),
            wage=Wage(rng.randrange(lowest, highest + 1, step), currency, per),
            status=status,
            note=decks.deal("placement notes", read("stories")["placements"]["texts"]),
            hours_week=rng.choice((24, 32, 36, 40, 40, 40)),
            level=rng.choice((Level.BEGINNER, Level.BEGINNER, Level.SOME, Level.SKILLED)),
            mentor=rng.choice(_MENTORS),
            languages=tuple(sorted(languages)),
            access=rng.choice(_ACCESS),
            closes_on=starts - timedelta(days=rng.choice((7, 14, 21))) if starts > today + timedelta(days=40) else None,
        ),
    )
