"""What a designer asks for: the steps of making, where, how many, by when. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from marketplace.places.model import Place
from marketplace.routes.model import DueAt, Goods, Loss, RankBy, Step, Weights
from marketplace.suppliers.rules import Cloth
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import ProductDefaults

MOST_STEPS = 12
MOST_ROUTES = 20
_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class AskedCloth:
    """The finished cloth; `materials` are terms of the vocabulary."""

    metres_per_piece: Fraction | None = None
    width_cm: int | None = None
    gsm: int | None = None
    materials: frozenset[str] = frozenset()
    cut_waste_ppm: int | None = None


@dataclass(frozen=True, slots=True)
class AskedStep:
    """One step. All `skills` and `certifications` are needed. `before`: the place in the list of the step that takes
    what this one makes, where it is a side branch. `only` and `without` are suppliers' public ids."""

    process: str
    skills: frozenset[str] = frozenset()
    certifications: frozenset[str] = frozenset()
    loss: Loss | None = None
    before: int | None = None
    only: str = ""
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """`radius_m` holds for every supplier, `max_haul_m` for all legs of a route together."""

    origin: Place
    radius_m: int
    start: date
    pieces: int
    steps: tuple[AskedStep, ...]
    max_haul_m: int | None = None
    due: date | None = None
    product: str = ""
    colours: int = 1
    sizes: int = 1
    cloth: AskedCloth = AskedCloth()
    piece_g: int | None = None
    weights: Weights = _WEIGHTS
    rank_by: RankBy = RankBy.WEIGHTED
    k: int = 5
    differ: int = 2
    sends_cloth: bool = False
    stated_due_at: DueAt | None = None
    currency: str = ""

    @property
    def due_at(self) -> DueAt:
        """What the due date is compared with, where nobody says: who asks one workshop for one step is promised a day
        on which the goods are ready, as in a search; a whole route is done when the goods are with the studio."""
        return self.stated_due_at or (DueAt.READY if len(self.steps) == 1 else DueAt.DELIVERED)

    @property
    def has_swaps(self) -> bool:
        """Whether suppliers of some step are fixed or left out."""
        return any(step.only or step.without for step in self.steps)

    def with_step(self, place: int, *, only: str = "", without: frozenset[str] = frozenset()) -> Ask:
        """The same with another choice of suppliers for one step."""
        changed = replace(self.steps[place], only=only, without=without)
        return replace(self, steps=(*self.steps[:place], changed, *self.steps[place + 1 :]))


# Cloth and yarn are no products yet: who weaves and dyes need not name what will be sewn of it.
_FROM_CLOTH_ON = 60  # the place of cutting in the chain
_UNKNOWN_WASTE = 200_000


def solver_step(step: AskedStep, materials: frozenset[str] = frozenset(), product: str = "") -> Step:
    """A step as the solver reads it. Only fibres rule a workshop out: a cloth's construction says nothing about who
    sews it."""
    process = vocabulary().processes[step.process]
    works_on_product = process.order >= _FROM_CLOTH_ON or process.branch == "digital" or step.process == "knit_panel"
    return Step(
        process=step.process,
        before=step.before,
        digital=process.branch == "digital",
        skills=step.skills,
        materials=materials,
        products=frozenset((product,)) if product and works_on_product else frozenset(),
        certificates=step.certifications,
        loss=step.loss,
    )


def solver_steps(ask: Ask) -> tuple[Step, ...]:
    return tuple(solver_step(step, ask.cloth.materials, ask.product) for step in ask.steps)


def goods_of(ask: Ask) -> Goods:
    """What is made. Where nothing says what a piece weighs, the product's usual figures do."""
    cloth, usual = ask.cloth, usual_figures(ask.product)
    known = Cloth(cloth.width_cm, cloth.gsm) if cloth.width_cm and cloth.gsm else None
    waste = cloth.cut_waste_ppm
    if waste is None:
        waste = round(usual.cut_waste * 1_000_000) if usual else _UNKNOWN_WASTE
    weighed = ask.piece_g
    if weighed is None and usual and not (known and cloth.metres_per_piece):
        weighed = round(usual.mass_kg * 1000)
    return Goods(
        pieces=ask.pieces,
        colours=ask.colours,
        sizes=ask.sizes,
        metres_per_piece_mm=int((cloth.metres_per_piece or 0) * 1000),
        cloth=known,
        cut_waste_ppm=waste,
        piece_g=weighed,
    )


def usual_figures(product: str) -> ProductDefaults | None:
    """The usual figures of a product, or of the first of its group that has some: a blazer is like a coat."""
    words = vocabulary()
    if product in words.product_defaults:
        return words.product_defaults[product]
    term = words.terms[Facet.PRODUCT].get(product)
    if term is None or term.group in ("", "other"):
        return None
    return next(
        (
            figures
            for other, figures in words.product_defaults.items()
            if words.terms[Facet.PRODUCT][other].group == term.group
        ),
        None,
    )
