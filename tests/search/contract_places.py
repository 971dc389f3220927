"""Circles: exact to the metre, the edge included, everywhere on the Earth.

The distances below are Karney's on the WGS84 ellipsoid, worked out with geographiclib. A quarter of a meridian is
10,001,965.729 m, from pole to pole it is twice that.
"""

from __future__ import annotations

from contract import PRATO, Engine, ask, case, counts, firm, found, place, service

from marketplace.search.query import Sort
from marketplace.vocabulary import Facet

Degrees = tuple[float, float]


def _is_at(engine: Engine, metres: int, near: Degrees, at: Degrees) -> None:
    """Two points are so many metres apart, seen from both sides."""
    for centre, point in ((near, at), (at, near)):
        engine.fill(firm("Rosa", at=point), firm("Nowhere"))
        asked = ask(near=centre, metres=metres)
        assert found(engine, asked) == ["Rosa"]
        assert [hit.metres for hit in engine.search(asked).hits] == [metres]
        assert found(engine, ask(near=centre, metres=metres - 1)) == []


@case
def ten_kilometres(engine: Engine) -> None:
    _is_at(engine, 10_000, PRATO, (43.97, 11.10))  # 9,999.970 m
    _is_at(engine, 9_644, PRATO, (43.88, 11.22))  # 9,644.120 m
    _is_at(engine, 14_984, PRATO, (43.80, 11.25))  # 14,984.341 m


@case
def across_the_antimeridian(engine: Engine) -> None:
    _is_at(engine, 22_264, (0, 179.9), (0, -179.9))  # 22,263.898 m
    _is_at(engine, 1_358, (52.5, 179.99), (52.5, -179.99))  # 1,358.205 m


@case
def the_two_names_of_the_antimeridian(engine: Engine) -> None:
    engine.fill(firm("East", at=(10, 180)), firm("West", at=(10, -180)))
    assert found(engine, ask(near=(10, 180), metres=100)) == ["East", "West"]
    assert found(engine, ask(near=(10, -180), metres=100)) == ["East", "West"]


@case
def at_the_poles(engine: Engine) -> None:
    _is_at(engine, 11_169, (90, 0), (89.9, 77))  # 11,169.398 m, in every direction
    _is_at(engine, 5_585, (-90, 13), (-89.95, -140))  # 5,584.699 m
    _is_at(engine, 2_234, (89.99, 0), (89.99, 180))  # across the pole: 2,233.880 m


@case
def a_pole_has_every_longitude(engine: Engine) -> None:
    engine.fill(firm("A", at=(90, 0)), firm("B", at=(90, 120)), firm("C", at=(90, -180)), firm("D", at=(-90, 0)))
    assert found(engine, ask(near=(90, 33), metres=100)) == ["A", "B", "C"]
    assert found(engine, ask(near=(-90, 33), metres=100)) == ["D"]


@case
def half_around_the_earth(engine: Engine) -> None:
    _is_at(engine, 10_001_966, (0, 0), (90, 0))
    _is_at(engine, 20_003_931, (90, 0), (-90, 0))
    _is_at(engine, 20_003_931, (0, 0), (0, 180))  # over a pole
    _is_at(engine, 20_003_931, PRATO, (-43.88, -168.90))
    _is_at(engine, 19_936_289, (0, 0), (0.5, 179.5))  # 19,936,288.579 m, where Vincenty's formula gives up


@case
def the_largest_circle_holds_everybody_who_is_on_the_map(engine: Engine) -> None:
    points = {"A": (90, 0), "B": (-90, 0), "C": (0, 180), "D": (-43.88, -168.90), "E": PRATO, "F": (0, -180)}
    engine.fill(*(firm(name, at=at) for name, at in points.items()), firm("Nowhere"))
    assert sorted(found(engine, ask(near=PRATO, metres=20_037_508))) == list("ABCDEF")
    assert found(engine, ask(near=PRATO, metres=20_000_000))[-1] != "D"
    assert len(found(engine, ask(near=PRATO, metres=20_000_000))) == 5


@case
def the_nearest_stand_first_and_equals_by_name(engine: Engine) -> None:
    engine.fill(
        firm("berta", at=(43.97, 11.10)),
        firm("Anna", at=(43.97, 11.10)),
        firm("Carla", at=(43.88, 11.22)),
        firm("Dora", at=PRATO),
        firm("Far", at=(45, 9)),
        firm("Nowhere"),
    )
    assert found(engine, ask(near=PRATO, metres=15_000)) == ["Dora", "Carla", "Anna", "berta"]
    metres = [hit.metres for hit in engine.search(ask(near=PRATO, metres=15_000)).hits]
    assert metres == [0, 9_644, 10_000, 10_000]


@case
def distances_within_a_metre_are_equal(engine: Engine) -> None:
    """A centimetre farther is no farther: 0 m both, and the name decides; at 1 m it does not."""
    engine.fill(
        firm("C", at=(43.88, 11.10)),
        firm("B", at=(43.8800001, 11.10)),
        firm("A", at=(43.880009, 11.10)),
    )
    assert found(engine, ask(near=PRATO, metres=100)) == ["B", "C", "A"]


@case
def who_is_not_on_the_map_is_in_no_circle(engine: Engine) -> None:
    engine.fill(firm("Rosa", kind="weaver"), firm("Bianchi", at=PRATO, kind="weaver"))
    assert found(engine, ask(kind="weaver")) == ["Bianchi", "Rosa"]
    assert found(engine, ask(kind="weaver", near=PRATO, metres=20_037_508)) == ["Bianchi"]


@case
def each_site_of_a_firm_is_where_it_is(engine: Engine) -> None:
    sites = (place(at=PRATO, name="Prato"), place(at=(45.81, 9.08), name="Como"), place(name="Nowhere"))
    engine.fill(firm("Rosa", sites=sites))
    assert found(engine, ask(near=PRATO, metres=1_000)) == ["Rosa/Prato"]
    assert found(engine, ask(near=PRATO, metres=300_000)) == ["Rosa/Prato", "Rosa/Como"]


@case
def a_circle_with_words_and_terms(engine: Engine) -> None:
    engine.fill(
        firm("Rosa", service("sew"), at=PRATO),
        firm("Rosa Due", service("cut"), at=(43.97, 11.10)),
        firm("Rosa Tre", service("sew"), at=(45, 9)),
        firm("Viola", service("sew"), at=PRATO),
    )
    near = ask("rosa", near=PRATO, metres=20_000, sort=Sort.DISTANCE)
    assert found(engine, near) == ["Rosa", "Rosa Due"]
    assert counts(engine, near, Facet.PROCESS) == [("cut", 1), ("sew", 1)]
    assert found(engine, ask("rosa", near=PRATO, metres=20_000, process="cut")) == ["Rosa Due"]
