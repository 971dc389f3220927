"""JSON of a running order: steps, payments, changes and disputes as on the page, each call once for its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from booked import Deal
from test_order_api import Api


class Run:
    """One order with both its sides."""

    def __init__(self, deal: Deal) -> None:
        self.deal, self.order = deal, deal.order().public_id
        self.sides = {"studio": Api(deal.cast, deal.designer), "supplier": Api(deal.cast, deal.maker)}

    def post(self, who: str, path: str, wanted: int = 200, /, **body: Any) -> dict[str, Any]:
        answer = self.sides[who].call("POST", f"/orders/{self.order}/{path}", body)
        found: dict[str, Any] = answer.get_json()
        assert answer.status_code == wanted, found
        return found


@pytest.fixture
def run(deal: Deal) -> Run:
    return Run(deal)


def test_steps(run: Run) -> None:
    before = run.post("supplier", "milestones", 201, title="Cloth has come", side="supplier", due="2030-01-07")
    mine = next(step for step in before["milestones"] if step["title"] == "Cloth has come")
    assert (mine["side"], mine["due"]) == ("supplier", "2030-01-07")
    rounds = run.post("studio", "milestones", 201, kind="sample")["milestones"]
    assert len(rounds) == len(before["milestones"]) + 2
    run.post("supplier", f"milestones/{mine['id']}/done")
    assert "12 m short" in str(run.post("supplier", f"milestones/{mine['id']}/note", note="12 m short")["milestones"])
    again = run.post("supplier", f"milestones/{mine['id']}/undo")["milestones"]
    assert next(step for step in again if step["id"] == mine["id"])["done_at"] is None
    for wrong in ({"kind": "x"}, {"kind": "sample", "title": "x"}, {"title": "x", "side": "both"}, {"side": "studio"}):
        assert run.post("studio", "milestones", 422, **wrong)["status"] == 422


def test_payments_and_lots(run: Run) -> None:
    today = run.deal.now.date().isoformat()
    asked = run.post("supplier", "payments", 201, kind="deposit", amount_minor=5000, due=today)["id"]
    assert run.post("studio", f"payments/{asked}/paid", on=today)["payments"][0]["paid_on"] == today
    assert run.post("supplier", f"payments/{asked}/received", on=today)["payments"][0]["received_on"] == today
    assert "by bank" in run.post("studio", f"payments/{asked}/note", note="by bank")["payments"][0]["note"]
    assert run.post("supplier", f"payments/{asked}/undo")["payments"][0]["received_on"] is None
    assert run.post("supplier", "lots", lots="navy 4711")["lots"] == "navy 4711"
    assert "on" in run.post("studio", f"payments/{asked}/paid", 422)["detail"] + str(
        run.post("studio", f"payments/{asked}/paid", 422, on="soon")
    )


def test_a_change_rebooks_once_it_is_accepted(run: Run) -> None:
    later = (run.deal.now.date() + timedelta(weeks=30)).isoformat()
    wanted = {"arrival": later, "quantity": 60, "total_minor": 170000, "note": "a later week"}
    proposed = run.post("supplier", "changes", 201, **wanted)
    (change,) = proposed["changes"]
    assert (change["state"], change["total_minor"], proposed["total_minor"]) == ("open", 170000, 164000)
    run.post("supplier", f"changes/{change['id']}/accept", 409)
    accepted = run.post("studio", f"changes/{change['id']}/accept")
    assert (accepted["total_minor"], accepted["changes"][0]["state"]) == (170000, "accepted")
    assert accepted["starts"] >= later
    second = run.post("supplier", "changes", 201, **wanted)["changes"]
    number = next(each["id"] for each in second if each["state"] == "open")
    assert run.post("studio", f"changes/{number}/decline")["total_minor"] == 170000
    run.post("supplier", f"changes/{number}/withdraw", 409)
    for wrong in ({"total_minor": -1}, {"total_minor": 1.5}, {"quantity": "many"}, {"arrival": "soon"}):
        run.post("supplier", "changes", 422, **(wanted | wrong))


def test_a_change_says_what_it_would_book_and_books_nothing_else(run: Run) -> None:
    later = (run.deal.now.date() + timedelta(weeks=30)).isoformat()
    wanted = {"arrival": later, "quantity": 60, "total_minor": 170000}
    (change,) = run.post("supplier", "changes", 201, **wanted)["changes"]
    assert later <= change["starts"] < change["ready"]
    refused = run.post("studio", f"changes/{change['id']}/accept", 409, starts=later, ready=later)
    assert "have changed meanwhile" in refused["detail"]
    run.post("studio", f"changes/{change['id']}/accept", 422, starts="soon")
    shown = {name: change[name] for name in ("starts", "ready")}
    accepted = run.post("studio", f"changes/{change['id']}/accept", **shown)
    assert {name: accepted[name] for name in shown} == shown
    assert accepted["changes"][0]["starts"] is None  # what is booked stands in the order


def test_far_too_much_needs_a_yes(run: Run) -> None:
    today = run.deal.now.date().isoformat()
    money = {"kind": "part", "amount_minor": 9_999_900, "paid_on": today}
    pieces = {"quantity": 67, "on": today}
    for who, path, body, field in (
        ("studio", "payments", money, "more_than_open"),
        ("supplier", "deliver", pieces, "more_than_ordered"),
    ):
        assert field in str(run.post(who, path, 422, **body))
        run.post(who, path, 422, **body, **{field: "yes"})
        run.post(who, path, 422, **body, **{field: False})
        run.post(who, path, 201 if path == "payments" else 200, **body, **{field: True})


def test_delivery_dispute_review_and_the_next_run(run: Run) -> None:
    today = run.deal.now.date().isoformat()
    run.post("supplier", "deliver", quantity=60, on=today)
    assert run.post("supplier", "take-back")["state"] == "booked"
    run.post("supplier", "deliver", quantity=60, on=today)
    run.post("studio", "dispute", reason="open seams")
    assert run.post("supplier", "view", reason="two of sixty")["views"] == {
        "studio": "open seams",
        "supplier": "two of sixty",
    }
    assert run.post("studio", "end-dispute")["state"] == "delivered"
    run.post("studio", "complete")
    for side in ("studio", "supplier"):
        run.post(side, "review", 201, rating=4, body="Neat.")
    about = next(
        review["id"]
        for review in run.sides["supplier"].call("GET", f"/orders/{run.order}").get_json()["reviews"]
        if review["by"] == "studio"
    )
    assert "Thanks" in str(run.post("supplier", f"reviews/{about}/answer", answer="Thanks.")["reviews"])
    run.post("studio", f"reviews/{about}/answer", 404, answer="Mine.")
    brief = run.post("studio", "repeat", 201)["brief"]
    assert run.sides["studio"].call("GET", f"/briefs/{brief}").status_code == 200


def test_one_key_adds_one_step(run: Run) -> None:
    path, body = f"/orders/{run.order}/milestones", {"title": "Trims sent", "side": "studio"}
    first, again = (run.sides["studio"].call("POST", path, body, key="k") for _ in range(2))
    assert first.data == again.data
    assert len(run.deal.cast.sql("SELECT id FROM milestone WHERE title = 'Trims sent'")) == 1
