"""What `selvedge verify` says of orders: nothing while all is well, and the damage when there is some."""

from __future__ import annotations

import pytest
from booked import Deal

from marketplace.checks import check_all
from marketplace.orders import actions

NAME = "orders agree with their quotes and weeks"

DAMAGE = {
    "UPDATE reservation SET state = 'ended', ended_at = created_at, outcome = 'cancelled' WHERE state = 'firm'": (
        "runs and its weeks are not booked"
    ),
    "UPDATE reservation SET state = 'firm', ended_at = NULL, outcome = '' WHERE state = 'ended'": (
        "called off and keeps its weeks"
    ),
    "UPDATE quote SET state = 'withdrawn'": "not accepted",
    "UPDATE purchase_order SET ended_at = created_at WHERE state = 'booked'": "has ended without saying when",
}


def test_nothing_is_wrong_with_orders_in_every_state(deal: Deal) -> None:
    deal.order(20)
    deal.delivered(20)
    deal.completed(20)
    actions.cancel(deal.cast.database, deal.studio, deal.order(20).public_id, "", deal.now)
    assert dict(check_all(deal.cast.database))[NAME] == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(deal: Deal, damage: str) -> None:
    deal.order(20)
    actions.cancel(deal.cast.database, deal.studio, deal.order(20).public_id, "", deal.now)
    deal.cast.sql(damage)
    found = dict(check_all(deal.cast.database))[NAME]
    assert found
    assert DAMAGE[damage] in found[0]
