"""A run against minimums by basis, surcharges, maximums, machine loads, and units that have to be converted."""

from __future__ import annotations

from contract import Engine, Room, ask, case, counts, firm, found, least, run, service

from marketplace.search.query import Sort
from marketplace.units import Unit
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis


@case
def a_minimum_is_met_from_itself_on(engine: Engine) -> None:
    engine.fill(
        firm("Forty-nine", service("sew", least(49))),
        firm("Fifty", service("sew", least(50))),
        firm("Fifty-one", service("sew", least(51))),
        firm("Silent", service("sew")),
    )
    assert found(engine, ask(run=run(50))) == ["Fifty", "Forty-nine", "Silent"]
    assert found(engine, ask(run=run(1))) == ["Silent"]


@case
def a_maximum_is_met_up_to_itself(engine: Engine) -> None:
    engine.fill(
        firm("A", service(most=49)), firm("B", service(most=50)), firm("C", service(most=51)), firm("D", service())
    )
    assert found(engine, ask(run=run(50))) == ["B", "C", "D"]


@case
def bases_divide_the_run(engine: Engine) -> None:
    """60 pieces in 2 styles, 3 colours and 2 sizes."""
    shares = {
        Basis.ORDER: 60,
        Basis.WARP: 60,
        Basis.STYLE: 30,
        Basis.DESIGN: 30,
        Basis.COLOUR: 20,
        Basis.LOT: 20,
        Basis.STYLE_AND_COLOUR: 10,
        Basis.SIZE: 5,
    }
    asked = ask(run=run(60, styles=2, colours=3, sizes=2), per_page=5)
    enough = [firm(f"{basis} met", service("sew", least(share, basis=basis))) for basis, share in shares.items()]
    too_few = [
        firm(f"{basis} missed", service("sew", least(share + 1, basis=basis))) for basis, share in shares.items()
    ]
    engine.fill(*enough, *too_few)
    assert found(engine, asked) == sorted(f"{basis} met" for basis in shares)


@case
def a_part_of_a_run_is_counted_in_whole_pieces(engine: Engine) -> None:
    """50 in three colours are 16 of each, and two more."""
    engine.fill(
        firm("Sixteen", service("sew", least(16, basis=Basis.COLOUR))),
        firm("Seventeen", service("sew", least(17, basis=Basis.COLOUR))),
    )
    assert found(engine, ask(run=run(50, colours=3))) == ["Sixteen"]
    assert found(engine, ask(run=run(51, colours=3))) == ["Seventeen", "Sixteen"]


@case
def every_rule_must_be_met(engine: Engine) -> None:
    """Also the fourth, which has no column of its own."""
    met = (least(10), least(5, basis=Basis.STYLE), least(3, basis=Basis.COLOUR))
    engine.fill(
        firm("All", service("sew", *met, least(2, basis=Basis.SIZE))),
        firm("Extra", service("sew", *met, least(99, basis=Basis.SIZE, extra=10))),
        firm("Fourth", service("sew", *met, least(99, basis=Basis.SIZE))),
        firm("Second", service("sew", least(10), least(99, basis=Basis.STYLE))),
    )
    assert found(engine, ask(run=run(50))) == ["All", "Extra"]


@case
def a_surcharge_takes_what_is_less_and_stands_behind(engine: Engine) -> None:
    engine.fill(
        firm("A", service("sew", least(100, extra=15))),
        firm("B", service("sew", least(50, extra=15))),
        firm("C", service("sew", least(10))),
        firm("D", service("sew", least(100, extra=15), least(51, basis=Basis.WARP))),
        firm("E", service("sew", least(100, extra=0))),
    )
    assert found(engine, ask(run=run(50), sort=Sort.RELEVANCE)) == ["B", "C", "A", "E"]
    assert [
        fit.best.verdict and fit.best.verdict.surcharge_percent for fit in engine.search(ask(run=run(50))).hits
    ] == [
        0,
        0,
        15,
        0,
    ]


@case
def a_site_is_shown_by_the_service_that_asks_no_extra(engine: Engine) -> None:
    engine.fill(firm("A", service("cut", least(100, extra=15)), service("sew", least(10))), firm("B", service("sew")))
    answer = engine.search(ask(run=run(50)))
    assert [fit.best.service.draft and fit.best.service.draft.process for fit in answer.hits] == ["sew", "sew"]
    assert found(engine, ask(run=run(50), process="cut")) == ["A"]


@case
def metres_and_kilograms_convert_by_the_cloth(engine: Engine) -> None:
    """100 m of 150 cm at 200 g/m² weigh 30 kg."""
    engine.fill(
        firm("Kilo", service("dye_fabric", least(30_000, Unit.KG), unit=Unit.KG)),
        firm("Kilo and a gram", service("dye_fabric", least(30_001, Unit.KG), unit=Unit.KG)),
        firm("Metre", service("weave", least(100, Unit.METRE), unit=Unit.METRE)),
        firm("Metre with a rule in kilograms", service("weave", least(30_000, Unit.KG), unit=Unit.METRE)),
        firm("Most", service("dye_fabric", unit=Unit.KG, most=29)),
    )
    cloth = (150, 200)
    metres = ["Kilo", "Metre", "Metre with a rule in kilograms"]
    assert found(engine, ask(run=run(100, Unit.METRE, cloth=cloth))) == metres
    assert found(engine, ask(run=run(30_000, Unit.KG, cloth=cloth))) == metres
    assert found(engine, ask(run=run(100, Unit.METRE))) == ["Metre"]
    assert found(engine, ask(run=run(30_000, Unit.KG))) == ["Kilo"]
    assert found(engine, ask(run=run(29_999, Unit.KG))) == []


