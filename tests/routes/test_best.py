"""The k best routes are those of the plain list of all; and the list notices when a rule is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from route_oracle import Found, World, diverse, undominated
from route_worlds import ROUNDS, problem, with_own_limits

from marketplace.routes import best, choose, labels, solve, ways
from marketplace.routes.build import evaluate
from marketplace.routes.model import DueAt, Problem, Step
from marketplace.routes.net import Net
from marketplace.routes.solve import answer

Instance = tuple[Problem, list[Found]]


@pytest.fixture(autouse=True)
def narrow_beams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small worlds go through the narrowing too, which otherwise begins with dozens of offers."""
    monkeypatch.setattr(best, "_FIRST_BEAM", 1)
    monkeypatch.setattr(best, "_SECOND_BEAM", 2)
    monkeypatch.setattr(best, "_is_wide", lambda net, beam: max(map(len, net.layers)) > beam)


def plain(random: Random) -> Instance:
    asked = problem(random)
    return asked, World(asked).routes()


def due(random: Random) -> Instance:
    asked, routes = plain(random)
    if not routes:
        return asked, routes
    by = random.choice(list(DueAt))
    day = random.choice([found.ready if by is DueAt.READY else found.days for found in routes])
    return _narrowed(replace(asked, due=asked.start + timedelta(days=day), due_at=by), routes)


def haul(random: Random) -> Instance:
    asked, routes = plain(random)
    metres = random.choice([found.metres for found in routes] or [0])
    return _narrowed(replace(asked, haul_m=metres), routes)


def haul_and_due(random: Random) -> Instance:
    asked, _ = due(random)
    routes = World(asked).routes()
    metres = random.choice([found.metres for found in routes] or [0])
    return _narrowed(replace(asked, haul_m=metres), routes)


