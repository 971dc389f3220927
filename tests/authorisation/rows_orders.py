"""Orders and waiting lists. The table says who belongs to an order; which side does what, its own rules say."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from personas import STUDIO, SUPPLIER
from rows import Row
from world import World

from marketplace.booking import holds
from marketplace.booking.model import Held, Side
from marketplace.briefs import store as briefs
from marketplace.briefs.model import Content, Line
from marketplace.capacity import store as capacity
from marketplace.db.ids import new_public_id
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import Offer
from marketplace.enquiries.rules import Move
from marketplace.files.actions import cabinet_of, receive
from marketplace.orders import actions, changing, running, store
from marketplace.orders.forms import ChangeForm
from marketplace.orders.model import MilestoneKind, PaymentDraft, PaymentKind
from marketplace.orders.reviews import actions as reviewing
from marketplace.orders.thread import actions as thread
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity, Unit, Week
from marketplace.waiting import store as waiting_store
from marketplace.waiting.model import State

PIECES = 20
BOTH = {STUDIO, SUPPLIER}
STUDIO_SIDE = frozenset({"designer", "designer staff"})
SUPPLIER_SIDE = frozenset({"supplier owner", "supplier staff"})


def _hold(world: World, made_by: Side, weeks: int) -> Held:
    with world.database.writing() as db:
        return holds.hold(
            db,
            supplier=world.supplier,
            service=world.supplier.services[0],
            studio_id=world.organisations[STUDIO],
            run=Run(Quantity.of(PIECES, Unit.PIECE)),
            arrival=world.now.date() + timedelta(weeks=weeks),
            made_by=made_by,
            expires_at=world.now + timedelta(days=2),
            now=world.now,
        )


def a_quote(world: World) -> dict[str, Any]:
    held = _hold(world, Side.SUPPLIER, 4)
    with world.database.writing() as db:
        brief = briefs.add(
            db,
            public_id=new_public_id(),
            studio_id=world.organisations[STUDIO],
            person_id=world.people["designer"].id,
            content=Content("Jacket", "jacket", lines=(Line("M", "navy", PIECES),), processes=("sew",)),
            changes=(),
            now=world.now,
        )
        enquiry = enquiries.add_enquiry(
            db,
            brief_id=brief.id,
            brief_version=1,
            studio_id=world.organisations[STUDIO],
            supplier_id=world.supplier.id,
            service_id=world.supplier.services[0].id,
            person_id=None,
            answer_by=world.now + timedelta(days=5),
            now=world.now,
        )
        enquiries.move(db, enquiry, Move.QUOTE, world.now)
        sent = enquiries.add_quote(
            db,
            enquiry.id,
            Offer(Quantity.of(PIECES, Unit.PIECE), "EUR", 2500, sample_minor=4000),
            reservation_id=held.reservation.id,
            plan=held.plan,
            person_id=None,
            valid_until=world.now + timedelta(days=2),
            now=world.now,
        )
    return {"public_id": sent.public_id}


def an_enquiry(world: World) -> dict[str, Any]:
    quote = a_quote(world)["public_id"]
    with world.database.reading() as db:
        enquiry_id = enquiries.get_quote(db, quote).enquiry_id
        return {"public_id": enquiries.get_enquiry_by_id(db, enquiry_id).public_id}


def _booked(world: World) -> str:
    return actions.accept(world.database, world.actor("designer"), a_quote(world)["public_id"], world.now).public_id


def _delivered(world: World) -> str:
    order, quantity = _booked(world), Quantity.of(PIECES, Unit.PIECE)
    maker = world.actor("supplier owner")
    actions.deliver(world.database, maker, order, quantity=quantity, on=world.now.date(), now=world.now)
    return order


def _completed(world: World) -> str:
    order = _delivered(world)
    actions.complete(world.database, world.actor("designer"), order, world.now)
    return order


def booked(world: World) -> dict[str, Any]:
    return {"public_id": _booked(world)}


def delivered(world: World) -> dict[str, Any]:
    return {"public_id": _delivered(world)}


def completed(world: World) -> dict[str, Any]:
    return {"public_id": _completed(world)}


def disputed(world: World) -> dict[str, Any]:
    order = _delivered(world)
    actions.dispute(world.database, world.actor("designer"), order, "open seams", world.now)
    return {"public_id": order}


def _step(world: World, kind: MilestoneKind, *, done: bool = False) -> dict[str, Any]:
    order = _booked(world)
    with world.database.reading() as db:
        steps = store.list_milestones(db, store.get(db, order).id)
    step = next(step.public_id for step in steps if step.kind is kind)
    if done:
        running.mark_done(world.database, world.actor("supplier owner"), order, step, world.now)
    return {"public_id": order, "milestone_id": step}


def a_step(world: World) -> dict[str, Any]:
    return _step(world, MilestoneKind.SAMPLE)


def a_done_step(world: World) -> dict[str, Any]:
    return _step(world, MilestoneKind.SAMPLE, done=True)


def a_payment(world: World) -> dict[str, Any]:
    """Asked for by the workshop."""
    order = _booked(world)
    draft = PaymentDraft(PaymentKind.DEPOSIT, 1000, due=world.now.date())
    made = running.add_payment(world.database, world.actor("supplier owner"), order, draft, world.now)
    return {"public_id": order, "payment_id": made.public_id}


def a_paid_payment(world: World) -> dict[str, Any]:
    values = a_payment(world)
    designer = world.actor("designer")
    running.say_paid(world.database, designer, values["public_id"], values["payment_id"], world.now.date(), world.now)
    return values


def a_change(world: World) -> dict[str, Any]:
    order = _booked(world)
    form = ChangeForm(world.now.date() + timedelta(weeks=40), PIECES, 50000, "")
    change = changing.propose(world.database, world.actor("supplier owner"), order, form, world.now)
    return {"public_id": order, "change_id": change.public_id}


def a_file(world: World) -> dict[str, Any]:
    order, cabinet = _booked(world), cabinet_of(world.system.settings)
    with receive(cabinet, "marker.pdf", BytesIO(b"%PDF-1.4 x")) as received:
        thread.write(world.database, world.actor("designer"), order, "", world.now, cabinet=cabinet, received=received)
        return {"public_id": order, "file_id": received.public_id}


def a_review_of_the_workshop(world: World) -> dict[str, Any]:
    order = _completed(world)
    for name in ("designer", "supplier owner"):
        review = reviewing.write(world.database, world.actor(name), order, 5, "Neat.", world.now)
        if name == "designer":
            about = review.public_id
    return {"public_id": order, "review_id": about}


# --- waiting


def _far(world: World) -> Week:
    return Week.containing(world.now.date()).plus(20)


def full_weeks(world: World) -> dict[str, Any]:
    service = world.supplier.services[0]
    with world.database.writing() as db:
        capacity.set_weeks(db, capacity.ensure_resource(db, service), {_far(world): 0}, world.now)
    return {"slug": world.supplier.slug, "service_id": service.public_id}


def _waiting(world: World) -> Any:
    with world.database.writing() as db:
        return waiting_store.add(
            db,
            supplier_id=world.supplier.id,
            service_id=world.supplier.services[0].id,
            studio_id=world.organisations[STUDIO],
            person_id=None,
            first_monday=_far(world).plus(4).monday,
            last_monday=_far(world).plus(5).monday,
            atoms=PIECES,
            now=world.now,
        )


def a_place(world: World) -> dict[str, Any]:
    return {"public_id": _waiting(world).public_id}


def an_offer(world: World) -> dict[str, Any]:
    waiting, held = _waiting(world), _hold(world, Side.SUPPLIER, 24)
    with world.database.writing() as db:
        waiting_store.move(
            db,
            waiting,
            State.OFFERED,
            offered_at=world.now,
            offer_until=world.now + timedelta(days=1),
            reservation_id=held.reservation.id,
        )
    return {"public_id": waiting.public_id}


def _today(world: World) -> str:
    return world.now.date().isoformat()


def _join(world: World) -> dict[str, Any]:
    monday = _far(world).monday.isoformat()
    return {"quantity": str(PIECES), "first_week": monday, "last_week": monday}


def _join_json(world: World) -> dict[str, Any]:
    full_weeks(world)
    return {
        **_join(world),
        "quantity": PIECES,
        "supplier": world.supplier.public_id,
        "service": world.supplier.services[0].public_id,
    }


def _delivery(world: World) -> dict[str, Any]:
    return {"quantity": str(PIECES), "on": _today(world)}


def _change(world: World) -> dict[str, Any]:
    return {"arrival": _far(world).monday.isoformat(), "quantity": str(PIECES), "total": "500"}


def _change_json(world: World) -> dict[str, Any]:
    return {"arrival": _far(world).monday.isoformat(), "quantity": PIECES, "total_minor": 50000}


def _on_today(world: World) -> dict[str, Any]:
    return {"on": _today(world)}


_WHY = {"reason": "open seams"}
_REVIEW = {"rating": "5", "body": "Neat."}

ROWS = [
    Row("orders.orders"),
    Row("orders.order", make=booked, parties=BOTH),
    Row("orders.ask_to_accept", make=a_quote, parties={STUDIO}),
    # Two objects, two events: the quote ends, the order begins.
    Row("orders.accept", "POST", make=a_quote, parties={STUDIO}, events=2),
    Row("orders.deliver", "POST", make=booked, parties=BOTH, never=STUDIO_SIDE, form=_delivery),
    Row("orders.take_back", "POST", make=delivered, parties=BOTH, never=STUDIO_SIDE),
    Row("orders.complete", "POST", make=delivered, parties=BOTH, never=SUPPLIER_SIDE),
    Row("orders.ask_to_cancel", make=booked, parties=BOTH),
    Row("orders.cancel", "POST", make=booked, parties=BOTH, form=_WHY),
    Row("orders.dispute", "POST", make=delivered, parties=BOTH, form=_WHY),
    Row("orders.add_view", "POST", make=disputed, parties=BOTH, never=STUDIO_SIDE, form=_WHY),
    Row("orders.end_dispute", "POST", make=disputed, parties=BOTH, never=SUPPLIER_SIDE),
    Row("orders.settle", "POST", make=disputed, form={**_WHY, "to": "cancelled"}),
    Row("orders.step_round", "POST", make=booked, parties=BOTH),
    Row("orders.step_add", "POST", make=booked, parties=BOTH, form={"title": "Cloth sent", "side": "studio"}),
    Row("orders.step_done", "POST", make=a_step, parties=BOTH, never=STUDIO_SIDE),
    Row("orders.step_undo", "POST", make=a_done_step, parties=BOTH, never=STUDIO_SIDE),
    Row("orders.step_note", "POST", make=a_done_step, parties=BOTH, never=STUDIO_SIDE, form={"note": "size M"}),
    Row(
        "orders.payment_add",
        "POST",
        make=booked,
        parties=BOTH,
        form=lambda world: {"kind": "deposit", "amount": "10", "due": _today(world)},
    ),
    Row(
        "orders.payment_paid",
        "POST",
        make=a_payment,
        parties=BOTH,
        never=SUPPLIER_SIDE,
        form=lambda world: {"on": _today(world)},
    ),
    Row(
        "orders.payment_received",
        "POST",
        make=a_payment,
        parties=BOTH,
        never=STUDIO_SIDE,
        form=lambda world: {"on": _today(world)},
    ),
    Row("orders.payment_undo", "POST", make=a_paid_payment, parties=BOTH, never=SUPPLIER_SIDE),
    Row("orders.payment_note", "POST", make=a_payment, parties=BOTH, form={"note": "by bank"}),
    Row("orders.lots", "POST", make=booked, parties=BOTH, never=STUDIO_SIDE, form={"lots": "4711"}),
    Row("orders.change_propose", "POST", make=booked, parties=BOTH, never=STUDIO_SIDE, form=_change),
    Row("orders.change_accept", "POST", make=a_change, parties=BOTH, never=SUPPLIER_SIDE),
    Row("orders.change_decline", "POST", make=a_change, parties=BOTH, never=SUPPLIER_SIDE),
    Row("orders.change_withdraw", "POST", make=a_change, parties=BOTH, never=STUDIO_SIDE),
    Row("orders.message_add", "POST", make=booked, parties=BOTH, form={"body": "Hello"}),
    Row("orders.file", make=a_file, parties=BOTH),
    Row("orders.repeat", "POST", make=completed, parties={STUDIO}),
    Row("orders.review_write", "POST", make=completed, parties=BOTH, form=_REVIEW),
    Row(
        "orders.review_answer",
        "POST",
        make=a_review_of_the_workshop,
        parties={SUPPLIER},
        form={"answer": "Thank you."},
    ),
    Row("orders.studio", make=an_enquiry, parties={SUPPLIER}),
    Row("orders_api.orders"),
    Row("orders_api.order", make=booked, parties=BOTH),
    Row("orders_api.accept", "POST", make=a_quote, parties={STUDIO}, json={}, events=2),
    Row("orders_api.cancel", "POST", make=booked, parties=BOTH, json=_WHY),
    Row(
        "orders_api.deliver",
        "POST",
        make=booked,
        parties=BOTH,
        never=STUDIO_SIDE,
        json=lambda world: {"quantity": PIECES, "on": _today(world)},
    ),
    Row("orders_api.complete", "POST", make=delivered, parties=BOTH, never=SUPPLIER_SIDE, json={}),
    Row("orders_api.dispute", "POST", make=delivered, parties=BOTH, json=_WHY),
    Row("orders_api.milestone_done", "POST", make=a_step, parties=BOTH, never=STUDIO_SIDE, json={}),
    Row(
        "orders_api.payment",
        "POST",
        make=booked,
        parties=BOTH,
        json=lambda world: {"kind": "deposit", "amount_minor": 1000, "due": _today(world)},
    ),
    *(
        Row(f"orders_api.{name}", "POST", make=make, parties=BOTH, never=never, json=json)
        for name, make, never, json in (
            ("milestone_add", booked, frozenset(), {"title": "Cloth sent", "side": "studio"}),
            ("milestone_undo", a_done_step, STUDIO_SIDE, {}),
            ("milestone_note", a_done_step, STUDIO_SIDE, {"note": "size M"}),
            ("payment_paid", a_payment, SUPPLIER_SIDE, _on_today),
            ("payment_received", a_payment, STUDIO_SIDE, _on_today),
            ("payment_undo", a_paid_payment, SUPPLIER_SIDE, {}),
            ("payment_note", a_payment, frozenset(), {"note": "by bank"}),
            ("lots", booked, STUDIO_SIDE, {"lots": "4711"}),
            ("change_propose", booked, STUDIO_SIDE, _change_json),
            ("change_accept", a_change, SUPPLIER_SIDE, {}),
            ("change_decline", a_change, SUPPLIER_SIDE, {}),
            ("change_withdraw", a_change, STUDIO_SIDE, {}),
            ("take_back", delivered, STUDIO_SIDE, {}),
            ("add_view", disputed, STUDIO_SIDE, _WHY),
            ("end_dispute", disputed, SUPPLIER_SIDE, {}),
        )
    ),
    Row("orders_api.file", make=a_file, parties=BOTH),
    Row("orders_api.repeat", "POST", make=completed, parties={STUDIO}, json={}),
    Row(
        "orders_api.review_answer",
        "POST",
        make=a_review_of_the_workshop,
        parties={SUPPLIER},
        json={"answer": "Thank you."},
    ),
    Row("orders_api.message", "POST", make=booked, parties=BOTH, json={"body": "Hello"}),
    Row("orders_api.review", "POST", make=completed, parties=BOTH, json={"rating": 5, "body": "Neat."}),
    Row("waiting.lines", turned_away="/account/studio"),
    Row("waiting.ask_to_join", make=full_weeks, turned_away="/account/studio"),
    Row("waiting.join", "POST", make=full_weeks, turned_away="/account/studio", form=_join),
    Row("waiting.take", "POST", make=an_offer, parties={STUDIO}),
    Row("waiting.leave", "POST", make=a_place, parties={STUDIO}),
    Row("waiting.desk", turned_away="/listing/new"),
    Row(
        "waiting.post",
        "POST",
        parties={SUPPLIER},
        form=lambda world: {
            "service": world.supplier.services[0].public_id,
            "week": _far(world).monday.isoformat(),
        },
    ),
    Row("waiting_api.lines"),
    Row("waiting_api.join", "POST", json=_join_json),
    Row("waiting_api.leave", "DELETE", make=a_place, parties={STUDIO}),
    Row("waiting_api.take", "POST", make=an_offer, parties={STUDIO}, json={}),
]
