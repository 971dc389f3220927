"""What a route counts: points that add up over steps and legs, and the weight of a day. Pure, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.routes.model import Problem, RankBy, Weights
from marketplace.routes.travel import MG_PER_GRAM_METRE_E9
from marketplace.units.model import minor_exponent

_BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Scale:
    """Points for a metre, a minor unit of money, a day, and grams x metres (in billionths of a point).

    By weights a point is a billionth of the score; by one criterion it is a metre, a minor unit, a day or a
    gram-metre. The CO2e of a leg is rounded half up to a point.
    """

    metre: int
    minor: int
    day: int
    gram_metre_e9: int

    def leg(self, metres: int, grams: int) -> int:
        return self.metre * metres + (self.gram_metre_e9 * grams * metres * 2 + _BILLION) // (2 * _BILLION)


def weighted(weights: Weights, currency: str) -> Scale:
    minor: int = 10 ** (6 - minor_exponent(currency))
    return Scale(
        weights.km * 1000, weights.money * minor, weights.day * 1_000_000, weights.kg_co2e * MG_PER_GRAM_METRE_E9
    )


def scale_of(problem: Problem) -> Scale:
    """What the request ranks by."""
    match problem.rank_by:
        case RankBy.KM:
            return Scale(1, 0, 0, 0)
        case RankBy.MONEY:
            return Scale(0, 1, 0, 0)
        case RankBy.DATE:
            return Scale(0, 0, 1, 0)
        case RankBy.CO2E:
            return Scale(0, 0, 0, _BILLION)
        case RankBy.WEIGHTED:
            return weighted(problem.weights, problem.currency)
