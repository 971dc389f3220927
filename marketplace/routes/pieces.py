"""Which other number of pieces would do: every amount at which a supplier's answer changes, nearest first. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial

from marketplace.routes.build import Frame
from marketplace.routes.fitting import Fit
from marketplace.routes.model import Amount, Field
from marketplace.routes.quantities import amounts
from marketplace.suppliers.model import ServiceTerms
from marketplace.suppliers.rules import per_atom
from marketplace.units import Unit

_AMOUNTS = frozenset((Field.MINIMUM, Field.LOAD, Field.MAXIMUM))
_MOST_TRIED = 40  # changes of somebody's answer looked at in each direction, nearest first


def other_pieces(frame: Frame, fits: Sequence[Sequence[Fit]], opens: Callable[[int], bool]) -> Iterator[int]:
    """The largest smaller and the smallest larger number of pieces, from half to double, that open a route.

    Between two numbers at which some supplier's answer changes, the same suppliers answer, and fewer pieces are never
    ready later: so of each such stretch its first number tells whether it opens at all.
    """
    pieces = frame.problem.goods.pieces
    least, most = max(1, pieces // 2), 2 * pieces
    changes = sorted(_changes(frame, fits, least, most))
    smaller = [least, *(change for change in changes if least < change <= pieces)]
    end = pieces - 1
    for start in smaller[: -_MOST_TRIED - 1 : -1]:
        if start <= end and opens(start):
            yield start + bisect_left(range(start + 1, end + 1), True, key=lambda number: not opens(number))
            break
        end = min(end, start - 1)
    for start in [change for change in changes if pieces < change <= most][:_MOST_TRIED]:
        if opens(start):
            yield start
            break


def _changes(frame: Frame, fits: Sequence[Sequence[Fit]], least: int, most: int) -> set[int]:
    """Numbers of pieces from which on some supplier answers otherwise than just before."""

    @lru_cache(maxsize=4096)
    def worked(pieces: int) -> tuple[Amount, ...]:
        return amounts(replace(frame.problem.goods, pieces=pieces), frame.problem.steps)

    found = set()
    for step, offers in enumerate(fits):
        high = worked(most)[step].quantity.atoms
        drafts = [fit.offer.draft for fit in offers if fit.misses <= _AMOUNTS]
        quantities = partial(_quantity, worked, step)
        for turn in {turn for draft in drafts for turn in _turns(draft, frame, step, high)}:
            found.add(least + bisect_left(range(least, most + 1), turn, key=quantities))
    return found


def _quantity(worked: Callable[[int], tuple[Amount, ...]], step: int, pieces: int) -> int:
    return worked(pieces)[step].quantity.atoms


def _turns(draft: ServiceTerms, frame: Frame, step: int, high: int) -> Iterator[int]:
    """Quantities of the step, in atoms up to `high`, from which on a limit of the draft is met or missed."""
    run = frame.amounts[step].run
    for rule in draft.rules:
        factor = per_atom(run, rule.quantity.unit)
        if factor and rule.surcharge_percent is None and rule.quantity.unit is not Unit.STYLE:
            yield _up(rule.quantity.atoms / factor) * run.parts(rule.basis)
    factor = per_atom(run, draft.unit)
    if not factor:
        return
    if draft.maximum:
        yield int(draft.maximum.atoms / factor) + 1
    if draft.load:
        colours = run.colours if draft.process.startswith("dye") else 1
        loads = 1
        while (start := (int(Fraction(loads * draft.load.minimum - 1) / factor) + 1) * colours) <= high:
            yield start
            yield (int(Fraction(loads * draft.load.maximum) / factor) + 1) * colours
            loads += 1


def _up(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
