"""Opening, pledging, reaching, confirming, extending, calling off: what is decided, booked and told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dyehouse import DyeHouse

from marketplace.booking.model import State as ReservationState
from marketplace.errors import Conflict, Invalid, NotFound, TooMany
from marketplace.pools.model import MOST_JOINS, ClosingAction, ConfirmsAt, PledgeState, State


def four_pledge(house: DyeHouse, names: str = "abcd"):  # type: ignore[no-untyped-def]
    house.four()
    pool = house.open()
    for name, metres in (("a", 35), ("b", 40), ("c", 50), ("d", 20)):
        if name in names:
            pool = house.pledge(pool, name, metres)
    return pool


def test_case_13_most_designers_then_least_distance(house: DyeHouse) -> None:
    pool = four_pledge(house)
    assert pool.state is State.REACHED
    assert house.reserved() == 120
    assert house.fire(pool) == 1
    pool = house.read(pool)
    assert pool.state is State.CONFIRMED
    pledges = house.pledges(pool)
    served = {name: pledge.served for name, pledge in pledges.items() if pledge.state is PledgeState.SERVED}
    assert served == {"b": 40, "c": 50, "d": 20}
    assert pledges["a"].state is PledgeState.UNSERVED
    assert pledges["a"].told == "10 m of room left, you need 35"
    # 110 m are booked, the ten that nobody needs are free again.
    assert house.reservation(pool).state is ReservationState.FIRM
    assert house.reserved() == house.reservation(pool).atoms == 110
    # The set-up of 80.00 is shared by amount to the cent.
    assert {name: pledges[name].setup_minor for name in "bcd"} == {"b": 2909, "c": 3636, "d": 1455}
    assert pledges["c"].price_minor == 3636 + 50 * 420
    assert house.kinds(pool) == ["opened 1", "reached 1", "confirmed 1"]
    assert house.fire(pool) == 0  # once


def test_without_d_there_is_no_lot(house: DyeHouse) -> None:
    pool = four_pledge(house, "abc")
    assert pool.state is State.OPEN
    house.fire(pool)
    pool = house.read(pool)
    assert pool.state is State.CANCELLED
    assert house.reserved() == 0
    assert house.reservation(pool).state is ReservationState.ENDED
    pledges = house.pledges(pool)
    assert {pledge.state for pledge in pledges.values()} == {PledgeState.RELEASED}
    assert pledges["a"].told == "10 m missing for 2 designers"
    assert pledges["b"].told == "10 m missing for you and 1 other designer"
    assert house.told("b")[-1].endswith("10 m missing for you and 1 other designer. You owe nothing.")
    assert "called off and its weeks are free again" in house.told("Dyer")[-1]
    assert house.kinds(pool) == ["opened 1", "cancelled 1"]


def test_withdrawing_before_closing_reopens_and_each_crossing_is_told_once(house: DyeHouse) -> None:
    pool = four_pledge(house)
    pool = house.withdraw(pool, "d")
    assert pool.state is State.OPEN
    assert "the minimum is missed again, 10 m missing" in house.told("a")[-1]
    pool = house.pledge(pool, "d", 20)
    assert pool.state is State.REACHED
    assert house.kinds(pool) == ["opened 1", "reached 1", "reopened 1", "reached 2"]
    reached = [event for event in house.events(pool) if event.kind.value == "reached"]
    assert [(event.atoms, event.designers, event.group_atoms) for event in reached] == [(145, 4, 110)] * 2
    assert len([text for text in house.told("b") if "minimum is reached" in text]) == 2


def test_late_pledges_changes_and_withdrawals_are_refused_plainly(house: DyeHouse) -> None:
    pool = four_pledge(house)
    late = pool.terms.closes_at
    with pytest.raises(Conflict, match="This pool closed on "):
        house.withdraw(pool, "d", now=late)
    house.studio("e")
    with pytest.raises(Conflict, match="can’t be made, changed or withdrawn any more"):
        house.pledge(pool, "e", 10, now=late)
    house.fire(pool)
    with pytest.raises(Conflict, match="This pool closed on "):
        house.pledge(pool, "e", 10)


def test_a_lot_that_shrinks_shares_the_set_up_over_less(house: DyeHouse) -> None:
    house.four()
    pool = house.open(closing=ClosingAction.SHRINK, smallest=80)
    for name, metres in (("b", 40), ("c", 50)):
        house.pledge(pool, name, metres)
    house.fire(pool)
    assert house.read(pool).state is State.CONFIRMED
    assert {n: p.setup_minor for n, p in house.pledges(pool).items()} == {"b": 3556, "c": 4444}
    assert house.reserved() == 120  # the service's own minimum is 100 m: the lot keeps the weeks it held
    assert house.kinds(pool) == ["opened 1", "confirmed 1"]


def test_a_lot_too_small_to_shrink_is_called_off(house: DyeHouse) -> None:
    house.four()
    pool = house.open(closing=ClosingAction.SHRINK, smallest=95)
    house.pledge(pool, "b", 40)
    house.fire(pool)
    assert house.read(pool).state is State.CANCELLED


def test_a_pool_is_extended_once_with_weeks_behind_its_new_closing(house: DyeHouse) -> None:
    house.four()
    pool = house.open(closing=ClosingAction.EXTEND, extend_days=10)
    house.pledge(pool, "b", 40, needed_by=pool.ready + timedelta(days=2))
    assert house.fire(pool) == 1
    longer = house.read(pool)
    assert (longer.state, longer.extended) == (State.OPEN, 1)
    assert longer.terms.closes_at == pool.terms.closes_at + timedelta(days=10)
    assert min(share.week.sunday for share in house.reservation(longer).weeks) >= longer.terms.closes_at.date()
    assert house.reserved() == 120
    assert "stays open until" in house.told("b")[-1]
    assert "But with you on" in house.told("b")[-1]
    house.fire(longer)
    assert house.read(pool).state is State.CANCELLED
    assert house.kinds(pool) == ["opened 1", "extended 1", "cancelled 1"]
    assert house.reserved() == 0


def test_a_pool_that_has_no_later_weeks_is_called_off(house: DyeHouse) -> None:
    pool = house.open(closing=ClosingAction.EXTEND)
    with house.database.writing() as session:
        from marketplace.capacity import store as capacity

        capacity.set_usual(session, house.resource_id, 0, house.now)
    house.fire(pool)
    assert house.read(pool).state is State.CANCELLED
    assert house.read(pool).reason.startswith("No weeks are left for a later lot.")


def test_the_workshop_may_confirm_a_smaller_lot_and_bears_what_is_missing(house: DyeHouse) -> None:
    house.four()
    strict, kind = house.open(), house.open(closing=ClosingAction.CONFIRM)
    for pool in (strict, kind):
        house.pledge(pool, "b", 40)
    with pytest.raises(Conflict, match="runs from its minimum on: 60 m missing for 1 designer"):
        house.close(strict, how="confirm")
    done = house.close(kind, how="confirm")
    assert (done.state, done.workshop_minor) == (State.CONFIRMED, 4800)
    assert house.pledges(kind)["b"].setup_minor == 3200


def test_a_missed_minimum_with_confirm_is_called_off_by_itself(house: DyeHouse) -> None:
    house.four()
    pool = house.open(closing=ClosingAction.CONFIRM)
    house.pledge(pool, "b", 40)
    house.fire(pool)
    assert house.read(pool).state is State.CANCELLED


def test_a_pool_may_confirm_at_once(house: DyeHouse) -> None:
    house.four()
    pool = house.open(confirms=ConfirmsAt.REACHED)
    house.pledge(pool, "b", 60)
    pool = house.pledge(pool, "c", 50)
    assert pool.state is State.CONFIRMED
    with pytest.raises(Conflict, match="This pool closed on "):
        house.pledge(pool, "d", 10)
    assert house.kinds(pool) == ["opened 1", "reached 1", "confirmed 1"]


def test_the_workshop_calls_it_off(house: DyeHouse) -> None:
    pool = four_pledge(house)
    house.close(pool, how="cancel", reason="The jet is broken.")
    assert house.read(pool).reason == "The jet is broken."
    assert house.told("c")[-1].endswith("was called off: The jet is broken. You owe nothing.")
    assert house.close(pool, how="cancel").state is State.CANCELLED  # again is no error
    assert house.reserved() == 0


def test_tolerance_lets_a_fourth_designer_in(house: DyeHouse) -> None:
    house.four()
    pool = house.open()
    for name, metres, tolerance in (("a", 35, 15), ("b", 40, 5), ("c", 50, 5), ("d", 20, 0)):
        house.pledge(pool, name, metres, tolerance=tolerance)
    house.fire(pool)
    served = {name: pledge.served for name, pledge in house.pledges(pool).items()}
    assert served == {"a": 20, "b": 35, "c": 45, "d": 20}
    assert sum(served.values()) == 120  # type: ignore[arg-type]


def test_who_is_too_far_or_too_late_is_told_before(house: DyeHouse) -> None:
    house.four()
    pool = house.open(reach_m=35_000)
    with pytest.raises(Invalid, match=r"you are 40\.0 km away, this pool reaches 35\.0 km"):
        house.pledge(pool, "d", 20)
    with pytest.raises(Invalid, match=r"the lot is 30\.0 km away, your radius is 25\.0 km"):
        house.pledge(pool, "a", 20, radius_m=25_000)
    with pytest.raises(Invalid, match="you need it by"):
        house.pledge(pool, "b", 20, needed_by=pool.ready)
    assert house.pledge(pool, "b", 20, needed_by=pool.ready + timedelta(days=1)).state is State.OPEN
    with pytest.raises(Invalid, match="the lot holds 120 m at most"):
        house.pledge(pool, "c", 121)


def test_joining_and_leaving_has_an_end(house: DyeHouse) -> None:
    house.four()
    pool = house.open()
    for _ in range(MOST_JOINS):
        house.pledge(pool, "b", 40)
        house.withdraw(pool, "b")
        house.withdraw(pool, "b")  # again is no error
    with pytest.raises(TooMany, match="You have left this pool 3 times"):
        house.pledge(pool, "b", 40)
    house.pledge(pool, "c", 40)
    with pytest.raises(Conflict, match="You are in this pool already"):
        house.pledge(pool, "c", 40)


def test_weeks_that_are_not_there_open_no_pool(house: DyeHouse) -> None:
    with pytest.raises(Invalid, match="Takes at most 400 metres"):
        house.open(maximum=401)
    with house.database.writing() as session:
        from marketplace.capacity import store as capacity

        capacity.set_usual(session, house.resource_id, 0, house.now)
    with pytest.raises(Conflict, match="0 metres are left"):
        house.open()
    assert house.cast.sql("SELECT count(*) FROM pool") == [(0,)]


def test_only_its_supplier_closes_a_pool(house: DyeHouse) -> None:
    from marketplace.pools import actions

    pool = four_pledge(house)
    with pytest.raises(NotFound):
        actions.close(house.database, house.studios["a"][0], pool.public_id, house.now)
