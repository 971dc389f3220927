"""The order of results, equal ones included, and their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from contract import NOW, PRATO, Engine, Room, ask, case, firm, found, label, least, place, run, service

from marketplace.search.query import Sort
from marketplace.suppliers.model import Price, PriceBreak
from marketplace.units import Unit


@case
def without_words_or_circle_who_is_sure_stands_first(engine: Engine) -> None:
    """No surcharge, verified, weeks confirmed in the last 14 days; then by name."""
    fresh, old = Room(10), Room(10, confirmed_at=NOW - timedelta(days=15))
    engine.fill(
        firm("A", service("sew", least(100, extra=10), room=fresh), verified=True),
        firm("B", service(room=old)),
        firm("C", service(room=Room(10, confirmed_at=NOW - timedelta(days=14)))),
        firm("D", service(room=old), verified=True),
        firm("E", service(room=fresh), verified=True),
        firm("F", service()),
        firm("G", service(room=Room(10, confirmed_at=None))),
    )
    assert found(engine, ask(run=run(50))) == ["E", "D", "C", "B", "F", "G", "A"]
    assert found(engine, ask()) == ["A", "E", "D", "C", "B", "F", "G"]  # nobody asks extra for no run


@case
def better_words_stand_before_everything_else(engine: Engine) -> None:
    engine.fill(firm("Rosalie", verified=True), firm("Rosa"), firm("Anna", description="rosa", verified=True))
    assert found(engine, ask("rosa")) == ["Rosa", "Rosalie", "Anna"]


@case
def equals_stand_by_name_without_capitals(engine: Engine) -> None:
    """The whole name counts, not its first letters; then the firm, then the site."""
    engine.fill(
        firm("Sartoria Fiorentina Confezioni Zeta"),
        firm("sartoria fiorentina confezioni alfa"),
        firm("Sartoria Fiorentina Confezioni Mitte"),
        firm("ärmel"),
        firm("Zoe", sites=(place(name="First"), place(name="Second"))),
        firm("Émile"),
    )
    assert found(engine, ask()) == [
        "sartoria fiorentina confezioni alfa",
        "Sartoria Fiorentina Confezioni Mitte",
        "Sartoria Fiorentina Confezioni Zeta",
        "Zoe/First",
        "Zoe/Second",
        "ärmel",
        "Émile",
    ]


@case
def by_distance(engine: Engine) -> None:
    engine.fill(firm("A", at=(44.2, 11.1)), firm("B", at=PRATO), firm("C", at=(43.97, 11.1)), firm("D", at=PRATO))
    near = ask(near=PRATO, metres=100_000)
    assert found(engine, replace(near, sort=Sort.DISTANCE)) == ["B", "D", "C", "A"]
    assert found(engine, near) == ["B", "D", "C", "A"]  # what a circle is asked for
    assert found(engine, ask(sort=Sort.DISTANCE)) == ["A", "B", "C", "D"]  # nowhere to count from: by name


@case
def by_lead_time(engine: Engine) -> None:
    """What is not stated stands last; equals by distance, then by name."""
    engine.fill(
        firm("A", service(lead=None), at=PRATO),
        firm("B", service(lead=5), at=(43.97, 11.1)),
        firm("C", service(lead=0), at=(43.97, 11.1)),
        firm("D", service(lead=5), at=PRATO),
        firm("E", at=PRATO),
        firm("F", service(lead=5), at=(43.97, 11.1)),
    )
    everybody = ["C", "B", "D", "F", "A", "E"]
    assert found(engine, ask(sort=Sort.LEAD_TIME)) == everybody
    assert found(engine, ask(sort=Sort.LEAD_TIME, near=PRATO, metres=50_000)) == ["C", "D", "B", "F", "A", "E"]


@case
def by_the_day_a_run_is_ready(engine: Engine) -> None:
    engine.fill(
        firm("A", service(room=Room(5)), at=PRATO),
        firm("B", service(room=Room(50)), at=(43.97, 11.1)),
        firm("C", service(room=Room(50)), at=PRATO),
        firm("D", service(), at=PRATO),
        firm("E", service(room=Room(5)), service("cut", room=Room(500)), at=PRATO),
    )
    assert found(engine, ask(run=run(50), sort=Sort.FINISH)) == ["E", "B", "C", "A", "D"]
    assert found(engine, ask(run=run(50), sort=Sort.FINISH, near=PRATO, metres=50_000)) == ["E", "C", "B", "A", "D"]
    assert found(engine, ask(run=run(50), sort=Sort.FINISH, process="sew")) == ["B", "C", "A", "E", "D"]
    assert found(engine, ask(sort=Sort.FINISH)) == ["A", "B", "C", "D", "E"]  # no run: nothing to be ready


@case
def by_price_of_the_run(engine: Engine) -> None:
    """Set-up and breaks included: 50 pieces cost 600, 525, 500, 450; who states none stands last."""
    engine.fill(
        firm("A", service(price=Price("EUR", 1200, Unit.PIECE))),
        firm("B", service(price=Price("EUR", 1000, Unit.PIECE, 2500))),
        firm("C", service(price=Price("EUR", 1100, Unit.PIECE, 0, (PriceBreak(50, 900),)))),
        firm("D", service(price=Price("EUR", 1000, Unit.PIECE, 0, (PriceBreak(51, 100),)))),
        firm("E", service()),
        firm("F"),
    )
    assert found(engine, ask(run=run(50), sort=Sort.PRICE)) == ["C", "D", "B", "A", "E"]
    assert found(engine, ask(run=run(1), sort=Sort.PRICE)) == ["D", "C", "A", "B", "E"]
    assert found(engine, ask(sort=Sort.PRICE)) == ["B", "D", "C", "A", "E", "F"]  # of one piece, without set-up


@case
def a_surcharge_is_part_of_the_price(engine: Engine) -> None:
    """50 at 10.00 with 15 % are 575, more than 50 at 11.00."""
    engine.fill(
        firm("A", service("sew", least(100, extra=15), price=Price("EUR", 1000, Unit.PIECE))),
        firm("B", service(price=Price("EUR", 1100, Unit.PIECE))),
    )
    assert found(engine, ask(run=run(50), sort=Sort.PRICE)) == ["B", "A"]
    assert found(engine, ask(run=run(100), sort=Sort.PRICE)) == ["A", "B"]


@case
def prices_of_other_currencies_and_units_stand_in_groups(engine: Engine) -> None:
    engine.fill(
        firm("A", service(price=Price("USD", 100, Unit.PIECE))),
        firm("B", service(price=Price("EUR", 900, Unit.PIECE))),
        firm("C", service(price=Price("EUR", 800, Unit.PIECE))),
        firm("D", service(price=Price("EUR", 100, Unit.STYLE))),
        firm("E", service(price=Price("GBP", 50, Unit.PIECE))),
        firm("F", service(price=Price("EUR", 1, Unit.MINUTE))),
    )
    assert found(engine, ask(run=run(50), sort=Sort.PRICE)) == ["F", "C", "B", "D", "E", "A"]


# -- pages ----------------------------------------------------------------------------------------------------------


def _sixty(engine: Engine) -> list[str]:
    """Sixty firms, in fives as equal as can be but for the end of their names."""
    names = [f"Sartoria Fiorentina Confezioni {number // 5:02} {'abcde'[number % 5]}" for number in range(60)]
    firms = [firm(name, service(lead=number // 5 % 3), at=PRATO) for number, name in enumerate(names)]
    engine.fill(*firms[::-1])
    return names


@case
def pages_are_whole_and_in_order(engine: Engine) -> None:
    names = _sixty(engine)
    for per_page in (1, 7, 20, 60, 100):
        pages = [engine.search(ask(page=page, per_page=per_page)) for page in range(1, 60 // per_page + 2)]
        assert [label(hit.document) for page in pages for hit in page.hits] == names
        assert {page.total for page in pages} == {60}


@case
def a_deep_page(engine: Engine) -> None:
    names = _sixty(engine)
    for sort in (None, Sort.DISTANCE):
        answer = engine.search(ask(near=PRATO, metres=1000, page=9, per_page=7, sort=sort))
        assert [label(hit.document) for hit in answer.hits] == names[56:60]
    by_lead = [name for lead in range(3) for number, name in enumerate(names) if number // 5 % 3 == lead]
    answer = engine.search(ask(page=4, per_page=13, sort=Sort.LEAD_TIME))
    assert [label(hit.document) for hit in answer.hits] == by_lead[39:52]


@case
def a_page_beyond_the_end_is_empty(engine: Engine) -> None:
    _sixty(engine)
    for page in (4, 5, 100, 10_000_000):
        answer = engine.search(ask(page=page, per_page=20))
        assert (answer.total, answer.hits) == (60, ())
    engine.fill()
    assert engine.search(ask(page=3)).hits == ()


@case
def the_same_question_has_the_same_answer(engine: Engine) -> None:
    _sixty(engine)
    for sort in Sort:
        asked = ask("sartoria", near=PRATO, metres=1000, run=run(5), sort=sort, per_page=17)
        first = found(engine, asked)
        assert len(set(first)) == 60
        assert found(engine, asked) == first
