"""From a brief to a reviewed run, both sides: a designer at a desk, two workshops on phones; and what happens to the
weeks when a quote runs out or is taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from browser_kit import PHONE, NewPage, Site, axe_problems, in_weeks, overflow
from page_looks import DESIGNER, OWNER
from playwright.sync_api import Page, expect
from test_enquiry_pages import new_brief, slug_of

from marketplace.enquiries import jobs
from marketplace.suppliers import store as suppliers

RIVAL = "workshop1@example.com"
DESK = {"width": 1280, "height": 800}
SEARCH = "/search?process=sew&quantity=50&unit=piece&near=Silver+Lake%2C+Los+Angeles&radius_km=40"
TITLE = "Chore jackets, first run"
QUESTION, ANSWER = "Felled seams, or overlocked?", "Felled, please, in cotton thread."


def look(page: Page, name: str) -> None:
    """WCAG on a phone and at a desk, and nothing wider than a small phone; then as it was."""
    size, problems = page.viewport_size, []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        problems += [f"{name}, {width} px: {text}" for text in axe_problems(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    problems += [f"{name}, 320 px: {text}" for text in overflow(page)]
    assert not problems, "\n".join(problems)
    if size:
        page.set_viewport_size(size)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def open_weeks(page: Page, slug: str) -> list[str]:
    """What anybody reads in the public heat map, first service, week by week."""
    page.goto(f"/suppliers/{slug}")
    return page.locator("#heatmap tbody tr").first.locator("td").all_inner_texts()


def total(weeks: list[str]) -> int:
    return sum(int(text) for text in weeks if text.isdigit())


def write_brief(page: Page) -> None:
    """50 pieces in two sizes and two colours; first without saying what the cloth is."""
    page.get_by_label("Name", exact=True).fill(TITLE)
    page.get_by_label("Product").select_option("jackets_blazers")
    page.locator("input[name=processes][value=sew]").check()
    for name, kind in (("size-1", "Add a size"), ("colour-1", "Add a colour")):
        while not page.locator(f"[name={name}]").count():
            press(page, kind)
    for name, value in {"size-0": "S", "size-1": "M", "colour-0": "ecru", "colour-1": "indigo"}.items():
        page.locator(f"[name={name}]").fill(value)
    for row in (0, 1):
        page.locator(f"[name=pieces-{row}-0]").fill("10")
        page.locator(f"[name=pieces-{row}-1]").fill("15")
    expect(page.locator("[data-total]")).to_have_text("50")
    look(page, "a brief with its table")
    press(page, re.compile("^Save"))
    expect(page.get_by_role("heading", name="What a workshop would ask next")).to_be_visible()
    look(page, "a brief that is not ready")
    page.get_by_role("link", name="What is the cloth made of?").click()
    page.get_by_label("Made of").fill("100 % linen")
    page.get_by_label("Weight", exact=True).fill("235")
    page.get_by_label("Width").fill("148")
    page.get_by_label("Who brings it").select_option("studio")
    page.get_by_label("Needed by").fill(in_weeks(16))
    press(page, re.compile("^Save"))
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.locator("#f-file").set_input_files(
        {"name": "measurements.csv", "mimeType": "text/csv", "buffer": b"size,chest cm\nS,108\nM,113\n"}
    )
    press(page, "Add")
    expect(page.get_by_role("heading", name="Ready to price")).to_be_visible()
    look(page, "a brief that is ready")


def send_quote(page: Page, price: str, name: str = "") -> None:
    """From the inbox; the supplier sees the weeks before they are held."""
    page.goto("/account/inbox")
    page.get_by_role("link", name=re.compile("^(New quote|Quote) ")).first.click()
    expect(page.locator(".when")).to_contain_text(re.compile("Starts .* finished .* ready "))
    page.get_by_label("Price of one piece", exact=True).fill(price)
    press(page, "See the price")
    expect(page.locator("#sum")).to_contain_text(re.compile("each, (all in|without the sample)"))
    if name:
        look(page, name)
    press(page, "Send the quote")
    expect(page.get_by_role("heading", name=re.compile("^Quote: "))).to_be_visible()


def test_brief_to_order(own_site: Site, new_page: NewPage) -> None:
    designer = new_page(own_site, person=DESIGNER, size=DESK)
    owner, rival = (new_page(own_site, person=person, size=PHONE) for person in (OWNER, RIVAL))
    slug, second = slug_of(own_site, OWNER), slug_of(own_site, RIVAL)
    stranger = new_page(own_site, size=PHONE)
    before = open_weeks(stranger, slug)

    # Search, the supplier's page, the brief, two suppliers asked.
    designer.goto(SEARCH)
    designer.locator(f".result h2 a[href*='{slug}']").first.click()
    designer.get_by_role("link", name="Ask for a quote").first.click()
    designer.get_by_role("link", name="Start a brief").click()
    write_brief(designer)
    designer.goto(f"/suppliers/{slug}")
    designer.get_by_role("link", name="Ask for a quote").first.click()
    designer.get_by_role("link", name=TITLE).click()
    brief = re.search(r"brief=([0-9a-f]{32})", designer.url)
    assert brief
    send_to(designer, brief[1], slug, second)

    # A question on one phone; both read the answer, and the other one does not learn who asked.
    owner.goto("/account/inbox")
    look(owner, "inbox")
    owner.get_by_role("link", name=re.compile("^Read")).click()
    owner.get_by_label("A question about the brief").check()
    owner.get_by_label("Write", exact=True).fill(QUESTION)
    press(owner, "Send")
    look(owner, "a question is asked")
    designer.goto(owner.url.partition("#")[0])
    designer.locator("summary", has_text="Answer").click()
    designer.get_by_label("Your answer").fill(ANSWER)
    look(designer, "a question to answer")
    press(designer, "Send the answer")
    rival.goto("/account/inbox")
    rival.get_by_role("link", name=re.compile("^Read")).click()
    thread = rival.locator("#thread")
    expect(thread).to_contain_text(QUESTION)
    expect(thread).to_contain_text(ANSWER)
    expect(thread).to_contain_text("A supplier who was asked too")
    name = owner_name(own_site)
    assert name not in rival.content()
    look(rival, "what another asked")

    # A quote that holds weeks, and one that is declined.
    send_quote(owner, "74.50", "the form of a quote")
    look(owner, "quoted")
    assert total(open_weeks(stranger, slug)) == total(before) - 50
    rival.locator("summary", has_text="Decline with a reason").click()
    rival.get_by_label("No room in the time asked for").check()
    press(rival, "Decline")

    # Compare, accept: the order stands on both sides.
    designer.goto(f"/account/briefs/{brief[1]}/quotes")
    expect(designer.locator(".compare")).to_contain_text("No room in the time asked for")
    look(designer, "quotes side by side")
    designer.get_by_role("link", name=re.compile("^Accept")).click()
    look(designer, "accept?")
    press(designer, "Accept and book")
    order = designer.url
    look(designer, "booked")
    owner.goto("/account/orders")
    owner.get_by_role("link", name=TITLE).click()
    assert owner.url == order

    # Steps, a deposit, the delivery, the end.
    press(owner, "Done")
    expect(owner.locator("#steps .is-done")).to_have_count(1)
    designer.locator("summary", has_text="Record a payment").click()
    designer.get_by_label("Amount").fill("900")
    designer.get_by_label("Paid on").fill(datetime.now(UTC).date().isoformat())
    press(designer, "Record")
    owner.goto(order)
    press(owner, "Received")
    expect(owner.locator("#payments")).to_contain_text("says the workshop")
    look(owner, "a deposit is in")
    press(owner, "Record the delivery")
    look(owner, "delivered")
    designer.goto(order)
    press(designer, "All as ordered: complete")
    for page, words in ((designer, "Straight seams, on the day."), (owner, "A clear pattern, paid at once.")):
        page.goto(order)
        page.get_by_label("5", exact=True).check()
        page.get_by_label("In a few words").fill(words)
        press(page, "Send the review")
    look(owner, "both reviews")
    assert total(open_weeks(stranger, slug)) == total(before)  # done before its weeks began: they are free again
    expect(stranger.get_by_text("Straight seams, on the day.")).to_be_visible()
    look(stranger, "a listing with a review")


def send_to(page: Page, brief: str, slug: str, second: str) -> None:
    """Tick the two in the list, whichever way they came into it."""
    page.goto(f"/account/enquiries/new?brief={brief}&supplier={second}")
    for listing in (slug, second):
        card = page.locator(".whom").filter(has=page.locator(f"a[href='/suppliers/{listing}']"))
        card.get_by_role("checkbox").check()
    look(page, "whom to ask")
    press(page, "Send the brief")
    expect(page.get_by_text("2 suppliers have your brief now")).to_be_visible()


def owner_name(site: Site) -> str:
    with site.database.reading() as session:
        found = suppliers.find_by_slug(session, slug_of(site, OWNER))
    assert found
    return found.profile.name


def test_weeks_come_back(own_site: Site, new_page: NewPage) -> None:
    """A quote that is withdrawn, and one that runs out: the weeks are open again, and accepting says what to do."""
    designer = new_page(own_site, person=DESIGNER, size=DESK)
    owner, stranger = (new_page(own_site, person=person, size=PHONE) for person in (OWNER, None))
    slug, brief = slug_of(own_site, OWNER), new_brief(own_site)
    before = total(open_weeks(stranger, slug))
    designer.goto(f"/account/enquiries/new?brief={brief}&supplier={slug}")
    press(designer, "Send the brief")

    send_quote(owner, "74")
    assert total(open_weeks(stranger, slug)) == before - 50
    designer.goto(f"/account/briefs/{brief}/quotes")
    designer.get_by_role("link", name=re.compile("^Accept")).click()
    press(owner, "Withdraw")
    assert total(open_weeks(stranger, slug)) == before
    press(designer, "Accept and book")  # the page was open meanwhile
    expect(designer.get_by_text("Ask them in the enquiry for a new one")).to_be_visible()
    look(designer, "a quote that was withdrawn")

    send_quote(owner, "75")
    assert total(open_weeks(stranger, slug)) == before - 50
    designer.goto(f"/account/briefs/{brief}/quotes")
    designer.get_by_role("link", name=re.compile("^Accept")).click()
    accept = designer.url
    jobs.run_due(own_site.database, datetime.now(UTC) + timedelta(days=8))
    assert total(open_weeks(stranger, slug)) == before
    designer.goto(accept)
    expect(designer.get_by_text("its weeks were given back")).to_be_visible()
    look(designer, "a quote that ran out")
    designer.get_by_role("link", name="Open the enquiry").click()
    expect(designer.get_by_role("heading", name="Messages and questions")).to_be_visible()


def test_account_says_what_waits(site: Site, new_page: NewPage) -> None:
    """On a phone: what is to be done, and the way to all of it, for each kind of person."""
    for person, waits, menu in (
        (DESIGNER, ["2 quotes to decide on", "1 question to answer", "1 brief to finish"], "Enquiries and quotes"),
        (OWNER, ["1 enquiry to answer", "1 order in production"], "Orders"),
        ("moderator@example.com", ["1 open report"], "Moderation"),
    ):
        page = new_page(site, person=person, size=PHONE)
        page.goto("/account")
        for text in waits:
            expect(page.get_by_role("main").get_by_role("link", name=text)).to_be_visible()
        look(page, f"account of {person}")
        page.get_by_role("main").get_by_role("link", name=waits[0]).click()
        page.locator("summary", has_text="Menu").click()
        expect(page.locator(".menu__panel").get_by_role("link", name=menu)).to_be_visible()
