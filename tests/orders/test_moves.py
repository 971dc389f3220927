"""Every move from every state by everybody: the table says what happens, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from booked import Deal
from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.booking import holds
from marketplace.booking import store as reservations
from marketplace.booking.model import Outcome, ReservationId, Side
from marketplace.capacity.model import WeekShare
from marketplace.errors import Conflict, Forbidden, Invalid, NotFound, SelvedgeError, SignInNeeded
from marketplace.orders import actions
from marketplace.orders.model import Move, Order, State, Who
from marketplace.orders.rules import TABLE, moves_of, problem_with
from marketplace.units import Quantity, Unit

Do = Callable[[Deal, Actor, Order], Order]

MOVES: dict[Move, Do] = {
    Move.DELIVER: lambda deal, actor, order: actions.deliver(
        deal.cast.database,
        actor,
        order.public_id,
        quantity=Quantity.of(60, Unit.PIECE),
        on=deal.now.date(),
        now=deal.now,
    ),
    Move.TAKE_BACK: lambda deal, actor, order: actions.take_back_delivery(
        deal.cast.database, actor, order.public_id, deal.now
    ),
    Move.COMPLETE: lambda deal, actor, order: actions.complete(deal.cast.database, actor, order.public_id, deal.now),
    Move.CANCEL: lambda deal, actor, order: actions.cancel(
        deal.cast.database, actor, order.public_id, "no cloth", deal.now
    ),
    Move.DISPUTE: lambda deal, actor, order: actions.dispute(
        deal.cast.database, actor, order.public_id, "seams open", deal.now
    ),
    Move.END_DISPUTE: lambda deal, actor, order: actions.end_dispute(
        deal.cast.database, actor, order.public_id, deal.now
    ),
    Move.SETTLE_COMPLETE: lambda deal, actor, order: actions.settle(
        deal.cast.database, actor, order.public_id, State.COMPLETED, "as agreed", deal.now
    ),
    Move.SETTLE_CANCEL: lambda deal, actor, order: actions.settle(
        deal.cast.database, actor, order.public_id, State.CANCELLED, "not as agreed", deal.now
    ),
}

# Who does what: the persona, and the side on which they stand.
SIDES = {"designer": Who.STUDIO, "studio staff": Who.STUDIO, "maker": Who.SUPPLIER, "room staff": Who.SUPPLIER}
STRANGERS = ("other designer", "rival", "moderator")


def reach(deal: Deal, state: State) -> Order:
    """An order in that state; a dispute is about a delivery and was begun by the designer."""
    match state:
        case State.BOOKED:
            return deal.order()
        case State.DELIVERED:
            return deal.delivered()
        case State.COMPLETED:
            return deal.completed()
        case State.CANCELLED:
            return MOVES[Move.CANCEL](deal, deal.studio, deal.order())
        case State.DISPUTED:
            return MOVES[Move.DISPUTE](deal, deal.studio, deal.delivered())


def expected(order: Order, move: Move, name: str) -> State | type[SelvedgeError]:
    """What the table says, written out once more for actions (a party settles by completing or cancelling)."""
    side = SIDES.get(name)
    if move in (Move.SETTLE_COMPLETE, Move.SETTLE_CANCEL):
        if name == "anonymous":
            return SignInNeeded
        if name != "moderator" or order.state is not State.DISPUTED:
            return NotFound
        return State.COMPLETED if move is Move.SETTLE_COMPLETE else State.CANCELLED
    if name == "anonymous":
        return SignInNeeded
    if side is None:
        return Forbidden if name == "new" else NotFound
    if move is Move.CANCEL and name == "room staff":
        return NotFound  # of a firm only its owner
    asked = move
    if order.state is State.DISPUTED:
        asked = {Move.COMPLETE: Move.SETTLE_COMPLETE, Move.CANCEL: Move.SETTLE_CANCEL}.get(move, move)
    step = TABLE.get((order.state, asked))
    if step is None or side not in step.who:
        return Conflict
    if asked is Move.END_DISPUTE:
        return State.DELIVERED if side is Who.STUDIO else Conflict  # the designer began it
    return step.to


@pytest.mark.parametrize("state", State)
def test_every_move_by_everybody(deal: Deal, state: State) -> None:
    personas, order = deal.personas(), reach(deal, state)
    for move, do in MOVES.items():
        for name, actor in personas.items():
            wanted = expected(order, move, name)
            before, trail, reserved = deal.get(order), deal.audited(order), deal.reserved()
            if isinstance(wanted, State):
                after = do(deal, actor, order)
                assert after.state is wanted, (state, move, name)
                assert len(deal.audited(order)) == len(trail) + 1
                order = reach(deal, state)
            else:
                with pytest.raises(wanted):
                    do(deal, actor, order)
                assert (deal.get(order), deal.audited(order), deal.reserved()) == (before, trail, reserved)


def test_the_table_knows_every_move_and_state() -> None:
    assert {move for _, move in TABLE} == set(Move)
    assert {state for state, _ in TABLE} == set(State) - {State.COMPLETED, State.CANCELLED}  # nothing leaves these
    assert {step.to for step in TABLE.values()} == set(State)


def test_a_refusal_says_what_can_be_done_instead(deal: Deal) -> None:
    order = deal.order()
    assert problem_with(order, Move.COMPLETE, Who.STUDIO, deal.now) == (
        "The order is booked and nothing was delivered yet. It can be called off, or disputed."
    )
    assert moves_of(order, Who.SUPPLIER, deal.now) == (Move.DELIVER, Move.CANCEL, Move.DISPUTE)
    assert moves_of(order, Who.STUDIO, deal.now) == (Move.CANCEL, Move.DISPUTE)


def test_before_work_starts_nobody_has_to_say_why(deal: Deal) -> None:
    order = deal.order()
    assert order.starts
    assert order.starts > deal.now.date()
    ended = actions.cancel(deal.cast.database, deal.studio, order.public_id, "", deal.now)
    assert (ended.state, ended.cancelled_by, deal.reserved()) == (State.CANCELLED, Side.STUDIO, 0)
    assert ended.reservation_id
    with deal.cast.database.writing() as session:
        reservation = reservations.get_by_id(session, ReservationId(ended.reservation_id))
        assert reservation.outcome is Outcome.CANCELLED
        assert not holds.release(session, reservation.id, Outcome.CANCELLED, deal.now)  # given back once
    assert deal.told(deal.maker)[-1] == "Linen jacket: called off; the weeks are open again."


def test_from_its_start_on_a_cancellation_has_a_reason(deal: Deal) -> None:
    order = deal.order()
    started = deal.now + timedelta(days=40)
    with pytest.raises(Invalid, match="say why"):
        actions.cancel(deal.cast.database, deal.workshop, order.public_id, "", started)
    assert deal.reserved() == 60
    ended = actions.cancel(deal.cast.database, deal.workshop, order.public_id, "the loom burnt", started)
    assert (ended.reason, ended.cancelled_by, deal.reserved()) == ("the loom burnt", Side.SUPPLIER, 0)


def test_a_delivery_is_taken_back_within_an_hour(deal: Deal) -> None:
    order = deal.delivered()
    with pytest.raises(Conflict, match="more than an hour ago"):
        actions.take_back_delivery(deal.cast.database, deal.workshop, order.public_id, deal.now + timedelta(hours=2))
    again = actions.take_back_delivery(
        deal.cast.database, deal.workshop, order.public_id, deal.now + timedelta(minutes=50)
    )
    assert (again.state, again.delivered_on, again.delivered_quantity) == (State.BOOKED, None, None)


@pytest.mark.parametrize(("days", "problem"), [(1, "still to come"), (-2, "before the order")])
def test_a_delivery_has_a_day_that_can_be(deal: Deal, days: int, problem: str) -> None:
    order = deal.order()
    with pytest.raises(Invalid, match=problem):
        actions.deliver(
            deal.cast.database,
            deal.workshop,
            order.public_id,
            quantity=Quantity.of(60, Unit.PIECE),
            on=deal.now.date() + timedelta(days=days),
            now=deal.now,
        )


def test_a_delivery_completes_by_itself_after_14_days_unless_disputed(deal: Deal) -> None:
    quiet, loud = deal.delivered(20), deal.delivered(20)
    MOVES[Move.DISPUTE](deal, deal.studio, loud)
    almost, over = deal.now + timedelta(days=14, seconds=-1), deal.now + timedelta(days=14)
    assert actions.complete_due(deal.cast.database, almost) == 0
    assert actions.complete_due(deal.cast.database, over) == 1
    assert actions.complete_due(deal.cast.database, over) == 0
    assert (deal.get(quiet).state, deal.get(loud).state) == (State.COMPLETED, State.DISPUTED)
    assert deal.audited(quiet)[-1] == "order.complete"
    assert deal.reserved() == 20  # what was done before its week began gives it back


def test_work_that_was_done_sooner_gives_back_the_weeks_that_have_not_begun(deal: Deal) -> None:
    """60 pieces lie in two weeks of 40, the first of which begins in 14 days or less."""
    order = deal.order()
    with deal.cast.database.reading() as session:
        first, second = holds_of(session, order)
    assert (first.atoms, second.atoms) == (40, 20)
    day = datetime.combine(first.week.sunday, time(12), UTC)  # one week is over
    sent = {"quantity": Quantity.of(60, Unit.PIECE), "on": day.date()}
    actions.deliver(deal.cast.database, deal.workshop, order.public_id, **sent, now=day)
    assert deal.reserved() == 60  # until both say that it is done
    actions.complete(deal.cast.database, deal.studio, order.public_id, day)
    assert deal.reserved() == 40
    with deal.cast.database.reading() as session:
        assert holds_of(session, order) == (first,)
        events = {week: atoms for week, atoms in reservations.sum_events(session).items() if atoms}
        assert events == reservations.sum_active(session)
    assert deal.order(20).starts == second.week.monday  # somebody else has it


def holds_of(session: Session, order: Order) -> tuple[WeekShare, ...]:
    assert order.reservation_id is not None
    return reservations.get_by_id(session, ReservationId(order.reservation_id)).weeks


def test_a_dispute_has_both_views_and_moderators_are_told(deal: Deal) -> None:
    moderator = deal.cast.person("Mod", is_moderator=True)
    order = deal.delivered(got=40)
    actions.dispute(deal.cast.database, deal.studio, order.public_id, "20 are missing", deal.now)
    assert deal.told(moderator) == ["Linen jacket: the two sides disagree about an order."]
    with pytest.raises(Conflict, match="said its view"):
        actions.add_view(deal.cast.database, deal.studio, order.public_id, "once more", deal.now)
    seen = actions.add_view(deal.cast.database, deal.workshop, order.public_id, "the cloth ran out", deal.now)
    assert (seen.studio_note, seen.supplier_note) == ("20 are missing", "the cloth ran out")
    assert seen.disputed_by is Side.STUDIO
    # The designer gives way; the workshop could have called it off.
    assert actions.complete(deal.cast.database, deal.studio, order.public_id, deal.now).state is State.COMPLETED


def test_a_dispute_without_a_delivery_cannot_end_as_completed(deal: Deal) -> None:
    actor = deal.cast.actor(deal.cast.person("Mod", is_moderator=True))
    order = MOVES[Move.DISPUTE](deal, deal.workshop, deal.order())
    with pytest.raises(Conflict, match="Nothing was delivered"):
        MOVES[Move.SETTLE_COMPLETE](deal, actor, order)
    back = MOVES[Move.END_DISPUTE](deal, deal.workshop, order)
    assert (back.state, back.supplier_note) == (State.BOOKED, "")


def test_a_settlement_needs_a_reason(deal: Deal) -> None:
    actor = deal.cast.actor(deal.cast.person("Mod", is_moderator=True))
    order = reach(deal, State.DISPUTED)
    with pytest.raises(Invalid, match="say why"):
        actions.settle(deal.cast.database, actor, order.public_id, State.CANCELLED, "", deal.now)
    settled = MOVES[Move.SETTLE_CANCEL](deal, actor, order)
    assert (settled.reason, settled.cancelled_by, deal.reserved()) == ("not as agreed", None, 0)
