"""What has to stay true when a request changes: no route to compare with, only the same question asked otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from route_worlds import MONDAY, ROUNDS, problem, with_own_limits

from marketplace.places.model import E7, Point
from marketplace.routes.model import Loss, Problem, RankBy, Route, Step, Weights
from marketplace.routes.quantities import amounts, successors
from marketplace.routes.solve import answer
from marketplace.units import Week

_HALF_TURN = 180 * E7


def _worlds() -> list[Problem]:
    return [problem(Random(seed)) for seed in range(ROUNDS // 3)]


def _best(asked: Problem) -> Route | None:
    given = answer(replace(asked, k=1, differ=1))
    return None if given.is_split or not given.routes else given.routes[0]


def _value(asked: Problem, route: Route | None) -> float:
    if route is None:
        return float("inf")
    return {
        RankBy.KM: route.metres,
        RankBy.MONEY: route.money_minor or 0,
        RankBy.DATE: (route.delivered - asked.start).days,
        RankBy.CO2E: route.gram_metres,
        RankBy.WEIGHTED: route.score_nano,
    }[asked.rank_by]


def test_another_supplier_never_makes_the_best_worse() -> None:
    for asked in _worlds():
        fewer = replace(asked, offers=tuple(o for n, o in enumerate(asked.offers) if n % 3 or o.step == 0))
        assert _value(asked, _best(asked)) <= _value(fewer, _best(fewer))


@pytest.mark.parametrize("limit", ["radius", "haul", "due", "weeks"])
def test_a_wider_limit_never_loses_a_route(limit: str) -> None:
    for seed, asked in enumerate(_worlds()):
        random = Random(seed)
        tight, wide = asked, asked
        if limit == "radius":
            metres = random.choice([5_000, 20_000, 60_000])
            tight, wide = replace(asked, radius_m=metres), replace(asked, radius_m=metres * 2)
        elif limit == "haul":
            metres = random.choice([10_000, 60_000])
            tight, wide = replace(asked, haul_m=metres), replace(asked, haul_m=metres * 2)
        elif limit == "due":
            due = asked.start + timedelta(days=random.choice([10, 30]))
            tight, wide = replace(asked, due=due), replace(asked, due=due + timedelta(days=9))
        else:
            wide = replace(asked, offers=tuple(_freer(offer) for offer in asked.offers))
        assert _value(wide, _best(wide)) <= _value(tight, _best(tight))


def _freer(offer):  # type: ignore[no-untyped-def]
    assert offer.calendar
    stated = {week: 2 * atoms for week, atoms in offer.calendar.stated.items()}
    return replace(offer, calendar=replace(offer.calendar, stated=stated, taken={}, closures=()))


def test_doubling_all_weights_keeps_the_order() -> None:
    for asked in _worlds():
        asked = replace(asked, rank_by=RankBy.WEIGHTED)
        w = asked.weights
        doubled = replace(asked, weights=Weights(2 * w.km, 2 * w.money, 2 * w.day, 2 * w.kg_co2e))
        one, other = answer(asked), answer(doubled)
        values = [route.score_nano for route in one.routes]
        assert all(abs(2 * a - r.score_nano) <= 30 for a, r in zip(values, other.routes, strict=True))


def test_turning_the_globe_keeps_every_metre() -> None:
    """Also across the antimeridian."""
    for asked in _worlds():
        for turn in (40 * E7, _HALF_TURN - 111_000_000):
            turned = replace(
                asked,
                studio=_turned(asked.studio, turn),
                offers=tuple(replace(offer, point=_turned(offer.point, turn)) for offer in asked.offers),
            )
            one, other = answer(asked).routes, answer(turned).routes
            assert [(r.service_ids, r.metres) for r in one] == [(r.service_ids, r.metres) for r in other]


def _turned(point: Point, by: int) -> Point:
    return Point(point.lat_e7, (point.lon_e7 + by + _HALF_TURN) % (2 * _HALF_TURN) - _HALF_TURN)


def test_two_equal_suppliers_only_change_names() -> None:
    for asked in _worlds():
        twin = asked.offers[-1]
        copy = replace(twin, supplier_id="zz", site_id="zz", service_id="zz")
        both = replace(asked, offers=(*asked.offers, copy))
        alone = replace(asked, offers=(*asked.offers[:-1], copy))
        first, swapped = _best(asked), _best(alone)
        shared_site = any(o.site_id == twin.site_id and o is not twin for o in asked.offers)
        if not shared_site:
            assert _value(asked, first) == _value(alone, swapped)
            found = _best(both)
            assert found is None or first is None or "zz" not in found.service_ids


def test_a_hold_and_its_release_change_nothing() -> None:
    for asked in _worlds():
        held = replace(asked, offers=tuple(_held(offer) for offer in asked.offers))
        assert _value(asked, _best(asked)) <= _value(held, _best(held))
        assert answer(asked) == answer(replace(held, offers=asked.offers))


def _held(offer):  # type: ignore[no-untyped-def]
    assert offer.calendar
    week = Week(MONDAY).plus(1)
    taken = {**offer.calendar.taken, week: offer.calendar.taken.get(week, 0) + 10}
    return replace(offer, calendar=replace(offer.calendar, taken=taken))


def test_weeks_are_conserved() -> None:
    """What a job takes of its weeks is what it needs, and never more than is open."""
    for asked in _worlds():
        for route in answer(asked).routes[:2]:
            for pick in route.picks:
                assert sum(share.atoms for share in pick.weeks) == pick.quantity.atoms
                assert pick.arrives <= pick.starts <= pick.finishes < pick.ready


def test_the_order_of_the_offers_does_not_matter() -> None:
    for seed, asked in enumerate(_worlds()):
        offers = list(with_own_limits(Random(seed), asked).offers)
        asked = replace(asked, offers=tuple(offers))
        Random(seed).shuffle(offers)
        one, other = answer(asked), answer(replace(asked, offers=tuple(offers)))
        assert [route.service_ids for route in one.routes] == [route.service_ids for route in other.routes]
        assert [(m.field, m.after) for m in one.near_misses] == [(m.field, m.after) for m in other.near_misses]


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 400), st.integers(0, 300_000), st.integers(0, 20), st.integers(1, 40))
def test_more_is_needed_where_more_is_lost(pieces: int, share: int, fixed: int, more: int) -> None:
    asked = problem(Random(1))
    steps = [Step("weave"), Step("dye_fabric", loss=Loss(share, fixed)), Step("cut")]
    goods = replace(asked.goods, pieces=pieces)
    weave, dye, cut = amounts(goods, steps)
    assert weave.quantity.atoms >= dye.quantity.atoms >= 2 * pieces
    assert dye.quantity.atoms * (1_000_000 - share) >= (2 * pieces + fixed) * 1_000_000  # enough goes in
    assert (dye.quantity.atoms - 1) * (1_000_000 - share) < (2 * pieces + fixed) * 1_000_000  # and no metre more
    larger = amounts(replace(goods, pieces=pieces + more), steps)
    assert all(a.quantity.atoms <= b.quantity.atoms for a, b in zip((weave, dye, cut), larger, strict=True))


def test_steps_that_make_no_tree_are_refused_in_words() -> None:
    for steps, words in (
        ([Step("cut", before=0)], "last one"),
        ([Step("cut"), Step("pattern", before=1, digital=True)], "isn't there"),
        ([Step("cut"), Step("pattern", before=7, digital=True)], "isn't there"),
        (
            [Step("cut"), Step("pattern", before=2, digital=True), Step("grade", before=1, digital=True)],
            "round in a circle",
        ),
        ([Step("sew"), Step("cut", before=2), Step("pattern", before=0, digital=True)], "files only"),
    ):
        with pytest.raises(ValueError, match=words):
            successors(steps)
