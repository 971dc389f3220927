"""Orders and waiting lists in a real browser, on both sides, in every state: looked at as every other page is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from browser_kit import NewPage, Site, in_weeks
from page_looks import DESIGNER, OWNER, check, open_all, send
from playwright.sync_api import Page
from sqlalchemy import text
from test_enquiry_pages import new_brief, slug_of

from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.briefs import store as briefs
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import Offer
from marketplace.enquiries.rules import Move
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.rules import Run
from marketplace.units import Quantity


def quote(site: Site, pieces: int = 50) -> str:
    """A quote of the demonstration's workshop to its designer; returns its public id."""
    now = datetime.now(UTC)
    brief_id = new_brief(site, "Work jackets, second round")
    with site.database.writing() as session:
        supplier = suppliers.find_by_slug(session, slug_of(site, OWNER))
        assert supplier
        service = next(s for s in supplier.services if s.draft.process == "sew")
        brief = briefs.get(session, brief_id)
        enquiry = enquiries.add_enquiry(
            session,
            brief_id=brief.id,
            brief_version=1,
            studio_id=brief.studio_id,
            supplier_id=supplier.id,
            service_id=service.id,
            person_id=None,
            answer_by=now + timedelta(days=5),
            now=now,
        )
        enquiries.move(session, enquiry, Move.QUOTE, now)
        quantity = Quantity.of(pieces, service.draft.unit)
        held = holds.hold(
            session,
            supplier=supplier,
            service=service,
            studio_id=brief.studio_id,
            run=Run(quantity),
            arrival=date.fromisoformat(in_weeks(2)),
            made_by=Side.SUPPLIER,
            expires_at=now + timedelta(days=7),
            now=now,
        )
        sent = enquiries.add_quote(
            session,
            enquiry.id,
            Offer(quantity, "USD", 2800, setup_minor=12000, sample_minor=6000, note="Cloth by you."),
            reservation_id=held.reservation.id,
            plan=held.plan,
            person_id=None,
            valid_until=now + timedelta(days=7),
            now=now,
        )
        return sent.public_id


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).first.click()


def test_an_order_on_both_sides(own_site: Site, new_page: NewPage) -> None:
    designer, maker = new_page(own_site, person=DESIGNER), new_page(own_site, person=OWNER)
    designer.goto(f"/quotes/{quote(own_site)}/accept")
    check(designer, "accept this quote?")
    press(designer, "Accept and book")
    check(designer, "booked")
    order = designer.url
    send("form[action$='/payments']", amount="x", due="soon")(designer)
    check(designer, "payment refused")
    maker.goto(order)
    press(maker, "Done")
    press(maker, "Add a sample round")
    for form, fields in (
        ("form[action$='/payments']", {"kind": "deposit", "amount": "700", "due": in_weeks(1)}),
        ("form[action$='/lots']", {"lots": "cloth lot 4711, thread 120 ecru"}),
        ("form[action$='/messages']", {"body": "The cloth is here. " * 20}),
        (
            "form[action$='/changes']",
            {"arrival": in_weeks(4), "quantity": "60", "total": "1980", "note": "a loom broke"},
        ),
    ):
        send(form, **fields)(maker)
    open_all(maker)
    check(maker, "a running order, as the workshop sees it")
    designer.goto(order)
    open_all(designer)
    check(designer, "a change is proposed")
    press(designer, "Accept the change")
    check(designer, "the change is accepted")
    designer.goto("/account/orders")
    check(designer, "orders")
    designer.goto(f"{order}/cancel")
    check(designer, "call it off?")
    maker.goto(order)
    send("form[action$='/deliver']", quantity="many", on="soon")(maker)
    check(maker, "delivery refused")
    maker.goto(order)
    press(maker, "Record the delivery")
    check(maker, "delivered")
    designer.goto(order)
    send("form[action$='/dispute']", reason="Ten have the wrong buttons.")(designer)
    maker.goto(order)
    send("form[action$='/view']", reason="They came with the trims you sent.")(maker)
    check(maker, "disputed")
    designer.goto(order)
    press(designer, "All as ordered: complete")
    check(designer, "completed, to be reviewed")
    send("form[action$='/review']", body="")(designer)
    check(designer, "review refused")
    for page in (designer, maker):
        page.goto(order)
        page.get_by_label("5", exact=True).check()
        page.get_by_label("In a few words").fill("Neat seams, clear words.")
        press(page, "Send the review")
    open_all(maker)
    check(maker, "both reviews")
    with own_site.database.reading() as session:
        enquiry = session.scalar(text("SELECT public_id FROM enquiry ORDER BY id DESC"))
    maker.goto(f"/account/enquiries/{enquiry}/studio")
    check(maker, "what past orders say of a studio")
    designer.goto(order)
    press(designer, "Repeat this run")
    assert "lot 4711" in designer.content()


def test_a_quote_that_ran_out(own_site: Site, new_page: NewPage) -> None:
    designer, public_id = new_page(own_site, person=DESIGNER), quote(own_site)
    with own_site.database.writing() as session:
        session.execute(text("UPDATE quote SET valid_until = :past"), {"past": "2020-01-01T00:00:00.000000+00:00"})
    designer.goto(f"/quotes/{public_id}/accept")
    check(designer, "a quote that ran out")


def test_a_line_on_both_sides(own_site: Site, new_page: NewPage) -> None:
    designer, maker = new_page(own_site, person=DESIGNER), new_page(own_site, person=OWNER)
    designer.goto(f"/suppliers/{slug_of(own_site, OWNER)}")
    with designer.expect_navigation():
        designer.get_by_text("Wait for them").get_by_role("link").first.click()
    check(designer, "wait for weeks")
    send("main form", quantity="many")(designer)
    check(designer, "waiting refused")
    with own_site.database.writing() as session:
        session.execute(text("UPDATE resource SET usual = 0"))
        session.execute(text("DELETE FROM capacity_week"))
    send("main form", quantity="60")(designer)
    check(designer, "in the line")
    maker.goto("/listing/waiting")
    send("main form", words="A run was called off: 40 pieces free.")(maker)
    check(maker, "who waits, and a notice")
