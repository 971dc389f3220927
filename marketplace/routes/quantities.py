"""Quantities walked back from the pieces through what each step loses, rounded up at every hand-over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.routes.model import MILLION, STUDIO, Amount, Goods, Loss, Step
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit
from marketplace.units.rules import round_up

# What a process loses where neither the request nor the supplier says otherwise; docs/routes.md gives the sources.
DEFAULT_LOSSES = {
    "spin": Loss(120_000),
    "weave": Loss(62_500),
    "knit_fabric": Loss(34_000),
    "knit_panel": Loss(40_000),
    "dye_fabric": Loss(50_000),
    "finish_fabric": Loss(50_000),
}
_YARN = frozenset({"spin", "dye_yarn"})  # work on kilograms of yarn
_MAKING_CLOTH = frozenset({"weave", "knit_fabric"})  # from yarn, counted by the cloth they make
_CLOTH = frozenset({"dye_fabric", "print_fabric", "finish_fabric"})  # counted by the cloth they are given
_STYLES = frozenset({"pattern", "grade"})


def successors(steps: Sequence[Step]) -> tuple[int, ...]:
    """The step that each one hands over to; STUDIO for the last.

    A step without `before` hands over to the next one without `before`: together they are the chain.

    Errors: ValueError in words, where `before` names no other step, the steps go round in a circle, or goods would
    be handed over to a step that works on files.
    """
    chain = [number for number, step in enumerate(steps) if step.before is None]
    if not chain:
        raise ValueError("One step has to be the last one: leave out its “before”")
    following = dict(zip(chain, [*chain[1:], STUDIO], strict=True))
    result = []
    for number, step in enumerate(steps):
        target = following[number] if step.before is None else step.before
        if step.before is not None and not (0 <= target < len(steps) and target != number):
            raise ValueError(f"Step {number + 1} comes before a step that isn't there")
        result.append(target)
    for number in range(len(steps)):
        at, seen = number, 0
        while at != STUDIO:
            at, seen = result[at], seen + 1
            if seen > len(steps):
                raise ValueError("The steps go round in a circle: check what comes before what")
    if any(
        not step.digital and target != STUDIO and steps[target].digital
        for step, target in zip(steps, result, strict=True)
    ):
        raise ValueError("Cloth can't be handed over to a step that works on files only")
    return tuple(result)


@dataclass(frozen=True, slots=True)
class _Need:
    """What a step has to be given: pieces, or metres of cloth, or grams of yarn."""

    pieces: int
    metres: int | None = None
    yarn_g: int | None = None


def amounts(goods: Goods, steps: Sequence[Step]) -> tuple[Amount, ...]:
    """What each step works on, walked back from the pieces.

    50 jackets of 2 m, 5 % lost in dyeing: 100 m of finished cloth, 106 m to weave and to dye (105.26 rounded up).

    Errors: ValueError in words, where the steps make no tree (see successors), or cloth is asked for and nothing
    says how much a piece takes.
    """
    following = successors(steps)
    worked: dict[int, tuple[Amount, _Need]] = {}
    for number in _last_first(following):
        step, target = steps[number], following[number]
        asked = _Need(goods.pieces) if target == STUDIO else worked[target][1]
        worked[number] = _work(goods, step, asked, _loss(steps, number))
    return tuple(worked[number][0] for number in range(len(steps)))


def _last_first(following: Sequence[int]) -> list[int]:
    order = [number for number, target in enumerate(following) if target == STUDIO]
    for at in order:
        order += [number for number, target in enumerate(following) if target == at]
    return order


def _loss(steps: Sequence[Step], number: int) -> Loss:
    step = steps[number]
    if step.loss is not None:
        return step.loss
    if step.process == "dye_fabric" and any(other.process == "finish_fabric" for other in steps):
        return Loss()  # the 5 % are of dyeing and finishing together: taken once, where the cloth shrinks
    return DEFAULT_LOSSES.get(step.process, Loss())


def _work(goods: Goods, step: Step, asked: _Need, loss: Loss) -> tuple[Amount, _Need]:
    """The amount of one step that has to hand over `asked`, and what it has to be given for that."""
    pieces = asked.pieces
    if step.process in _STYLES:
        return _amount(goods, Quantity(goods.styles, Unit.STYLE), 0, 0), asked
    if step.process in _YARN:
        out = _yarn(goods, asked)  # to the gram: 33.92 kg of yarn are weighed, not counted out
        given = _before_loss(out, loss, Unit.KG)
        return _amount(goods, Quantity(out, Unit.KG), given, out), _Need(pieces, yarn_g=given)
    if step.process in _MAKING_CLOTH:
        out = _metres(goods, asked)
        grams = _cloth_grams(goods, out)
        yarn = _up((grams + loss.fixed) / (1 - Fraction(loss.share_ppm, MILLION)))
        return _amount(goods, Quantity(out, Unit.METRE), yarn, grams), _Need(pieces, yarn_g=yarn)
    if step.process in _CLOTH:
        out = _metres(goods, asked)
        given = _before_loss(out, loss, Unit.METRE)
        masses = _cloth_grams(goods, given), _cloth_grams(goods, out)
        return _amount(goods, Quantity(given, Unit.METRE), *masses), _Need(pieces, metres=given)
    grams = _up(pieces * piece_grams(goods))
    if step.process == "cut":
        if not goods.metres_per_piece_mm:
            return _amount(goods, Quantity(pieces, Unit.PIECE), grams, grams), asked
        given = _before_loss(_metres(goods, _Need(pieces)), loss, Unit.METRE)
        return _amount(goods, Quantity(pieces, Unit.PIECE), _cloth_grams(goods, given), grams), _Need(pieces, given)
    if step.process == "knit_panel":
        yarn = _up((grams + loss.fixed) / (1 - Fraction(loss.share_ppm, MILLION)))
        return _amount(goods, Quantity(pieces, Unit.PIECE), yarn, grams), _Need(pieces, yarn_g=yarn)
    given = _before_loss(pieces, loss, Unit.PIECE)
    taken = _up(given * piece_grams(goods))
    return _amount(goods, Quantity(given, Unit.PIECE), taken, grams), _Need(given)


def piece_grams(goods: Goods) -> Fraction:
    """The mass of a cut piece: as stated, else the cloth in it less the cutting waste; 0 where nothing says."""
    if goods.piece_g is not None:
        return Fraction(goods.piece_g)
    if goods.cloth is None:
        return Fraction(0)
    kept = 1 - Fraction(goods.cut_waste_ppm, MILLION)
    return Fraction(goods.metres_per_piece_mm, 1000) * goods.cloth.grams_per_metre * kept


def _amount(goods: Goods, quantity: Quantity, grams_in: int, grams_out: int) -> Amount:
    each = piece_grams(goods)
    run = Run(quantity, goods.styles, goods.colours, goods.sizes, goods.cloth, _up(each) or None)
    return Amount(run, grams_in, grams_out)


def _metres(goods: Goods, asked: _Need) -> int:
    if asked.metres is not None:
        return asked.metres
    if not goods.metres_per_piece_mm:
        raise ValueError("Say how many metres of cloth one piece takes")
    return _up(Fraction(asked.pieces * goods.metres_per_piece_mm, 1000))


def _yarn(goods: Goods, asked: _Need) -> int:
    return asked.yarn_g if asked.yarn_g is not None else _up(asked.pieces * piece_grams(goods))


def _cloth_grams(goods: Goods, metres: int) -> int:
    return _up(metres * goods.cloth.grams_per_metre) if goods.cloth else 0


def _before_loss(atoms: int, loss: Loss, unit: Unit) -> int:
    """What has to go in for `atoms` to come out, rounded up to what people hand over."""
    return round_up((atoms + loss.fixed) / (1 - Fraction(loss.share_ppm, MILLION)), unit)


def _up(number: Fraction | int) -> int:
    return -(-number.numerator // number.denominator)