def own_limits(random: Random) -> Instance:
    """Minimum, maximum, machine loads, skills and the radius rule offers out."""
    asked = with_own_limits(random, problem(random))
    step = random.randrange(len(asked.steps))
    steps = tuple(replace(s, skills=frozenset({"hand finish"})) if n == step else s for n, s in enumerate(asked.steps))
    asked = replace(asked, steps=steps if random.random() < 0.3 else asked.steps)
    world = World(asked)
    far = sorted(world.metres(asked.studio, offer.point) for offer in asked.offers)
    asked = replace(asked, radius_m=random.choice(far[len(far) // 2 :]))
    return asked, World(asked).routes()


def side_branch(random: Random) -> Instance:
    while True:
        asked, routes = plain(random)
        if any(step.before is not None for step in asked.steps):
            return asked, routes


def one_site(random: Random) -> Instance:
    """A few sites do everything: many legs of nothing, many ties."""
    asked = problem(random)
    offers = []
    for offer in asked.offers:
        site = random.randrange(3)
        kept = next((o.point for o in offers if o.site_id == f"site{site}"), offer.point)
        offers.append(replace(offer, site_id=f"site{site}", supplier_id=f"firm{site % 2}", point=kept))
    asked = replace(asked, offers=tuple(offers))
    return asked, World(asked).routes()


def _narrowed(asked: Problem, routes: list[Found]) -> Instance:
    world = World(asked)
    return asked, [found for found in routes if world.within(found)]


VARIANTS = (plain, due, haul, haul_and_due, own_limits, side_branch, one_site)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_k_best_are_those_of_the_list_of_all(variant: Callable[[Random], Instance]) -> None:
    feasible = 0
    for seed in range(ROUNDS):
        asked, routes = variant(Random(seed))
        given = answer(asked)
        found = () if given.is_split else given.routes
        assert [route.service_ids for route in found] == [route.ids for route in routes[: asked.k]], seed
        feasible += bool(routes)
        for route, expected in zip(found, routes, strict=False):
            days = (route.delivered - asked.start).days
            assert (route.metres, route.money_minor, days, route.gram_metres) == expected.criteria
            assert not route.recheck or any(step.before is not None for step in asked.steps)
    assert feasible > ROUNDS // 3


def test_diverse_routes_and_badges_are_those_of_the_list_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(ROUNDS):
        monkeypatch.setattr(choose, "_LISTED", (32, 2)[seed % 2])  # few: the rest is searched for one by one
        random = Random(seed)
        asked, routes = haul(random) if seed % 3 == 0 else plain(random)
        asked = replace(asked, differ=random.randint(1, 4), k=random.randint(1, 5))
        given = answer(asked)
        if given.is_split:
            continue
        apart = min(asked.differ, len(asked.steps))
        expected = diverse(routes, asked.k, apart) if apart > 1 else routes[: asked.k]
        assert [route.service_ids for route in given.routes] == [found.ids for found in expected], seed
        assert [route.pareto for route in given.routes] == undominated(expected)


def test_a_chosen_route_is_evaluated_as_it_was_found() -> None:
    for seed in range(20):
        asked, routes = haul_and_due(Random(seed))
        all_routes = {found.ids for found in routes}
        for route in answer(asked).routes[:2]:
            assert replace(route, pareto=False) == evaluate(asked, route.service_ids)
        others = [o.service_id for s in range(len(asked.steps)) for o in [o for o in asked.offers if o.step == s][-1:]]
        assert (evaluate(asked, others) is not None) == (tuple(others) in all_routes)


# Each of these drops one rule. The list of all has to notice.


def _ignore_days(monkeypatch: pytest.MonkeyPatch) -> None:
    unbeaten = labels.unbeaten

    def beaten_whatever_the_day(group: Any, limits: Any, k: int) -> Any:
        return unbeaten(group, limits * 0, k)

    monkeypatch.setattr(labels, "unbeaten", beaten_whatever_the_day)


def _ignore_haul(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "net_of", _without_limit(solve.net_of, haul_m=None))


def _ignore_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "net_of", _without_limit(solve.net_of, last_day=10**6))


def _without_limit(net_of: Any, **changes: Any) -> Any:
    return lambda *arguments: replace(net_of(*arguments), **changes)


def _keep_one_label(monkeypatch: pytest.MonkeyPatch) -> None:
    settle = ways.settle
    monkeypatch.setattr(
        ways, "settle", lambda columns, rank, k, *, by_node=True: settle(columns, rank, 1, by_node=by_node)
    )


def _ignore_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = labels.ranked
    monkeypatch.setattr(labels, "ranked", lambda orders: -ranked(orders))


def _free_own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    found = solve.fits_by_step
    free = frozenset[Any]()
    monkeypatch.setattr(
        solve, "fits_by_step", lambda *a: [[fit._replace(misses=free) for fit in fits] for fits in found(*a)]
    )


def _same_site_takes_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    legs = Net.legs

    def slower(net: Net, *arguments: Any) -> Any:
        points, days, metres = legs(net, *arguments)
        return points, np.maximum(days, 1), metres

    monkeypatch.setattr(Net, "legs", slower)


def _branches_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    together = ways._together

    def on_the_first_day(one: Any, other: Any) -> Any:
        return together(one, other._replace(limits=other.limits * 0))

    monkeypatch.setattr(ways, "_together", on_the_first_day)


MUTANTS = (
    (_ignore_days, haul_and_due),
    (_ignore_haul, haul),
    (_ignore_due, due),
    (_keep_one_label, plain),
    (_ignore_ties, one_site),
    (_free_own_limits, own_limits),
    (_same_site_takes_a_day, one_site),
    (_branches_do_not_wait, side_branch),
)


@pytest.mark.parametrize(("mutant", "variant"), MUTANTS)
def test_a_solver_without_one_of_its_rules_is_caught(
    mutant: Callable[[pytest.MonkeyPatch], None],
    variant: Callable[[Random], Instance],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant(monkeypatch)
    assert any(_differs(seed, variant) for seed in range(400))


def _differs(seed: int, variant: Callable[[Random], Instance]) -> bool:
    asked, routes = variant(Random(seed))
    try:
        found = answer(asked).routes
    except AssertionError:
        return True
    return [route.service_ids for route in found] != [route.ids for route in routes[: asked.k]]


def test_worlds_have_what_they_are_for() -> None:
    asked = [problem(Random(seed)) for seed in range(100)]
    steps: Iterator[Step] = (step for one in asked for step in one.steps)
    assert sum(step.digital for step in steps) > 10
    assert any(one.sends_cloth for one in asked)
