"""Pools: several designers reach one minimum together. What is published, who is in, and what designers wish for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from marketplace.places import Point
from marketplace.suppliers.model import ServiceId, SupplierId
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Quantity, Unit

MOST_PLEDGES = 100  # live ones in one pool
MOST_STEPS = 20_000  # a lot is at most so many trading steps: 20 km of cloth, two tonnes dyed
MOST_OPEN_POOLS = 20  # of one supplier at one time
MOST_PLEDGES_OF_STUDIO = 20  # at one time
MOST_WISHES = 20  # of one studio at one time
MOST_JOINS = 3  # of one studio in one pool: who leaves for the third time stays out
MOST_WITHDRAWN_A_MONTH = 10  # after so many a studio waits
MOST_CHANGES = 20  # of one pledge
EXTENSIONS = 1  # how often a pool is extended by itself


class State(StrEnum):
    OPEN = "open"
    REACHED = "reached"  # a group fits the lot; pledges still come and go until closing
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def is_live(self) -> bool:
        return self in (State.OPEN, State.REACHED)


class ClosingAction(StrEnum):
    """What becomes of a lot whose minimum is missed at closing. One that reached it runs, whatever stands here."""

    CONFIRM = "confirm"  # called off, unless the supplier confirmed the smaller lot by hand before
    EXTEND = "extend"
    SHRINK = "shrink"
    RELEASE = "release"


class ConfirmsAt(StrEnum):
    CLOSING = "closing"
    REACHED = "reached"


class EventKind(StrEnum):
    OPENED = "opened"
    REACHED = "reached"
    REOPENED = "reopened"
    EXTENDED = "extended"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class PledgeState(StrEnum):
    PLEDGED = "pledged"
    WITHDRAWN = "withdrawn"
    SERVED = "served"
    UNSERVED = "unserved"  # the lot runs without them
    RELEASED = "released"  # the pool was called off

    @property
    def label(self) -> str:
        return _PLEDGE_LABELS[self]


_PLEDGE_LABELS = {
    PledgeState.PLEDGED: "Pledged",
    PledgeState.WITHDRAWN: "Withdrawn",
    PledgeState.SERVED: "In the lot",
    PledgeState.UNSERVED: "Not in the lot",
    PledgeState.RELEASED: "Called off, nothing owed",
}


class WishState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # a pool was opened for it
    DECLINED = "declined"  # the supplier that was asked said no, and why
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Key:
    """One lot has one key. Empty: any; a wish for any colour fits a pool in navy, not the other way round."""

    process: str
    material: str = ""
    colour: str = ""
    design: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a supplier publishes of a pool. Amounts in atoms of `unit`, money in minor units of `currency`."""

    key: Key
    unit: Unit
    minimum: int
    maximum: int
    closes_at: datetime
    starts: date  # work begins on this day at the earliest
    currency: str
    unit_minor: int
    setup_minor: int
    closing: ClosingAction = ClosingAction.RELEASE
    smallest: int | None = None  # of a lot that shrinks
    extend_days: int = 14
    confirms: ConfirmsAt = ConfirmsAt.CLOSING
    reach_m: int | None = None  # how far designers may be
    cloth: Cloth | None = None
    piece_g: int | None = None
    note: str = ""

    def run(self, atoms: int) -> Run:
        return Run(Quantity(atoms, self.unit), cloth=self.cloth, piece_g=self.piece_g)


@dataclass(frozen=True, slots=True)
class Pool:
    """`ready`: when the lot's weeks would have it done. `crossings`: how often a group was reached so far.
    `workshop_minor`: what of the set-up the supplier bears, of a lot it confirmed below the minimum."""

    id: int
    public_id: str
    supplier_id: SupplierId
    service_id: ServiceId
    terms: Terms
    point: Point
    state: State
    ready: date
    reservation_id: int
    opened_at: datetime
    crossings: int = 0
    extended: int = 0
    decided_at: datetime | None = None
    reason: str = ""
    workshop_minor: int = 0


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a studio takes of a lot: `atoms`, give or take `tolerance`. `metres`: from the pool to the studio.

    Once decided: `served` atoms, its share of the set-up and the whole price in minor units, and what it was told.
    """

    id: int
    public_id: str
    pool_id: int
    studio_id: int
    atoms: int
    tolerance: int
    metres: int
    radius_m: int | None
    needed_by: date | None
    state: PledgeState
    pledged_at: datetime
    changes: int = 0
    ended_at: datetime | None = None
    served: int | None = None
    setup_minor: int | None = None
    price_minor: int | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What a pledge becomes when its pool is decided."""

    pledge: Pledge
    to: PledgeState
    told: str = ""
    served: int | None = None
    setup_minor: int | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a pool, numbered within its kind. `atoms` and `designers`: what was pledged then, of which
    the group that fits takes `group_atoms`."""

    kind: EventKind
    number: int
    at: datetime
    atoms: int
    designers: int
    group_atoms: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a designer would join a pool for. `supplier_id`, `service_id`: who was asked to open one."""

    id: int
    public_id: str
    studio_id: int
    key: Key
    unit: Unit
    atoms: int
    tolerance: int
    point: Point
    radius_m: int | None
    needed_by: date | None
    state: WishState
    made_at: datetime
    supplier_id: SupplierId | None = None
    service_id: ServiceId | None = None
    pool_id: int | None = None
    cloth: Cloth | None = None
    note: str = ""
    reason: str = ""

    @property
    def run(self) -> Run:
        return Run(Quantity(self.atoms, self.unit), cloth=self.cloth)


@dataclass(frozen=True, slots=True)
class Totals:
    """What anybody may see of who is in."""

    atoms: int = 0
    designers: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One designer in the choice for a lot: `name` tells them apart and settles ties, so it must owe nothing to when
    they came. Amounts in atoms, `metres` from the lot."""

    name: str
    atoms: int
    tolerance: int = 0
    metres: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Who is in the lot: name -> atoms, in order of name. `room`: what would still fit if everybody gave way."""

    amounts: Mapping[str, int] = field(default_factory=dict)
    metres: int = 0
    room: int = 0

    @property
    def atoms(self) -> int:
        return sum(self.amounts.values())


@dataclass(frozen=True, slots=True)
class Short:
    """The group that comes nearest to a lot that nobody fills, and what it lacks."""

    names: tuple[str, ...]
    atoms: int
    missing: int
