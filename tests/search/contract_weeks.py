"""Open weeks: when a run would be ready, and what is open between two dates. Today is Wednesday, 24 February 2027."""

from __future__ import annotations

from datetime import date, timedelta

from contract import MONDAY, TODAY, Engine, Room, ask, case, counts, firm, found, monday, place, run, service

from marketplace.search.query import Sort
from marketplace.suppliers.rules import Run
from marketplace.units import Unit
from marketplace.vocabulary import Facet

DAY = timedelta(days=1)


def _ready(engine: Engine, day: date, asked: Run, start: date | None = None) -> None:
    """The engine's only firm is ready on that day, and not on the day before."""
    assert found(engine, ask(run=asked)) == ["Rosa"]
    assert found(engine, ask(run=asked, start=start, by=day)) == ["Rosa"]
    assert found(engine, ask(run=asked, start=start, by=day - DAY)) == []


@case
def a_run_is_ready_the_day_after_it_is_made(engine: Engine) -> None:
    """20 a week are 4 a day. 50 from Wednesday are 12 + 20 + 18, made until Friday, 12 March."""
    engine.fill(firm("Rosa", service(room=Room(20))))
    _ready(engine, date(2027, 3, 13), run(50))
    _ready(engine, date(2027, 2, 25), run(4))
    _ready(engine, date(2027, 2, 26), run(5))
    assert found(engine, ask(run=run(4), by=TODAY)) == []


@case
def work_starts_on_the_day_asked_for(engine: Engine) -> None:
    """From Monday, 1 March, 50 are 20 + 20 + 10; a start that has passed is today."""
    engine.fill(firm("Rosa", service(room=Room(20))))
    _ready(engine, date(2027, 3, 18), run(50), date(2027, 3, 1))
    _ready(engine, date(2027, 3, 18), run(50), date(2027, 2, 27))  # a Saturday
    _ready(engine, date(2027, 3, 13), run(50), date(2026, 3, 1))


@case
def lead_days_count_from_the_first_day_of_work(engine: Engine) -> None:
    """Twenty days of drying after 24 February end on 16 March; what takes longer to make takes longer."""
    engine.fill(firm("Rosa", service(room=Room(20), lead=20)))
    _ready(engine, date(2027, 3, 16), run(1))
    _ready(engine, date(2027, 3, 16), run(50))
    _ready(engine, date(2027, 3, 24), run(80))  # 12 + 20 + 20 + 20 + 8


@case
def lead_days_wait_for_the_first_open_week(engine: Engine) -> None:
    engine.fill(firm("Rosa", service(room=Room(None, stated={monday(3): 100}), lead=2)))
    _ready(engine, date(2027, 3, 17), run(1))  # Monday, 15 March + 2
    _ready(engine, date(2027, 3, 18), run(41))  # three days of 20: until Wednesday


@case
def closed_days_are_not_worked(engine: Engine) -> None:
    """With the second week shut, 50 are ready a week later; with one day shut a usual week offers 16, 4 a day."""
    shut = place(service(room=Room(20)), closed=[(date(2027, 3, 1), date(2027, 3, 7))])
    engine.fill(firm("Rosa", sites=(shut,)))
    _ready(engine, date(2027, 3, 20), run(50))
    shut = place(service(room=Room(20)), closed=[(date(2027, 3, 3), date(2027, 3, 3))])
    engine.fill(firm("Rosa", sites=(shut,)))
    _ready(engine, date(2027, 3, 16), run(50))  # 12 + 16 + 20 + 2: Monday, 15 March


@case
def a_stated_week_is_for_the_whole_week(engine: Engine) -> None:
    """20 stated are 5 on each of four days when one is shut, and none when all are."""
    room = Room(0, stated={monday(1): 20})
    engine.fill(firm("Rosa", sites=(place(service(room=room), closed=[(date(2027, 3, 1), date(2027, 3, 1))]),)))
    _ready(engine, date(2027, 3, 3), run(5))  # Tuesday, 2 March
    _ready(engine, date(2027, 3, 6), run(20))
    engine.fill(firm("Rosa", sites=(place(service(room=room), closed=[(date(2027, 2, 27), date(2027, 3, 9))]),)))
    assert found(engine, ask(run=run(1), by=date(2027, 12, 1))) == []


@case
def a_stated_week_replaces_the_usual_one(engine: Engine) -> None:
    engine.fill(firm("Rosa", service(room=Room(20, stated={MONDAY: 0, monday(1): 100}))))
    _ready(engine, date(2027, 3, 4), run(50))  # 20 a day from Monday, 1 March: until Wednesday
    _ready(engine, date(2027, 3, 9), run(101))