@case
def pieces_and_kilograms_convert_by_the_weight_of_one(engine: Engine) -> None:
    """50 pieces of 450 g are 22.5 kg."""
    engine.fill(
        firm("A", service("wash", least(22_500, Unit.KG), unit=Unit.KG)),
        firm("B", service("wash", least(22_501, Unit.KG), unit=Unit.KG)),
        firm("C", service("sew", least(50))),
    )
    assert found(engine, ask(run=run(50, piece_g=450))) == ["A", "C"]
    assert found(engine, ask(run=run(50))) == ["C"]
    assert found(engine, ask(run=run(22_500, Unit.KG, piece_g=450))) == ["A", "C"]


@case
def pieces_and_metres_never_compare(engine: Engine) -> None:
    engine.fill(firm("A", service("sew")), firm("B", service("weave", unit=Unit.METRE)))
    assert found(engine, ask(run=run(50, cloth=(150, 200), piece_g=450))) == ["A"]
    assert found(engine, ask(run=run(50, Unit.METRE, cloth=(150, 200), piece_g=450))) == ["B"]


@case
def pattern_rooms_count_styles(engine: Engine) -> None:
    """500 pieces in 3 styles are 3 to them, however many pieces there are."""
    engine.fill(
        firm("Four", service("grade", least(4, Unit.STYLE), unit=Unit.STYLE)),
        firm("Most two", service("grade", unit=Unit.STYLE, most=2)),
        firm("Three", service("grade", least(3, Unit.STYLE), unit=Unit.STYLE)),
        firm("Three each", service("grade", least(3, Unit.STYLE, Basis.COLOUR), unit=Unit.STYLE)),
    )
    assert found(engine, ask(run=run(500, styles=3))) == ["Three", "Three each"]
    assert found(engine, ask(run=run(500, styles=3, colours=2))) == ["Three"]
    assert found(engine, ask(run=run(4, Unit.STYLE, styles=4))) == ["Four", "Three", "Three each"]


@case
def machine_loads_have_gaps(engine: Engine) -> None:
    """Loads of 50 to 60 kg: 70 kg fill neither one nor two."""
    engine.fill(firm("Mill", service("finish_fabric", unit=Unit.KG, load=(50, 60))))
    taken = [
        kg
        for kg in (1, 49, 50, 60, 61, 70, 99, 100, 120, 121, 149, 150, 180, 181, 200, 300, 301)
        if found(engine, ask(run=run(kg * 1000, Unit.KG)))
    ]
    assert taken == [50, 60, 100, 120, 150, 180, 200, 300, 301]
    assert found(engine, ask(run=run(49_999, Unit.KG))) == []
    assert found(engine, ask(run=run(60_001, Unit.KG))) == []


@case
def one_load_never_mixes_colours_in_a_dye_house(engine: Engine) -> None:
    """110 kg in two colours: 55 of each fit a dye bath; together they fit the press."""
    engine.fill(
        firm("Dye", service("dye_fabric", unit=Unit.KG, load=(50, 60))),
        firm("Finish", service("finish_fabric", unit=Unit.KG, load=(50, 60))),
    )
    assert found(engine, ask(run=run(110_000, Unit.KG, colours=2))) == ["Dye", "Finish"]
    assert found(engine, ask(run=run(60_000, Unit.KG, colours=2))) == ["Finish"]
    assert found(engine, ask(run=run(130_000, Unit.KG, colours=2))) == []
    assert found(engine, ask(run=run(200_000, Unit.KG, colours=2))) == ["Dye", "Finish"]
    assert found(engine, ask(run=run(210_000, Unit.KG, colours=3))) == ["Finish"]


@case
def large_numbers_stay_exact(engine: Engine) -> None:
    """Ten tonnes to the gram, ten million pieces to the piece."""
    engine.fill(
        firm("A", service("dye_fabric", least(10_000_000_000, Unit.KG), unit=Unit.KG)),
        firm("B", service("sew", least(10_000_000))),
        firm("C", service("sew", most=9_999_999)),
    )
    assert found(engine, ask(run=run(10_000_000_000, Unit.KG))) == ["A"]
    assert found(engine, ask(run=run(9_999_999_999, Unit.KG))) == []
    assert found(engine, ask(run=run(10_000_000))) == ["B"]
    assert found(engine, ask(run=run(9_999_999))) == ["C"]


@case
def a_run_needs_one_service_that_has_the_terms_and_takes_it(engine: Engine) -> None:
    engine.fill(
        firm("A", service("sew", least(100)), service("cut", least(1))),
        firm("B", service("sew", least(1)), service("cut", least(100))),
    )
    assert found(engine, ask(run=run(50), process="sew")) == ["B"]
    assert found(engine, ask(run=run(50))) == ["A", "B"]
    assert counts(engine, ask(run=run(50)), Facet.PROCESS) == [("cut", 1), ("sew", 1)]


@case
def a_run_alone_asks_for_no_weeks(engine: Engine) -> None:
    engine.fill(firm("Full", service(room=Room(0))), firm("Open", service(room=Room(10))), firm("Silent", service()))
    assert found(engine, ask(run=run(500))) == ["Full", "Open", "Silent"]
