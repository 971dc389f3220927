"""The minimum-run engine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capacity.model import RATE_ONE
from marketplace.capacity.rules import resource_need
from marketplace.suppliers.model import LoadLimits, MinimumRule, Price, PriceBreak, ServiceDraft
from marketplace.suppliers.rules import (
    Answer,
    Cloth,
    Run,
    Split,
    judge,
    loads_needed,
    total_minor,
    unit_price_minor,
)
from marketplace.units import Quantity, Unit
from marketplace.vocabulary.model import Basis


def pieces(count: int) -> Quantity:
    return Quantity(count, Unit.PIECE)


def sewing(*rules: MinimumRule, maximum: int | None = None) -> ServiceDraft:
    return ServiceDraft("sew", Unit.PIECE, rules, maximum=pieces(maximum) if maximum else None)


@pytest.mark.parametrize(
    ("basis", "smallest"),
    [
        (Basis.ORDER, 60),
        (Basis.WARP, 60),
        (Basis.STYLE, 30),
        (Basis.DESIGN, 30),
        (Basis.COLOUR, 20),
        (Basis.LOT, 20),
        (Basis.STYLE_AND_COLOUR, 10),
        (Basis.SIZE, 2),
    ],
)
def test_each_basis_counts_its_part(basis: Basis, smallest: int) -> None:
    """60 pieces in 2 styles, 3 colours, 5 sizes: the largest minimum that is still met."""
    run = Run(pieces(60), styles=2, colours=3, sizes=5)
    assert judge(sewing(MinimumRule(pieces(smallest), basis)), run).answer is Answer.YES
    assert judge(sewing(MinimumRule(pieces(smallest + 1), basis)), run).answer is Answer.NO


def test_the_smallest_part_decides() -> None:
    """50 in 3 colours are 17, 17 and 16."""
    rule = MinimumRule(pieces(17), Basis.COLOUR)
    verdict = judge(sewing(rule), Run(pieces(50), colours=3))
    assert verdict.answer is Answer.NO
    assert verdict.nearest == (pieces(51),)
    assert verdict.reasons == ("Minimum 17 pieces per colour: 1 piece short per colour, 1 piece more in all",)


def uneven(*colours: int) -> Run:
    """Each colour in two sizes, one piece of the second."""
    sizes = tuple(part for count in colours for part in (count - 1, 1))
    return Run(pieces(sum(colours)), colours=len(colours), sizes=2, split=Split(colours, sizes))


def test_an_uneven_run_is_judged_by_its_smallest_part() -> None:
    """45 black and 5 white are 50 pieces, and no 20 of each; only the white ones have to become more."""
    rule = MinimumRule(pieces(20), Basis.COLOUR)
    assert judge(sewing(rule), replace(uneven(45, 5), split=None)).answer is Answer.YES
    verdict = judge(sewing(rule), uneven(45, 5))
    assert verdict.answer is Answer.NO
    assert verdict.nearest == (pieces(65),)
    said = "Minimum 20 pieces per colour: 15 pieces short where you have fewest, 15 pieces more in all"
    assert verdict.reasons == (said,)
    assert judge(sewing(rule), uneven(45, 20)).reasons == (
        "From 20 pieces per colour: your 20 pieces where you have fewest fit",
    )
    assert judge(sewing(MinimumRule(pieces(2), Basis.SIZE)), uneven(45, 20)).answer is Answer.NO
    assert judge(sewing(MinimumRule(pieces(65), Basis.STYLE)), uneven(45, 20)).answer is Answer.YES


@given(st.lists(st.integers(2, 60), min_size=1, max_size=4), st.integers(1, 60))
def test_an_uneven_run_passes_where_each_colour_would_pass(colours: list[int], minimum: int) -> None:
    verdict = judge(sewing(MinimumRule(pieces(minimum), Basis.COLOUR)), uneven(*colours))
    assert (verdict.answer is Answer.YES) == all(count >= minimum for count in colours)
    if verdict.nearest:
        assert verdict.nearest[0].atoms == sum(max(count, minimum) for count in colours)


def test_each_colour_of_an_uneven_run_goes_in_loads_of_its_own() -> None:
    """Pieces of 1 kg in loads of 50 to 60 kg: 55 and 110 go, 55 and 70 do not."""
    dyeing = ServiceDraft("dye_garment", Unit.KG, load=LoadLimits(50_000, 60_000))
    fits, gap = (replace(uneven(55, more), piece_g=1000) for more in (110, 70))
    verdict = judge(dyeing, fits)
    assert verdict.answer is Answer.YES
    assert verdict.reasons[0].startswith("Each colour by itself: 55 kg fills one load")
    assert resource_need(dyeing, fits, verdict, RATE_ONE, Unit.LOAD) == 3
    refused = judge(dyeing, gap)
    assert refused.answer is Answer.NO
    assert refused.reasons[0].startswith("One colour: 70 kg falls between 1 and 2 machine loads")
    assert refused.nearest[0] == pieces(120)  # 60 of each
    assert resource_need(dyeing, gap, refused, RATE_ONE, Unit.LOAD) is None
    washing = replace(dyeing, process="wash")  # where they share the loads, as they are judged
    few = replace(uneven(98, 2), piece_g=1000)
    assert judge(washing, few).answer is Answer.YES
    assert resource_need(washing, few, judge(washing, few), RATE_ONE, Unit.LOAD) == 2


def test_below_the_minimum_at_a_surcharge() -> None:
    verdict = judge(sewing(MinimumRule(pieces(60), Basis.ORDER, 15)), Run(pieces(50)))
    assert (verdict.answer, verdict.surcharge_percent) == (Answer.SURCHARGE, 15)
    assert verdict.reasons == ("Below the minimum of 60 pieces per order: +15 % (none from 60 pieces)",)


def test_a_hard_rule_beats_a_surcharge() -> None:
    service = sewing(MinimumRule(pieces(60), Basis.ORDER, 15), MinimumRule(pieces(20), Basis.COLOUR))
    assert judge(service, Run(pieces(50), colours=2)).answer is Answer.SURCHARGE
    verdict = judge(service, Run(pieces(50), colours=3))
    assert verdict.answer is Answer.NO
    assert verdict.reasons[0].startswith("Minimum 20 pieces per colour: 4 pieces short")
    assert verdict.nearest == (pieces(60),)


def test_maximum() -> None:
    verdict = judge(sewing(MinimumRule(pieces(20), Basis.ORDER), maximum=300), Run(pieces(301)))
    assert (verdict.answer, verdict.nearest) == (Answer.NO, (pieces(300),))
    assert verdict.reasons[0] == "Takes at most 300 pieces; you ask for 301 pieces"


def test_limits_that_exclude_each_other_name_no_amount() -> None:
    verdict = judge(sewing(MinimumRule(pieces(60), Basis.ORDER), maximum=50), Run(pieces(55)))
    assert (verdict.answer, verdict.nearest) == (Answer.NO, ())


def test_not_stated_is_not_zero() -> None:
    verdict = judge(sewing(), Run(pieces(1)))
    assert verdict.answer is Answer.YES
    assert verdict.reasons == ("No minimum stated: ask before you count on it",)


def test_pieces_and_metres_are_not_compared() -> None:
    verdict = judge(sewing(MinimumRule(pieces(20), Basis.ORDER)), Run(Quantity(50, Unit.METRE)))
    assert verdict.answer is Answer.NO
    assert verdict.reasons == ("Counts pieces, which can't be compared with metres",)


def test_without_the_cloth_metres_and_kilograms_are_asked_about() -> None:
    dyeing = ServiceDraft("dye_fabric", Unit.KG)
    assert "cloth's width and weight" in judge(dyeing, Run(Quantity(120, Unit.METRE))).reasons[0]


def test_weight_of_a_piece() -> None:
    washing = ServiceDraft("wash", Unit.KG, (MinimumRule(Quantity(30_000, Unit.KG), Basis.STYLE),))
    assert judge(washing, Run(pieces(50), piece_g=600)).answer is Answer.YES
    short = judge(washing, Run(pieces(49), piece_g=600))
    assert (short.answer, short.nearest) == (Answer.NO, (pieces(50),))


def test_pattern_rooms_count_styles() -> None:
    pattern = ServiceDraft("pattern", Unit.STYLE, (MinimumRule(Quantity(2, Unit.STYLE), Basis.ORDER),))
    assert judge(pattern, Run(pieces(50), styles=2)).answer is Answer.YES
    refused = judge(pattern, Run(pieces(50), styles=1))
    assert (refused.answer, refused.nearest) == (Answer.NO, ())  # more pieces are no more styles
    assert refused.reasons == ("Minimum 2 styles per order: you ask for 1 style",)


def test_pieces_that_do_not_divide_by_the_styles_are_no_problem_for_a_pattern_room() -> None:
    grading = ServiceDraft("grade", Unit.STYLE, (MinimumRule(Quantity(1, Unit.STYLE), Basis.STYLE),))
    assert judge(grading, Run(pieces(50), styles=3)).answer is Answer.YES


@pytest.mark.parametrize(
    ("kilograms", "nearest"), [(55, None), (70, (60, 100)), (100, None), (120, None), (121, (120, 150)), (30, (50,))]
)
def test_machine_loads_have_gaps(kilograms: int, nearest: tuple[int, ...] | None) -> None:
    """Loads of 50 to 60 kg: one takes 50-60, two take 100-120."""
    dyeing = ServiceDraft("dye_fabric", Unit.KG, load=LoadLimits(50_000, 60_000))
    verdict = judge(dyeing, Run(Quantity(kilograms * 1000, Unit.KG)))
    assert (verdict.answer is Answer.YES) == (nearest is None)
    if nearest:
        assert verdict.nearest == tuple(
            sorted((Quantity(k * 1000, Unit.KG) for k in nearest), key=lambda q: abs(q.atoms - kilograms * 1000))
        )


def test_a_load_has_one_colour() -> None:
    dyeing = ServiceDraft("dye_fabric", Unit.KG, load=LoadLimits(30_000, 60_000))
    run = Run(Quantity(50_000, Unit.KG))
    assert judge(dyeing, run).answer is Answer.YES
    assert judge(dyeing, replace(run, colours=2)).answer is Answer.NO


@given(st.integers(1, 200), st.integers(1, 100), st.integers(1, 1000))
def test_loads_against_trying_every_number(low: int, spread: int, amount: int) -> None:
    load = LoadLimits(low, low + spread)
    tried = next((n for n in range(1, 1001) if n * load.minimum <= amount <= n * load.maximum), None)
    assert loads_needed(load, amount) == tried


RULES = st.builds(
    MinimumRule,
    st.builds(pieces, st.integers(1, 120)),
    st.sampled_from(list(Basis)),
    st.one_of(st.none(), st.integers(0, 50)),
)


@given(
    st.lists(RULES, max_size=3, unique_by=lambda rule: rule.basis),
    st.one_of(st.none(), st.integers(1, 500)),
    st.integers(1, 300),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_named_amounts_are_taken_and_nearest(
    rules: list[MinimumRule], maximum: int | None, count: int, styles: int, colours: int
) -> None:
    """Every amount named to a refused run is taken; the smallest larger one is the smallest there is."""
    service = sewing(*rules, maximum=maximum)
    run = Run(pieces(count), styles=styles, colours=colours)
    verdict = judge(service, run)
    taken = [n for n in range(1, 1000) if judge(service, replace(run, quantity=pieces(n))).answer is not Answer.NO]
    if verdict.answer is not Answer.NO:
        assert count in taken
        return
    assert {amount.atoms for amount in verdict.nearest} <= set(taken)
    larger = [n for n in taken if n > count]
    if larger and not (maximum and count > maximum):
        assert larger[0] in {amount.atoms for amount in verdict.nearest}


def test_prices() -> None:
    price = Price("EUR", 1250, Unit.PIECE, 5000, (PriceBreak(50, 1100), PriceBreak(100, 950)))
    assert [unit_price_minor(price, pieces(n)) for n in (49, 50, 99, 100)] == [1250, 1100, 1100, 950]
    assert total_minor(price, pieces(50)) == 5000 + 50 * 1100
    assert total_minor(price, Quantity(50, Unit.METRE)) is None
    assert total_minor(price, pieces(50), 15) == 5000 + 63_250  # the set-up is the same for any run
    assert total_minor(Price("EUR", 333, Unit.PIECE, 7), pieces(1), 1) == 7 + 337  # 336.33 rounded up
    by_weight = Price("EUR", 333, Unit.KG)
    assert total_minor(by_weight, Quantity(32_400, Unit.KG)) == 10_790  # 107.892 rounded up


def test_cloth_weight() -> None:
    assert Cloth(150, 180).grams_per_metre == 270