@case
def only_working_days_are_worked(engine: Engine) -> None:
    """Tuesdays and Thursdays, 10 each: 50 from Wednesday are done on the fifth of them, Thursday, 11 March."""
    engine.fill(firm("Rosa", sites=(place(service(room=Room(20)), days=(1, 3)),)))
    _ready(engine, date(2027, 3, 12), run(50))


@case
def odd_numbers_are_spread_exactly(engine: Engine) -> None:
    """7 a week over seven days is 1 a day; 1 over five days is a whole piece after the fifth."""
    engine.fill(firm("Rosa", sites=(place(service(room=Room(7)), days=range(7)),)))
    _ready(engine, date(2027, 2, 25) + 9 * DAY, run(10))
    engine.fill(firm("Rosa", service(room=Room(1))))
    _ready(engine, date(2027, 3, 3), run(1))  # We, Th, Fr, Mo, Tu


@case
def a_run_draws_on_its_room_by_rate(engine: Engine) -> None:
    """12 minutes a piece: 50 pieces are 600 minutes, half of a week of 1,200; rates are rounded up."""
    minutes = Room(1200, Unit.MINUTE, rate=12_000)
    engine.fill(firm("Rosa", service(room=minutes)))
    _ready(engine, date(2027, 2, 27), run(50))  # 240 a day: Friday
    _ready(engine, date(2027, 3, 2), run(61))  # 732 minutes: Monday
    engine.fill(firm("Rosa", service(room=Room(5, rate=500))))
    _ready(engine, date(2027, 2, 25), run(2))  # one of the room's
    _ready(engine, date(2027, 2, 26), run(3))  # one and a half are two


@case
def a_room_may_count_machine_loads(engine: Engine) -> None:
    """5 loads a week, one a day: 120 kg are two loads; two colours of 60 kg as well; 70 kg are none."""
    engine.fill(firm("Rosa", service("dye_fabric", unit=Unit.KG, load=(50, 60), room=Room(5, Unit.LOAD))))
    _ready(engine, date(2027, 2, 26), run(120_000, Unit.KG))
    _ready(engine, date(2027, 2, 25), run(60_000, Unit.KG))
    _ready(engine, date(2027, 2, 26), run(120_000, Unit.KG, colours=2))
    _ready(engine, date(2027, 2, 27), run(150_000, Unit.KG))
    assert found(engine, ask(run=run(70_000, Unit.KG), by=date(2027, 6, 1))) == []
    engine.fill(firm("Rosa", service("dye_fabric", unit=Unit.KG, room=Room(5, Unit.LOAD))))
    assert found(engine, ask(run=run(60_000, Unit.KG), by=date(2027, 6, 1))) == []  # nobody knows how large a load is


@case
def without_published_weeks_no_date_is_promised(engine: Engine) -> None:
    engine.fill(firm("None", service()), firm("Unsaid", service(room=Room(None))), firm("Zero", service(room=Room(0))))
    assert found(engine, ask(run=run(5), by=date(2028, 12, 1))) == []
    assert found(engine, ask(run=run(5), start=TODAY)) == []
    assert found(engine, ask(by=date(2028, 12, 1))) == []
    assert found(engine, ask(start=TODAY)) == []


@case
def a_start_alone_asks_whether_the_run_is_ever_ready(engine: Engine) -> None:
    engine.fill(
        firm("Once", service(room=Room(None, stated={MONDAY: 100}))),
        firm("Usual", service(room=Room(1))),
    )
    assert found(engine, ask(run=run(50), start=TODAY)) == ["Once", "Usual"]
    assert found(engine, ask(run=run(61), start=TODAY)) == ["Usual"]  # three days of 20
    assert found(engine, ask(run=run(50), start=monday(1))) == ["Usual"]
    assert found(engine, ask(run=run(2000), start=TODAY)) == []  # more than two years of it


# -- windows without a run ------------------------------------------------------------------------------------------


@case
def something_whole_must_be_open_in_the_window(engine: Engine) -> None:
    """1 a week is a fifth a day, both days included: whole from Wednesday to Tuesday."""
    engine.fill(firm("Rosa", service(room=Room(1))))
    assert found(engine, ask(by=date(2027, 3, 2))) == ["Rosa"]
    assert found(engine, ask(by=date(2027, 3, 1))) == []
    assert found(engine, ask(start=date(2027, 3, 1), by=date(2027, 3, 5))) == ["Rosa"]
    assert found(engine, ask(start=date(2027, 3, 2), by=date(2027, 3, 7))) == []


