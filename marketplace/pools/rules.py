"""What a pool decides: who may be in, who is served now, what becomes of it at closing, who pays what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from marketplace.pools.decide import choose, nearest_short, share
from marketplace.pools.model import (
    EXTENSIONS,
    MOST_STEPS,
    ClosingAction,
    Group,
    Key,
    Part,
    Pledge,
    Pool,
    Short,
    Terms,
    Totals,
)
from marketplace.pools.words import day_text, far_text, late_text, missing_text, outside_text, room_text
from marketplace.vocabulary.model import fold

_TRANSIT_M_A_DAY = 400_000
GRACE = timedelta(days=7)  # the weeks outlast the closing so long, for a worker that was away
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=180)  # from opening to closing


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pool stands: the group that would be served, or the one that comes nearest. `outside`: pledge -> why it
    can't be in whatever the amounts."""

    totals: Totals
    group: Group | None = None
    short: Short | None = None
    outside: Mapping[str, str] = field(default_factory=dict)


class Ending(StrEnum):
    CONFIRM = "confirm"
    EXTEND = "extend"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Bill:
    """What one designer pays, in minor units; `whole` is with the share of the set-up."""

    setup: int
    whole: int


def transit_days(metres: int) -> int:
    """Calendar days on the road; nothing moves within one place."""
    return 1 + metres // _TRANSIT_M_A_DAY if metres else 0


def why_outside(
    reach_m: int | None, ready: date | None, metres: int, radius_m: int | None, needed_by: date | None
) -> str | None:
    """Why a designer can't be in a lot, or None. Distances include the edge."""
    if radius_m is not None and metres > radius_m:
        return far_text(metres, radius_m)
    if reach_m is not None and metres > reach_m:
        return outside_text(metres, reach_m)
    if needed_by and ready and ready + timedelta(days=transit_days(metres)) > needed_by:
        return late_text(ready + timedelta(days=transit_days(metres)), needed_by)
    return None


def stand(pool: Pool, pledges: Sequence[Pledge]) -> Standing:
    """How the pool stands with these live pledges, whatever their order."""
    outside = {
        pledge.public_id: why
        for pledge in pledges
        if (why := why_outside(pool.terms.reach_m, pool.ready, pledge.metres, pledge.radius_m, pledge.needed_by))
    }
    parts = [part_of(pledge) for pledge in pledges if pledge.public_id not in outside]
    totals = Totals(sum(pledge.atoms for pledge in pledges), len(pledges))
    terms = pool.terms
    group = choose(parts, terms.minimum, terms.maximum, terms.unit.step)
    short = None if group else nearest_short(parts, terms.minimum, terms.maximum)
    return Standing(totals, group, short, outside)


def part_of(pledge: Pledge) -> Part:
    return Part(pledge.public_id, pledge.atoms, pledge.tolerance, pledge.metres)


def at_closing(pool: Pool, pledges: Sequence[Pledge], standing: Standing) -> tuple[Ending, Group | None]:
    """What becomes of a pool at its closing, by the rule it was opened with."""
    if standing.group:
        return Ending.CONFIRM, standing.group
    action = pool.terms.closing
    if action is ClosingAction.EXTEND and pool.extended < EXTENSIONS:
        return Ending.EXTEND, None
    if action is ClosingAction.SHRINK and pool.terms.smallest:
        group = smaller_group(pool, pledges, standing, pool.terms.smallest)
        if group:
            return Ending.CONFIRM, group
    return Ending.CANCEL, None


def smaller_group(pool: Pool, pledges: Sequence[Pledge], standing: Standing, minimum: int) -> Group | None:
    """Who would be served by a lot with a smaller minimum."""
    parts = [part_of(pledge) for pledge in pledges if pledge.public_id not in standing.outside]
    return choose(parts, minimum, pool.terms.maximum, pool.terms.unit.step)


