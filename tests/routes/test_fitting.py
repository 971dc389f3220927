"""Measuring many offers at once says what judging each of them says, and prices and needs are the published ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import resource_need
from marketplace.places.model import Point
from marketplace.routes.fitting import Yardstick, fit_of
from marketplace.routes.model import Amount, Field, Goods, Offer, Problem, RankBy, Step
from marketplace.suppliers.model import (
    Certificate,
    LoadLimits,
    MinimumRule,
    Price,
    PriceBreak,
    ServiceDraft,
    Tags,
)
from marketplace.suppliers.rules import Answer, Cloth, Run, judge, total_minor
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis

HERE = Point.of(43.88, 11.1)
UNITS = st.sampled_from([Unit.PIECE, Unit.METRE, Unit.KG, Unit.STYLE, Unit.LOAD, Unit.MINUTE])
AMOUNTS = st.integers(1, 400)
RULES = st.builds(
    lambda amount, unit, basis, percent: MinimumRule(Quantity(amount * unit.step, unit), basis, percent),
    AMOUNTS,
    UNITS,
    st.sampled_from(list(Basis)),
    st.sampled_from([None, None, 10, 25]),
)
LOADS = st.builds(lambda low, more: LoadLimits(low, low + more), AMOUNTS, st.integers(0, 200))
PRICES = st.builds(
    Price,
    st.sampled_from(["EUR", "USD"]),
    st.integers(0, 5000),
    UNITS,
    st.integers(0, 9000),
    st.sampled_from([(), (PriceBreak(50, 90), PriceBreak(100, 80))]),
)
DRAFTS = st.builds(
    lambda process, unit, rules, maximum, load, price: ServiceDraft(
        process, unit, tuple(rules), Quantity(maximum * unit.step, unit) if maximum else None, load, price=price
    ),
    st.sampled_from(["sew", "dye_fabric"]),
    UNITS,
    st.lists(RULES, max_size=3),
    st.one_of(st.none(), AMOUNTS),
    st.one_of(st.none(), LOADS),
    st.one_of(st.none(), PRICES),
)
RUNS = st.builds(
    lambda amount, unit, styles, colours, sizes, cloth, piece_g: Run(
        Quantity(amount, unit), styles, colours, sizes, cloth, piece_g
    ),
    AMOUNTS,
    st.sampled_from([Unit.PIECE, Unit.METRE]),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from([None, Cloth(150, 200), Cloth(141, 87)]),
    st.sampled_from([None, 480, 7]),
)
PROBLEM = Problem(Goods(50), (Step("sew"),), (), HERE, date(2027, 3, 1), "EUR")


@settings(max_examples=150, deadline=None)
@given(DRAFTS, RUNS)
def test_the_verdict_is_that_of_judge(draft: ServiceDraft, run: Run) -> None:
    yardstick = Yardstick(PROBLEM, Amount(run, 0, 0))
    verdict, refusal = judge(draft, run), yardstick.refusal(draft)
    assert bool(refusal.misses) == (verdict.answer is Answer.NO)
    if verdict.answer is not Answer.NO:
        assert refusal.surcharge_percent == verdict.surcharge_percent
    if verdict.converted and draft.price and draft.price.currency == "EUR" and draft.price.per is draft.unit:
        expected = total_minor(draft.price, verdict.converted, refusal.surcharge_percent)
        assert yardstick.price_minor(draft, refusal.surcharge_percent) == expected


@settings(max_examples=150, deadline=None)
@given(DRAFTS, RUNS, UNITS, st.sampled_from([1000, 60_000, 333]))
def test_the_need_is_that_of_the_resource(draft: ServiceDraft, run: Run, unit: Unit, rate: int) -> None:
    offer = Offer(0, "s", "t", "u", "S", HERE, draft, Calendar(unit, 5), rate)
    expected = resource_need(draft, run, judge(draft, run), rate, unit)
    assert Yardstick(PROBLEM, Amount(run, 0, 0)).need(offer) == expected


def test_each_rule_is_missed_by_itself() -> None:
    run = Run(Quantity(50, Unit.PIECE))
    base = ServiceDraft("sew", Unit.PIECE)
    for draft, field in (
        (replace(base, rules=(MinimumRule(Quantity(51, Unit.PIECE), Basis.ORDER),)), Field.MINIMUM),
        (replace(base, maximum=Quantity(49, Unit.PIECE)), Field.MAXIMUM),
        (replace(base, load=LoadLimits(30, 45)), Field.LOAD),
        (ServiceDraft("sew", Unit.MINUTE), Field.MINIMUM),
    ):
        assert Yardstick(PROBLEM, Amount(run, 0, 0)).refusal(draft).misses == {field}


def _misses(step: Step, problem: Problem = PROBLEM, **offer: object) -> frozenset[Field]:
    draft = ServiceDraft("sew", Unit.PIECE, price=Price("EUR", 100, Unit.PIECE))
    one = replace(Offer(0, "s", "t", "u", "S", HERE, draft, Calendar(Unit.PIECE, 5)), **offer)  # type: ignore[arg-type]
    return fit_of(problem, step, Amount(Run(Quantity(50, Unit.PIECE)), 0, 0), one).misses


def test_terms() -> None:
    """A skill has to be stated; a material that is not listed is not refused; a certificate holds on the day."""
    assert _misses(Step("sew", skills=frozenset({"buttonhole"}))) == {Field.SKILL}
    assert _misses(Step("sew", skills=frozenset({"a", "b"})), tags=Tags(frozenset({"a", "b", "c"}))) == set()
    wool = Step("sew", materials=frozenset({"wool"}), products=frozenset({"jacket"}))
    assert _misses(wool) == set()
    assert _misses(wool, tags=Tags(materials=frozenset({"silk"}), products=frozenset({"dress"}))) == {
        Field.MATERIAL,
        Field.PRODUCT,
    }
    gots = Step("sew", certificates=frozenset({"gots"}))
    certificates = (Certificate("gots", valid_to=date(2027, 3, 31)),)
    assert _misses(gots) == {Field.CERTIFICATE}
    assert _misses(gots, certificates=certificates) == set()
    late = replace(PROBLEM, due=date(2027, 4, 1))
    assert _misses(gots, late, certificates=certificates) == {Field.CERTIFICATE}


def test_the_border_is_inside_and_prices_are_needed_where_money_counts() -> None:
    north = Point.of(44.1049980, 11.1)  # 25 km
    assert _misses(Step("sew"), replace(PROBLEM, radius_m=25_000), point=north) == set()
    assert _misses(Step("sew"), replace(PROBLEM, radius_m=24_999), point=north) == {Field.RADIUS}
    other = ServiceDraft("sew", Unit.PIECE, price=Price("USD", 100, Unit.PIECE))
    assert _misses(Step("sew"), draft=other) == {Field.PRICE}
    assert _misses(Step("sew"), replace(PROBLEM, rank_by=RankBy.KM), draft=other) == set()
