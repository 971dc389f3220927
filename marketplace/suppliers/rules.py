"""The minimum-run engine: would this service take this run, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from marketplace.suppliers.model import LoadLimits, MinimumRule, Price, ServiceTerms
from marketplace.units import Quantity, Unit, format_quantity
from marketplace.units.rules import format_brief, round_up
from marketplace.vocabulary.model import Basis


@dataclass(frozen=True, slots=True)
class Cloth:
    """Turns metres into kilograms: kg = metres x width_m x gsm / 1000."""

    width_cm: int
    gsm: int

    @property
    def grams_per_metre(self) -> Fraction:
        return Fraction(self.width_cm * self.gsm, 100)


@dataclass(frozen=True, slots=True)
class Split:
    """How a quantity lies over its colours, and over the sizes of its colours, in atoms."""

    colours: tuple[int, ...]
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What a designer wants made: a quantity over styles, colours and sizes; evenly, where no `split` says how."""

    quantity: Quantity
    styles: int = 1
    colours: int = 1
    sizes: int = 1
    cloth: Cloth | None = None
    piece_g: int | None = None  # grams a piece, where a dye house or laundry counts kilograms
    split: Split | None = None

    def amounts(self, basis: Basis) -> tuple[int, ...]:
        """The atoms of each part that the basis divides this run into; one amount for all parts of an even run."""
        if self.split:
            match basis:
                case Basis.COLOUR | Basis.LOT | Basis.STYLE_AND_COLOUR:
                    return self.split.colours
                case Basis.SIZE:
                    return self.split.sizes
        return (self.quantity.atoms // self.parts(basis),)

    def parts(self, basis: Basis) -> int:
        """How many parts the basis divides this run into."""
        match basis:
            case Basis.STYLE | Basis.DESIGN:
                return self.styles
            case Basis.COLOUR | Basis.LOT:
                return self.colours  # a dye lot has one colour
            case Basis.STYLE_AND_COLOUR:
                return self.styles * self.colours
            case Basis.SIZE:
                return self.styles * self.colours * self.sizes
            case Basis.ORDER | Basis.WARP:
                return 1


class Answer(StrEnum):
    YES = "yes"
    SURCHARGE = "surcharge"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one limit says of a run. `met` is None where it is neither: a surcharge, or nothing stated."""

    text: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`nearest`: run sizes, in the run's own unit, that would be taken (smallest change first)."""

    answer: Answer
    findings: tuple[Finding, ...]
    surcharge_percent: int = 0
    converted: Quantity | None = None  # the whole run in the service's unit
    nearest: tuple[Quantity, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(finding.text for finding in self.findings)


_ONE = Fraction(1)


def per_atom(run: Run, unit: Unit) -> Fraction | None:
    """Atoms of `unit` in one atom of the run's unit; None where nothing says how to convert."""
    have = run.quantity.unit
    if have is unit:
        return _ONE
    grams: Fraction | None = None
    if run.cloth and {have, unit} == {Unit.METRE, Unit.KG}:
        grams = run.cloth.grams_per_metre
    elif run.piece_g and {have, unit} == {Unit.PIECE, Unit.KG}:
        grams = Fraction(run.piece_g)
    if grams is not None:
        return grams if unit is Unit.KG else 1 / grams
    if unit is Unit.STYLE and run.quantity.atoms:
        return Fraction(run.styles, run.quantity.atoms)  # pattern rooms and graders count styles, not pieces
    return None


def judge(service: ServiceTerms, run: Run) -> Verdict:
    """Judge a run against the maximum, the load limits and every minimum rule of a service.

    Returns the worst finding: NO beats SURCHARGE beats YES. Findings are sentences for people, the
    deciding ones first.
    """
    factor = per_atom(run, service.unit)
    if factor is None:
        return Verdict(Answer.NO, (Finding(_cannot_compare(service.unit, run), met=False),))
    converted = Quantity(_ceil(_times(run.quantity.atoms, factor)), service.unit)
    found = _find(service, run, factor)
    if found.refusals:
        return Verdict(Answer.NO, found.said, 0, converted, _nearest(service, run, factor, found.nearest))
    if found.extras:
        return Verdict(Answer.SURCHARGE, found.said, found.surcharge, converted)
    unstated = () if service.rules else (Finding("No minimum stated: ask before you count on it", met=None),)
    return Verdict(Answer.YES, (*found.said, *unstated), 0, converted)


@dataclass(slots=True)
class _Findings:
    refusals: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    fits: list[str] = field(default_factory=list)
    nearest: list[Quantity] = field(default_factory=list)
    surcharge: int = 0

    @property
    def said(self) -> tuple[Finding, ...]:
        return (
            *(Finding(text, met=False) for text in self.refusals),
            *(Finding(text, met=None) for text in self.extras),
            *(Finding(text, met=True) for text in self.fits),
        )


def _find(service: ServiceTerms, run: Run, factor: Fraction) -> _Findings:
    """What each limit of the service says of the run."""
    found = _Findings()
    atoms = _ceil(_times(run.quantity.atoms, factor))
    if service.maximum and atoms > service.maximum.atoms:
        asked = format_quantity(Quantity(atoms, service.unit))
        found.refusals.append(f"Takes at most {format_quantity(service.maximum)}; you ask for {asked}")
        if not _counts_styles(service.unit, run):
            found.nearest.append(_back(service.maximum.atoms, factor, run, up=False))
    for rule in service.rules:
        _judge_rule(rule, run, found)
    if service.load:
        text, amounts = _judge_load(service, service.load, run, factor)
        (found.refusals if amounts else found.fits).append(text)
        found.nearest.extend(amounts)
    return found


def _judge_rule(rule: MinimumRule, run: Run, found: _Findings) -> None:
    factor = per_atom(run, rule.quantity.unit)
    if factor is None:
        found.refusals.append(_cannot_compare(rule.quantity.unit, run))
        return
    parts = run.parts(rule.basis)
    if _counts_styles(rule.quantity.unit, run):
        _judge_styles(rule, run.styles // parts, found)
        return
    amounts = run.amounts(rule.basis)
    share = _times(min(amounts), factor)
    if share >= rule.quantity.atoms:
        found.fits.append(_fits_text(rule, run, share))
        return
    needed = _back(rule.quantity.atoms, factor, run, parts=parts)
    if len(amounts) > 1:  # the small parts grow, the others stay as they are
        each = _back(rule.quantity.atoms, factor, run).atoms
        needed = Quantity(sum(max(amount, each) for amount in amounts), needed.unit)
    if rule.surcharge_percent is None:
        found.refusals.append(_short_text(rule, run, share, needed))
        found.nearest.append(needed)
        return
    found.surcharge = max(found.surcharge, rule.surcharge_percent)
    found.extras.append(
        f"Below the minimum of {rule_text(rule)}: +{rule.surcharge_percent} % (none from {format_quantity(needed)})"
    )


def _counts_styles(unit: Unit, run: Run) -> bool:
    """Whether a service counts styles where the run counts something else: more pieces are no more styles."""
    return unit is Unit.STYLE and run.quantity.unit is not Unit.STYLE


def _judge_styles(rule: MinimumRule, styles: int, found: _Findings) -> None:
    asked = format_quantity(Quantity(styles, Unit.STYLE))
    if styles >= rule.quantity.atoms:
        found.fits.append(f"From {rule_text(rule)}: your {asked} fit")
    elif rule.surcharge_percent is None:
        found.refusals.append(f"Minimum {rule_text(rule)}: you ask for {asked}")
    else:
        found.surcharge = max(found.surcharge, rule.surcharge_percent)
        found.extras.append(f"Below the minimum of {rule_text(rule)}: +{rule.surcharge_percent} %")


_ROUNDS = 4  # an amount that one limit asks for may miss another, which names a further amount


def _nearest(service: ServiceTerms, run: Run, factor: Fraction, amounts: list[Quantity]) -> tuple[Quantity, ...]:
    """Amounts that meet every limit at once, smallest change first: those of an uneven run where its parts are even."""
    seen: set[Quantity] = set()
    taken: set[Quantity] = set()
    for _ in range(_ROUNDS):
        further: list[Quantity] = []
        for amount in amounts:
            if amount in seen or amount.atoms <= 0:
                continue
            seen.add(amount)
            found = _find(service, replace(run, quantity=amount, split=None), factor)
            if not found.refusals:
                taken.add(amount)
            further.extend(found.nearest)
        amounts = further
    return tuple(sorted(taken, key=lambda amount: (abs(amount.atoms - run.quantity.atoms), amount.atoms)))


def rule_text(rule: MinimumRule) -> str:
    """'20 pieces per style'."""
    return f"{format_quantity(rule.quantity)} {rule.basis.label}"


def load_text(service: ServiceTerms) -> str:
    """'machine loads of 30 kg to 60 kg'; empty without load limits."""
    if service.load is None:
        return ""
    low, high = (Quantity(atoms, service.unit) for atoms in (service.load.minimum, service.load.maximum))
    return f"machine loads of {format_quantity(low)} to {format_quantity(high)}"


def mixes_colours(service: ServiceTerms) -> bool:
    """Whether colours of one run share a machine load: nowhere where they are made."""
    return not service.process.startswith("dye")


def loads_needed(load: LoadLimits, atoms: int) -> int | None:
    """How many machine loads an amount of one colour takes; None when no number of loads fits it.

    n = ceil(amount / maximum), and each of the n loads needs its minimum.
    """
    loads = -(-atoms // load.maximum)
    return loads if loads * load.minimum <= atoms else None


def total_minor(price: Price, quantity: Quantity, surcharge_percent: int = 0) -> int | None:
    """Indicative price of a run: set-up + unit price at its break x quantity, with a surcharge on the work; None in
    another unit.

    A part of a unit is paid as its share, rounded up to the minor unit. The set-up is the same for any run, so a small
    one's surcharge does not raise it: searches, routes and quotes say the same amount.
    """
    if quantity.unit is not price.per:
        return None
    work = _ceil(Fraction(unit_price_minor(price, quantity) * quantity.atoms, quantity.unit.atoms))
    return price.setup_minor - (-work * (100 + surcharge_percent) // 100)


def unit_price_minor(price: Price, quantity: Quantity) -> int:
    """The unit price at the highest break the quantity reaches."""
    reached = [b for b in price.breaks if b.from_quantity * quantity.unit.atoms <= quantity.atoms]
    return max(reached, key=lambda b: b.from_quantity).unit_minor if reached else price.unit_minor


def _judge_load(service: ServiceTerms, load: LoadLimits, run: Run, factor: Fraction) -> tuple[str, list[Quantity]]:
    """The sentence about machine loads, and the nearest run sizes when the run falls into a gap."""
    mixes = mixes_colours(service)
    lots = (run.quantity.atoms,) if mixes else run.amounts(Basis.LOT)
    if len(lots) > 1:
        return _judge_lots(service, load, run, factor, lots)
    colours = 1 if mixes else run.colours
    atoms = _ceil(Fraction(lots[0]) * factor)
    low, high = Quantity(load.minimum, service.unit), Quantity(load.maximum, service.unit)
    one_load = f"one load takes {format_quantity(low)} to {format_quantity(high)}"
    loads = loads_needed(load, atoms)
    amount = format_quantity(Quantity(atoms, service.unit))
    each = " per colour" if colours > 1 else ""
    if loads is not None:
        return f"{amount}{each} {'fills one load' if loads == 1 else f'goes in {loads} loads'} ({one_load})", []
    below = atoms // load.maximum  # so many full loads are the next amount down that fits
    nearest = [_back((below + 1) * load.minimum, factor, run, parts=colours)]
    if below:
        nearest.insert(0, _back(below * load.maximum, factor, run, up=False, parts=colours))
    if not below:
        short = Quantity(load.minimum - atoms, service.unit)
        return f"{amount}{each} is {format_quantity(short)} short of one machine load ({one_load})", nearest
    words = " or ".join(format_quantity(q) for q in nearest)
    return (
        f"{amount}{each} falls between {below} and {below + 1} machine loads ({one_load}): {words} would fit",
        nearest,
    )


def _judge_lots(
    service: ServiceTerms, load: LoadLimits, run: Run, factor: Fraction, lots: tuple[int, ...]
) -> tuple[str, list[Quantity]]:
    """As `_judge_load`, of colours that differ in number: each has to go in loads of its own."""
    said = []
    for lot in lots:
        alone = replace(run, quantity=Quantity(lot, run.quantity.unit), colours=1, split=None)
        text, nearest = _judge_load(service, load, alone, factor)
        if nearest:
            rest = run.quantity.atoms - lot
            return f"One colour: {text}", [Quantity(amount.atoms + rest, amount.unit) for amount in nearest]
        said.append(text)
    return "Each colour by itself: " + "; ".join(dict.fromkeys(said)), []


def _short_text(rule: MinimumRule, run: Run, share: Fraction | int, needed: Quantity) -> str:
    unit = rule.quantity.unit
    short = Quantity(int(rule.quantity.atoms - (share // 1)), unit)
    text = f"Minimum {rule_text(rule)}: {format_quantity(short)} short"
    more = Quantity(needed.atoms - run.quantity.atoms, needed.unit)
    if len(run.amounts(rule.basis)) > 1:
        return f"{text} where you have fewest, {format_quantity(more)} more in all"
    if needed.unit is not unit:
        what = "this cloth" if run.cloth else "these pieces"
        text = f"Minimum {rule_text(rule)}: {format_brief(short)} short = {format_brief(more)} more of {what}"
    elif run.parts(rule.basis) > 1:
        text += f" {rule.basis.label}, {format_quantity(more)} more in all"
    return text


def _fits_text(rule: MinimumRule, run: Run, share: Fraction | int) -> str:
    amount = format_quantity(Quantity(int(share), rule.quantity.unit))
    each = f" {rule.basis.label}" if run.parts(rule.basis) > 1 else ""
    if len(run.amounts(rule.basis)) > 1:
        each = " where you have fewest"
    return f"From {rule_text(rule)}: your {amount}{each} fit"


def _cannot_compare(unit: Unit, run: Run) -> str:
    have = run.quantity.unit
    if {have, unit} == {Unit.METRE, Unit.KG}:
        return f"Counts {unit.label}: give the cloth's width and weight (g/m²) to compare your {have.label}"
    if {have, unit} == {Unit.PIECE, Unit.KG}:
        return f"Counts {unit.label}: give the weight of one piece to compare your {have.label}"
    return f"Counts {unit.label}, which can't be compared with {have.label}"


def _back(atoms: int, factor: Fraction, run: Run, *, up: bool = True, parts: int = 1) -> Quantity:
    """An amount in a service's unit as a whole run in the run's own unit, rounded to what people order."""
    unit = run.quantity.unit
    whole = Fraction(atoms) / factor
    if up:
        # Metres are bought and cut whole, and every part of the run must reach the amount.
        return Quantity(round_up(whole, unit) * parts, unit)
    return Quantity(int(whole // unit.step) * unit.step * parts, unit)


def _times(atoms: int, factor: Fraction) -> Fraction | int:
    """Most runs are counted in the unit of the rule: a fraction would cost more than all the rest."""
    return atoms if factor is _ONE else atoms * factor


def _ceil(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
