"""Who is served, compared with brute force; the wrong ways are found. `SELVEDGE_GROUPS` asks for more instances."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Sequence

import pytest

from marketplace.pools.decide import choose, nearest_short, share
from marketplace.pools.grouping import Lot, group, worth
from marketplace.pools.model import Group, Part

INSTANCES = int(os.environ.get("SELVEDGE_GROUPS", "400"))
Choose = Callable[[Sequence[Part], int, int], Group | None]

CASE_13 = (Part("a", 35, 0, 30_000), Part("b", 40, 0, 10_000), Part("c", 50, 0, 20_000), Part("d", 20, 0, 40_000))


def test_case_13() -> None:
    served = choose(CASE_13, 100, 120)
    assert served is not None
    assert (dict(served.amounts), served.metres, served.room) == ({"b": 40, "c": 50, "d": 20}, 70_000, 10)
    assert choose(CASE_13[:3], 100, 120) is None
    short = nearest_short(CASE_13[:3], 100, 120)
    assert short is not None
    assert (short.names, short.missing) == (("b", "c"), 10)


def brute(parts: Sequence[Part], minimum: int, maximum: int) -> Group | None:
    """Every group, by the published rule."""
    names = sorted(part.name for part in parts)
    best: tuple[tuple[object, ...], tuple[Part, ...]] | None = None
    for size in range(1, len(parts) + 1):
        for chosen in itertools.combinations(parts, size):
            if sum(p.atoms - p.tolerance for p in chosen) > maximum:
                continue
            if sum(p.atoms + p.tolerance for p in chosen) < minimum:
                continue
            stated = sum(p.atoms for p in chosen)
            change = max(0, stated - maximum, minimum - stated)
            inside = {p.name for p in chosen}
            key = (-size, sum(p.metres for p in chosen), change, [name not in inside for name in names])
            if best is None or key < best[0]:
                best = key, chosen
    if best is None:
        return None
    amounts = {p.name: p.atoms for p in sorted(best[1], key=lambda p: p.name)}
    return Group(amounts, sum(p.metres for p in best[1]))


def draw(rng: random.Random) -> tuple[list[Part], int, int]:
    scale = rng.choice((1, 1, 5, 10))
    parts = []
    for name in "abcdefgh"[: rng.randint(1, 8)]:
        atoms = rng.randint(1, 12) * scale
        parts.append(Part(name, atoms, rng.choice((0, 0, rng.randint(0, atoms // 2))), rng.randint(0, 4) * 1000))
    rng.shuffle(parts)
    minimum = rng.randint(1, 40) * scale
    return parts, minimum, minimum + rng.randint(0, 15) * scale


def differences(how: Choose, instances: int) -> int:
    rng, wrong = random.Random(13), 0
    for _ in range(instances):
        parts, minimum, maximum = draw(rng)
        found, wanted = how(parts, minimum, maximum), brute(parts, minimum, maximum)
        wrong += (found and (set(found.amounts), found.metres)) != (wanted and (set(wanted.amounts), wanted.metres))
    return wrong


def test_the_choice_equals_brute_force() -> None:
    assert differences(choose, INSTANCES) == 0


def first_come(parts: Sequence[Part], minimum: int, maximum: int) -> Group | None:
    """In the order they came, as long as there is room."""
    amounts: dict[str, int] = {}
    for part in parts:
        if sum(amounts.values()) + part.atoms <= maximum:
            amounts[part.name] = part.atoms
    taken = [part for part in parts if part.name in amounts]
    return Group(amounts, sum(p.metres for p in taken)) if sum(amounts.values()) >= minimum else None


def without_distance(parts: Sequence[Part], minimum: int, maximum: int) -> Group | None:
    found = choose([Part(p.name, p.atoms, p.tolerance) for p in parts], minimum, maximum)
    near = {p.name: p.metres for p in parts}
    return found and Group(found.amounts, sum(near[name] for name in found.amounts))


def without_minimum(parts: Sequence[Part], minimum: int, maximum: int) -> Group | None:
    return choose(parts, 1, maximum)


def without_tolerance(parts: Sequence[Part], minimum: int, maximum: int) -> Group | None:
    return choose([Part(p.name, p.atoms, 0, p.metres) for p in parts], minimum, maximum)


@pytest.mark.parametrize("wrong", [first_come, without_distance, without_minimum, without_tolerance])
def test_wrong_choices_are_found(wrong: Choose) -> None:
    assert differences(wrong, 100) > 5


def test_amounts_keep_to_what_was_stated_and_fill_the_lot() -> None:
    rng = random.Random(7)
    for _ in range(200):
        parts, minimum, maximum = draw(rng)
        found = choose(parts, minimum, maximum)
        if found is None:
            continue
        stated = {p.name: p for p in parts}
        total = sum(stated[name].atoms for name in found.amounts)
        assert minimum <= found.atoms <= maximum
        assert all(abs(atoms - stated[name].atoms) <= stated[name].tolerance for name, atoms in found.amounts.items())
        assert abs(found.atoms - total) == max(0, total - maximum, minimum - total)


def test_neither_the_order_nor_who_is_not_served_changes_anything() -> None:
    rng = random.Random(3)
    for _ in range(150):
        parts, minimum, maximum = draw(rng)
        found = choose(parts, minimum, maximum)
        assert choose(parts[::-1], minimum, maximum) == found
        if found:
            rest = [part for part in parts if part.name in found.amounts or rng.random() < 0.5]
            assert choose(rest, minimum, maximum) == found


def test_the_nearest_group_below_the_minimum() -> None:
    rng, seen = random.Random(5), 0
    for _ in range(300):
        parts, minimum, maximum = draw(rng)
        short = nearest_short(parts, minimum, maximum)
        if choose(parts, minimum, maximum) or short is None:
            continue
        seen += 1
        groups = (g for size in range(1, len(parts) + 1) for g in itertools.combinations(parts, size))
        fits = (g for g in groups if sum(p.atoms - p.tolerance for p in g) <= maximum)
        assert short.missing == min(minimum - sum(p.atoms + p.tolerance for p in g) for g in fits)
    assert seen > 30


def test_shares_add_up_to_the_minor_unit() -> None:
    assert share(8000, {"b": 40, "c": 50, "d": 20}) == {"b": 2909, "c": 3636, "d": 1455}
    assert share(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    rng = random.Random(1)
    for _ in range(200):
        weights = {str(n): rng.randint(1, 500) for n in range(rng.randint(1, 12))}
        total = rng.randint(0, 100_000)
        parts = share(total, weights)
        assert sum(parts.values()) == total
        whole = sum(weights.values())
        assert all(abs(parts[name] * whole - total * weight) < whole for name, weight in weights.items())


# --- several lots


def best_of_several(lots: Sequence[Lot], names: str) -> tuple[int, int]:
    best = (0, 0)
    for places in itertools.product(range(-1, len(lots)), repeat=len(names)):
        designers, metres = 0, 0
        for n, lot in enumerate(lots):
            mine = {name for name, place in zip(names, places, strict=True) if place == n}
            if not mine:
                continue
            groups = [[p for p in parts if p.name in mine] for parts in lot.options.values()]
            fits = [
                sum(p.metres for p in parts)
                for parts in groups
                if len(parts) == len(mine)
                and sum(p.atoms - p.tolerance for p in parts) <= lot.maximum
                and sum(p.atoms + p.tolerance for p in parts) >= lot.minimum
            ]
            if not fits:
                break
            designers, metres = designers + len(mine), metres + min(fits)
        else:
            best = max(best, (designers, -metres))
    return best


def draw_lots(rng: random.Random, names: str, count: int) -> list[Lot]:
    wishes = {name: (rng.randint(2, 12), rng.choice((0, 0, 1)), rng.choice("xy")) for name in names}
    lots = []
    for n in range(count):
        minimum = rng.randint(5, 20)
        options = {}
        for colour in "xy":
            parts = [
                Part(name, atoms, tolerance, rng.randint(0, 20))
                for name, (atoms, tolerance, own) in wishes.items()
                if own == colour and rng.random() < 0.8
            ]
            if parts:
                options[colour] = tuple(parts)
        lots.append(Lot(f"lot {n}", minimum, minimum + rng.randint(0, 10), options))
    return lots


def test_two_lots_are_shared_exactly() -> None:
    rng = random.Random(2)
    for _ in range(max(INSTANCES // 10, 20)):
        names = "abcdef"[: rng.randint(2, 6)]
        lots = draw_lots(rng, names, 2)
        assert worth(group(lots).values()) == best_of_several(lots, names)


def test_several_lots_come_near_the_best_and_serve_nobody_twice() -> None:
    rng, reached, possible, equal = random.Random(4), 0, 0, 0
    rounds = max(INSTANCES // 20, 15)
    for _ in range(rounds):
        names = "abcdef"[: rng.randint(3, 6)]
        lots = draw_lots(rng, names, 3)
        plan = group(lots)
        served = [name for filled in plan.values() for name in filled.group.amounts]
        assert len(served) == len(set(served))
        assert all(f.lot.minimum <= f.group.atoms <= f.lot.maximum for f in plan.values())
        best = best_of_several(lots, names)
        assert worth(plan.values()) <= best
        equal += worth(plan.values()) == best
        reached, possible = reached + len(served), possible + best[0]
    assert reached >= 0.97 * possible
    assert equal >= 0.9 * rounds
