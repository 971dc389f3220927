"""What a route is asked of, what it is made of, and what comes back.

Units throughout: metres, grams, days as dates, minor units of one currency, thousandths for weights, quantities in
atoms of their unit. There is no floating point in a decision, so that a route is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from marketplace.capacity.model import RATE_ONE, Calendar, WeekShare
from marketplace.places.model import Point
from marketplace.suppliers.model import Certificate, ServiceTerms, Tags
from marketplace.suppliers.rules import Cloth, Run, Verdict
from marketplace.units import Quantity

WEIGHT_ONE = 1000  # weights are stated in thousandths
MILLION = 1_000_000  # shares are stated in millionths
MAXIMUM_WEIGHT = 1000 * WEIGHT_ONE
MAXIMUM_STEPS = 12
MAXIMUM_K = 50
STUDIO = -1  # the successor of the last step


class RankBy(StrEnum):
    WEIGHTED = "weighted"
    KM = "km"
    MONEY = "money"
    DATE = "date"
    CO2E = "co2e"


@dataclass(frozen=True, slots=True)
class Loss:
    """What a step loses: input = (output + fixed) / (1 - share). `fixed` in atoms of the step's unit."""

    share_ppm: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One process of the route.

    `before` is the index of the step that waits for this one; None means the next step of the chain. A step with
    `before` starts a side branch. `skills` and `certificates` are all needed; `materials` and `products` rule out
    only an offer that lists others: one that lists none has not said no. `loss` None is the process's default.
    """

    process: str
    before: int | None = None
    digital: bool = False  # a file is handed over: no haul, no transit
    skills: frozenset[str] = frozenset()
    materials: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    loss: Loss | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """What is made. `metres_per_piece_mm` in millimetres of finished cloth, the cutting waste inside it.

    `piece_g` is the mass of a cut piece; None takes it from the cloth less the cutting waste.
    """

    pieces: int
    styles: int = 1
    colours: int = 1
    sizes: int = 1
    metres_per_piece_mm: int = 0
    cloth: Cloth | None = None
    cut_waste_ppm: int = 200_000
    piece_g: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What one step works on: the quantity its supplier is asked for, and the mass that enters and leaves it."""

    run: Run
    grams_in: int
    grams_out: int

    @property
    def quantity(self) -> Quantity:
        return self.run.quantity


