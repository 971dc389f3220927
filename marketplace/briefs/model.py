"""What a designer wants made: the brief, its versions, and the suppliers a studio keeps in mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from marketplace.files.model import StoredFile
from marketplace.places import Point
from marketplace.suppliers.model import Status, Supplier, SupplierId
from marketplace.units import Money, Quantity

BriefId = NewType("BriefId", int)

MAXIMUM_SIZES = 30
MAXIMUM_COLOURS = 20
MAXIMUM_FILES = 20
MAXIMUM_BRIEFS = 2000  # of a studio, the archived ones too
MAXIMUM_SHORTLIST = 200


class BriefState(StrEnum):
    OPEN = "open"
    ARCHIVED = "archived"


class ClothFrom(StrEnum):
    """Who brings the cloth: it decides who buys it, and what the price of making holds."""

    STUDIO = "studio"
    SUPPLIER = "supplier"

    @property
    def label(self) -> str:
        return {"studio": "the studio sends the cloth", "supplier": "the supplier finds the cloth"}[self]


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of one size in one colour. Either may be empty where there is only one."""

    size: str
    colour: str
    pieces: int


@dataclass(frozen=True, slots=True)
class BriefCloth:
    """`composition` is text, such as "98 % cotton, 2 % elastane"."""

    composition: str = ""
    gsm: int | None = None
    width_cm: int | None = None
    supplied_by: ClothFrom | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The run that this one repeats: who made it and what a piece cost then. It is a note, no promise."""

    supplier_id: str = ""  # public
    supplier: str = ""
    price: Money | None = None
    order_id: str = ""  # public


@dataclass(frozen=True, slots=True)
class Content:
    """What one version of a brief says.

    `lines` count garments; a job on cloth or yarn has a `quantity` in metres or kilograms instead, in `colours`.
    `start` is the day from which work may begin, `by` the day the goods are needed. `target` is for one piece, or
    one metre or kilogram. `lots` names the cloth or dye lots that a repeat run has to match, `what_changed` how it
    differs from the run before.
    """

    title: str
    product: str = ""
    lines: tuple[Line, ...] = ()
    quantity: Quantity | None = None
    colours: int = 1
    processes: tuple[str, ...] = ()
    cloth: BriefCloth = BriefCloth()
    piece_g: int | None = None
    start: date | None = None
    by: date | None = None
    target: Money | None = None
    place: str = ""
    point: Point | None = None
    pattern_revision: str = ""
    what_changed: str = ""
    lots: str = ""
    earlier: Earlier | None = None
    notes: str = ""

    @property
    def sizes_in_order(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.size for line in self.lines))

    @property
    def colours_in_order(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.colour for line in self.lines))

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)


@dataclass(frozen=True, slots=True)
class Brief:
    """`content` is what its newest version, number `version`, says."""

    id: BriefId
    public_id: str
    studio_id: int
    state: BriefState
    version: int
    content: Content
    files: tuple[StoredFile, ...]
    repeats_id: BriefId | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """`person` is who saved it; empty when the account is gone. `changes` are sentences, for people."""

    number: int
    at: datetime
    person: str
    changes: tuple[str, ...]
    content: Content


@dataclass(frozen=True, slots=True)
class Question:
    """What a workshop would ask next. `field` is where the answer belongs."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """`missing` stands between the brief and a price; `helpful` would make the price better."""

    missing: tuple[Question, ...]
    helpful: tuple[Question, ...] = ()
    answered: int = 0

    @property
    def is_ready(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Shortlisted:
    """A supplier that a studio wants to come back to."""

    supplier_id: SupplierId
    note: str
    added_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A shortlisted supplier as a studio sees it; its listing may be paused or closed by now."""

    item: Shortlisted
    supplier: Supplier

    @property
    def is_published(self) -> bool:
        return self.supplier.status is Status.PUBLISHED
