"""A proposed change on the page of its order: the days shown are the days booked, or none."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

from booked import Deal
from flask.testing import FlaskClient

from marketplace.capacity import store as capacity
from marketplace.orders import changing, store
from marketplace.orders.foreseen import Foreseen, foresee
from marketplace.orders.forms import ChangeForm
from marketplace.orders.model import Change, ChangeState, Order
from marketplace.units import Week


def written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def propose(deal: Deal, order: Order, quantity: int = 60, weeks: int = 0) -> Change:
    assert order.starts
    form = ChangeForm(order.starts + timedelta(weeks=weeks), quantity, 100_000, "")
    return changing.propose(deal.cast.database, deal.workshop, order.public_id, form, deal.now)


def seen(deal: Deal, order: Order, change: Change) -> Foreseen:
    with deal.cast.database.reading() as session:
        return foresee(session, order, change, deal.now)


def fill(deal: Deal, first: date, weeks: int) -> None:
    """Nothing is open in these weeks any more."""
    with deal.cast.database.writing() as session:
        resource = capacity.list_resources(session, deal.supplier.sites)[0]
        monday = Week.containing(first)
        capacity.set_weeks(session, resource.id, {monday.plus(n): 0 for n in range(weeks)}, deal.now)


def press(client: FlaskClient, order: Order) -> tuple[int, str]:
    """The button that accepts, with what the page sends along."""
    page = client.get(f"/account/orders/{order.public_id}").text
    form = re.search(r'<form method="post" action="([^"]+/accept)">(.*?)</form>', page, re.S)
    assert form
    fields = dict(re.findall(r'name="(starts|ready)" value="([^"]+)"', form[2]))
    assert set(fields) == {"starts", "ready"}
    return client.post(form[1], data=fields).status_code, form[1]


def test_both_sides_see_the_days_that_are_booked_then(deal: Deal) -> None:
    order = deal.order()
    assert order.starts
    fill(deal, order.starts, 6)  # the weeks of the run itself are full: as proposed it would run much later
    change = propose(deal, order)
    found = seen(deal, order, change)
    assert found.starts and found.ready and found.starts > change.arrival  # noqa: PT018
    designer = deal.cast.client(deal.designer)
    for client in (designer, deal.cast.client(deal.maker)):
        page = client.get(f"/account/orders/{order.public_id}").text
        assert written(found.starts) in page
        assert written(found.ready) in page
    assert press(designer, order)[0] == 303
    after = deal.get(order)
    assert (after.starts, after.ready) == (found.starts, found.ready)


def test_the_run_s_own_weeks_count_as_free(deal: Deal) -> None:
    order = deal.order()
    found = seen(deal, order, propose(deal, order))
    assert (found.starts, found.ready) == (order.starts, order.ready)


def test_other_days_than_shown_are_not_booked(deal: Deal) -> None:
    order = deal.order()
    change = propose(deal, order, weeks=4)
    before = seen(deal, order, change)
    designer = deal.cast.client(deal.designer)
    shown = {"starts": before.starts, "ready": before.ready}
    fill(deal, change.arrival, 3)
    url = f"/account/orders/{order.public_id}/changes/{change.public_id}/accept"
    refused = designer.post(url, data={k: day.isoformat() for k, day in shown.items() if day})
    now = seen(deal, order, change)
    assert refused.status_code == 409
    assert "The weeks you were shown have changed meanwhile" in refused.text
    assert now.starts and now.starts != before.starts  # noqa: PT018
    assert written(now.starts) in refused.text
    assert deal.get(order) == order
    assert press(designer, order)[0] == 303
    assert deal.get(order).starts == now.starts


def test_a_change_without_room_can_only_be_declined(deal: Deal) -> None:
    order = deal.order()
    propose(deal, order, quantity=100_000)
    page = deal.cast.client(deal.designer).get(f"/account/orders/{order.public_id}").text
    assert "have no room for it" in page
    assert "Accept the change" not in page
    assert "Stay as agreed" in page
    with deal.cast.database.reading() as session:
        found = store.find_open_change(session, order.id)
    assert found and found.state is ChangeState.OPEN  # noqa: PT018


def test_days_after_the_one_it_is_needed_by_are_said_to_be_late(deal: Deal) -> None:
    order = deal.order()
    assert order.ready
    needed = order.ready + timedelta(days=1)
    ((content,),) = deal.cast.sql("SELECT content FROM brief_version")
    deal.cast.sql(
        "UPDATE brief_version SET content = :content", content=json.dumps({**json.loads(content), "by": str(needed)})
    )
    propose(deal, order, weeks=4)
    page = deal.cast.client(deal.designer).get(f"/account/orders/{order.public_id}").text
    assert "that is too late" in page
    assert written(needed) in page


def test_where_no_weeks_are_booked_the_ready_day_moves_along(deal: Deal) -> None:
    order = deal.order()
    deal.cast.sql("UPDATE purchase_order SET reservation_id = NULL")
    order = deal.get(order)
    change = propose(deal, order, weeks=2)
    assert order.ready
    assert seen(deal, order, change).ready == order.ready + timedelta(weeks=2)
    assert press(deal.cast.client(deal.designer), order)[0] == 303
    assert deal.get(order).ready == order.ready + timedelta(weeks=2)