@case
def a_window_on_one_day(engine: Engine) -> None:
    engine.fill(firm("Rosa", service(room=Room(5))))
    assert found(engine, ask(by=TODAY)) == ["Rosa"]
    assert found(engine, ask(start=date(2027, 2, 27), by=date(2027, 2, 28))) == []  # Saturday and Sunday


@case
def a_start_alone_looks_twelve_weeks_ahead(engine: Engine) -> None:
    """To Wednesday, 19 May, itself included: two days of that week, 20 of 50."""
    engine.fill(
        firm("Twelve", service(room=Room(None, stated={monday(12): 5}))),
        firm("Thirteen", service(room=Room(None, stated={monday(13): 50}))),
        firm("Day", sites=(place(service(room=Room(None, stated={monday(12): 50})), days=(3,)),)),  # Thursday
    )
    assert found(engine, ask(start=TODAY)) == ["Twelve"]
    assert found(engine, ask(start=TODAY + DAY)) == ["Day", "Twelve"]


@case
def windows_count_in_the_facets(engine: Engine) -> None:
    engine.fill(
        firm("A", service("sew", room=Room(20)), service("cut", room=Room(0))),
        firm("B", service("cut", room=Room(20))),
    )
    asked = ask(start=TODAY, by=date(2027, 3, 31))
    assert counts(engine, asked, Facet.PROCESS) == [("cut", 1), ("sew", 1)]
    assert found(engine, ask(start=TODAY, by=date(2027, 3, 31), process="cut")) == ["B"]


# -- far away -------------------------------------------------------------------------------------------------------


@case
def a_year_ahead_is_as_exact(engine: Engine) -> None:
    """1 a week: the fortieth piece is made on Tuesday, 30 November. A week stated forty weeks from now counts."""
    engine.fill(firm("Rosa", service(room=Room(1))))
    _ready(engine, date(2027, 12, 1), run(40))
    engine.fill(firm("Rosa", service(room=Room(None, stated={monday(40): 5}))))
    _ready(engine, date(2027, 12, 4), run(5))
    _ready(engine, date(2027, 11, 30), run(1))
    assert found(engine, ask(by=date(2027, 11, 29))) == ["Rosa"]
    assert found(engine, ask(by=date(2027, 11, 28))) == []
    _ready(engine, date(2027, 12, 4), run(3), date(2027, 12, 1))
    assert found(engine, ask(run=run(4), start=date(2027, 12, 1))) == []


@case
def weeks_around_half_a_year(engine: Engine) -> None:
    """The same in each week from the twentieth to the thirtieth, wherever an engine may change its ways."""
    for week in range(20, 31):
        engine.fill(firm("Rosa", service(room=Room(None, stated={monday(week): 10}), lead=1)))
        friday = monday(week) + 4 * DAY
        _ready(engine, friday + DAY, run(10))
        _ready(engine, monday(week) + DAY, run(2))
        assert found(engine, ask(start=monday(week), by=monday(week))) == ["Rosa"]
        assert found(engine, ask(start=friday + DAY, by=monday(week + 1))) == []


@case
def lead_days_may_reach_beyond_half_a_year(engine: Engine) -> None:
    """300 days from today are 21 December."""
    engine.fill(firm("Rosa", service(room=Room(20), lead=300)))
    _ready(engine, date(2027, 12, 21), run(1))


@case
def a_job_is_planned_for_two_years(engine: Engine) -> None:
    """104 weeks with the running one."""
    engine.fill(firm("Rosa", service(room=Room(None, stated={monday(103): 5}))))
    assert found(engine, ask(run=run(5), start=TODAY)) == ["Rosa"]
    assert found(engine, ask(run=run(5), by=date(2030, 1, 1))) == ["Rosa"]
    engine.fill(firm("Rosa", service(room=Room(None, stated={monday(104): 5}))))
    assert found(engine, ask(run=run(5), start=TODAY)) == []
    assert found(engine, ask(run=run(5), by=date(2030, 1, 1))) == []
    assert found(engine, ask(run=run(5), start=monday(1))) == ["Rosa"]


@case
def who_is_ready_first_stands_first(engine: Engine) -> None:
    """Who publishes nothing stands last, who is ready beyond half a year before them."""
    engine.fill(
        firm("A", service(room=None)),
        firm("B", service(room=Room(1))),
        firm("C", service(room=Room(10))),
        firm("D", service(room=Room(100))),
        firm("E", service(room=Room(100), lead=10)),
        firm("F", service(room=Room(None, stated={monday(45): 100}))),
    )
    assert found(engine, ask(run=run(40), sort=Sort.FINISH)) == ["D", "E", "C", "B", "F", "A"]