def bills(terms: Terms, group: Group, carried: int = 0) -> tuple[dict[str, Bill], int]:
    """What each pays, and what of the set-up the workshop bears for `carried` atoms that nobody took.

    The set-up is shared by amount, to the minor unit: all shares add up to it.
    """
    setups = share(terms.setup_minor, {**group.amounts, "": carried} if carried else dict(group.amounts))
    found = {
        name: Bill(setups[name], setups[name] + price(terms.unit_minor, atoms, terms.unit.atoms))
        for name, atoms in group.amounts.items()
    }
    return found, setups.get("", 0)


def price(unit_minor: int, atoms: int, per: int) -> int:
    """An amount at a price for each unit, rounded half up to the minor unit."""
    return int(Fraction(2 * unit_minor * atoms + per, 2 * per))


def why_not_served(terms: Terms, standing: Standing, pledge: Pledge, group: Group | None) -> str:
    """What somebody is told who is not in the lot."""
    if why := standing.outside.get(pledge.public_id):
        return why
    if group:
        return room_text(terms.unit, group.room, pledge.atoms, pledge.atoms - pledge.tolerance)
    return not_filled(terms, standing, pledge)


def not_filled(terms: Terms, standing: Standing, pledge: Pledge | None = None) -> str:
    """What a lot lacks that nobody fills, without names."""
    short = standing.short
    if short is None:
        return missing_text(terms.unit, terms.minimum, "")
    others = len(short.names) - (pledge is not None and pledge.public_id in short.names)
    mine = others < len(short.names)
    designers = f"{others} {'other ' if mine else ''}designer{'' if others == 1 else 's'}"
    who = ("you and " + designers if others else "you") if mine else designers
    return missing_text(terms.unit, short.missing, who)


def terms_problems(terms: Terms, now: datetime) -> dict[str, str]:
    """Why a pool can't be opened so: field -> sentence."""
    problems: dict[str, str] = {}
    step = terms.unit.step
    amounts = {"minimum": terms.minimum, "maximum": terms.maximum, "smallest": terms.smallest or step}
    for name, atoms in amounts.items():
        if atoms % step:
            problems[name] = f"must be a multiple of {step / terms.unit.atoms:g} {terms.unit.label}"
    if terms.maximum // step > MOST_STEPS:
        problems["maximum"] = f"a pool is at most {MOST_STEPS * step // terms.unit.atoms:,} {terms.unit.label}"
    if terms.maximum < terms.minimum:
        problems["maximum"] = "is less than the minimum"
    wait = terms.closes_at - now
    if wait < SHORTEST:
        problems["closes_at"] = "must lie ahead, by five minutes at least"
    elif wait > LONGEST:
        problems["closes_at"] = f"at most {LONGEST.days} days from now"
    if terms.closing is ClosingAction.SHRINK and not terms.smallest:
        problems["smallest"] = "how small may the lot become?"
    if terms.smallest and terms.smallest >= terms.minimum:
        problems["smallest"] = "must be less than the minimum"
    if terms.starts <= terms.closes_at.date():
        problems["starts"] = (
            f"work begins after closing, from {day_text(terms.closes_at.date() + timedelta(days=1))} on"
        )
    return problems


def pledge_problems(terms: Terms, atoms: int, tolerance: int) -> dict[str, str]:
    """Why an amount can't be pledged, whatever others do: field -> sentence."""
    problems: dict[str, str] = {}
    step = terms.unit.step
    for name, amount in (("quantity", atoms), ("tolerance", tolerance)):
        if amount % step:
            problems[name] = f"must be a multiple of {step / terms.unit.atoms:g} {terms.unit.label}"
    if tolerance * 2 > atoms:
        problems["tolerance"] = "at most half of the amount"
    if atoms - tolerance > terms.maximum:
        problems["quantity"] = f"the lot holds {terms.maximum / terms.unit.atoms:g} {terms.unit.short} at most"
    return problems


def serves(pool: Key, wish: Key) -> bool:
    """Whether a pool with one key is what somebody wishes for who has another: what is left open fits anything."""
    if pool.process != wish.process:
        return False
    pairs = ((pool.material, wish.material), (pool.colour, wish.colour), (pool.design, wish.design))
    return all(not mine or not theirs or fold(mine) == fold(theirs) for mine, theirs in pairs)