@dataclass(frozen=True, slots=True)
class Offer:
    """One service of one site, offered for one step. Ids are public ones; ties are broken by their order.

    Give offers from well outside the radius and such as miss a limit too: they are what near-misses are made of.
    """

    step: int
    supplier_id: str
    site_id: str
    service_id: str
    name: str
    point: Point
    draft: ServiceTerms
    calendar: Calendar | None
    rate: int = RATE_ONE
    resource_id: str | None = None
    tags: Tags = field(default_factory=Tags)
    certificates: tuple[Certificate, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        return self.supplier_id, self.site_id, self.service_id


@dataclass(frozen=True, slots=True)
class Weights:
    """Thousandths for each kilometre, each major unit of money, each day and each kilogram of CO2e."""

    km: int = 1 * WEIGHT_ONE
    money: int = 1 * WEIGHT_ONE
    day: int = 20 * WEIGHT_ONE
    kg_co2e: int = WEIGHT_ONE // 5


class DueAt(StrEnum):
    """What the due date is compared with: the day the goods are at the studio, or the day they could leave."""

    DELIVERED = "delivered"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Problem:
    """A request with all the offers that may answer it.

    `radius_m` is the most that any supplier may lie from the studio (inclusive), `haul_m` the most of all legs
    together; None is no limit. `sends_cloth`: the first leg goes from the studio to the first supplier; otherwise that
    supplier buys its own yarn or cloth. `differ`: routes shown differ pairwise in at least so many steps' suppliers
    (never more than there are steps); 1 shows plain k best.
    """

    goods: Goods
    steps: tuple[Step, ...]
    offers: tuple[Offer, ...]
    studio: Point
    start: date
    currency: str
    due: date | None = None
    due_at: DueAt = DueAt.DELIVERED
    radius_m: int | None = None
    haul_m: int | None = None
    weights: Weights = Weights()
    rank_by: RankBy = RankBy.WEIGHTED
    k: int = 5
    differ: int = 2
    sends_cloth: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """Goods carried to a step, or to the studio (`to` is STUDIO). `origin` None: from the studio.

    Metres of the straight line; the road is longer, which the CO2e counts in.
    """

    origin: str | None  # service id
    target: str | None  # service id; None: the studio
    metres: int
    grams: int
    leaves: date
    arrives: date
    mg_co2e: int


@dataclass(frozen=True, slots=True)
class Pick:
    """One step done by one offer. With a split, two picks share a step, each with its part of the quantity.

    `arrives`: the day everything it waits for is there. `ready`: the day the goods can leave.
    """

    step: int
    offer: Offer
    quantity: Quantity
    verdict: Verdict
    arrives: date
    starts: date
    finishes: date  # the last day worked
    ready: date
    weeks: tuple[WeekShare, ...]
    money_minor: int | None  # None: no price published in the currency of the request
    legs: tuple[Leg, ...]  # what is carried to it
    distance_m: int  # from the studio

    @property
    def leg_m(self) -> int:
        return sum(leg.metres for leg in self.legs)

    @property
    def mg_co2e(self) -> int:
        return sum(leg.mg_co2e for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Route:
    """A way through all steps. `score_nano` in billionths; the lowest is best, by the weights of the request.

    `gram_metres` is what the CO2e follows from, exactly. `recheck`: ids of resources on which two branches of the
    route may meet on one day, to be looked at again when booking.
    """

    picks: tuple[Pick, ...]
    last_legs: tuple[Leg, ...]  # to the studio; none where the last step hands over a file, two where it is shared
    metres: int
    money_minor: int | None
    delivered: date
    ready: date
    gram_metres: int
    mg_co2e: int
    score_nano: int
    pareto: bool = False
    split: int | None = None  # the step that two suppliers share
    recheck: tuple[str, ...] = ()

    @property
    def last_leg(self) -> Leg | None:
        """The one that arrives last."""
        return max(self.last_legs, key=lambda leg: leg.arrives, default=None)

    @property
    def service_ids(self) -> tuple[str, ...]:
        return tuple(pick.offer.service_id for pick in self.picks)


class Field(StrEnum):
    """The one limit that a near-miss relaxes."""

    RADIUS = "radius_km"  # of all steps
    OUTSIDE = "outside_km"  # the radius of one step only
    HAUL = "max_haul_km"
    DUE = "due"
    MINIMUM = "minimum"  # at one supplier: pool for it, or order the rest
    LOAD = "load"  # at one supplier: the nearest amounts that fill machine loads
    MAXIMUM = "maximum"  # at one supplier
    SKILL = "skill"
    MATERIAL = "material"
    PRODUCT = "product"
    CERTIFICATE = "certification"
    PRICE = "price"  # no price published in the request's currency
    PIECES = "pieces"  # of the whole run


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The smallest change of one limit that opens a route, and that route.

    `before` and `after` are what the limit is and would have to be: kilometres (int or float), dates, whole
    quantities of the step's unit, or terms. `nearest`: the amounts that would fit, for LOAD, MINIMUM and MAXIMUM.
    `step` and `offer` name where one supplier's limit is meant. `size` is the relative change, for the order.
    """

    field: Field
    before: object
    after: object
    size: float
    route: Route
    step: int | None = None
    offer: Offer | None = None
    nearest: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a step has no offer of its own that fits: how many there are, and how many miss each limit."""

    step: int
    offers: int
    misses: Mapping[Field, int]
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Routes best first. Near-misses, smallest change first, only where no route was found."""

    amounts: tuple[Amount, ...]
    routes: tuple[Route, ...]
    near_misses: tuple[NearMiss, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    is_split: bool = False  # no single supplier fits a step; the routes shown share it between two
