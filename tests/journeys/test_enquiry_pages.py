"""From a brief to a quote in a real browser, on both sides: each page of it looked at as every other page is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from browser_kit import DESK, PHONE, NewPage, Site, in_weeks
from page_looks import DESIGNER, OWNER, check, send
from sqlalchemy import text

from marketplace.briefs import store as briefs
from marketplace.briefs.model import BriefCloth, ClothFrom, Content, Line
from marketplace.db.ids import new_public_id
from marketplace.enquiries import jobs
from marketplace.places import Point


def new_brief(
    site: Site,
    title: str = "Work jackets, second round",
    lines: tuple[Line, ...] | None = None,
    processes: tuple[str, ...] = ("sew",),
) -> str:
    """A brief of the designer's studio in Silver Lake; returns its public id."""
    content = Content(
        title=title,
        product="jackets",
        lines=(Line("S", "indigo", 20), Line("M", "indigo", 30)) if lines is None else lines,
        processes=processes,
        cloth=BriefCloth("100 % cotton", 300, 150, ClothFrom.STUDIO),
        start=date.fromisoformat(in_weeks(1)),
        by=date.fromisoformat(in_weeks(16)),
        place="Silver Lake, Los Angeles",
        point=Point.of(34.0867, -118.2702),
    )
    with site.database.writing() as session:
        studio = session.scalar(
            text(
                "SELECT m.organisation_id FROM membership m JOIN person p ON p.id = m.person_id "
                "JOIN organisation o ON o.id = m.organisation_id WHERE p.email = :email AND o.kind = 'studio'"
            ),
            {"email": DESIGNER},
        )
        brief = briefs.add(
            session,
            public_id=new_public_id(),
            studio_id=studio,
            person_id=None,
            content=content,
            changes=[],
            now=datetime.now(UTC),
        )
    return brief.public_id


def slug_of(site: Site, email: str) -> str:
    """The address of a person's listing."""
    with site.database.reading() as session:
        query = text(
            "SELECT s.slug FROM supplier s JOIN membership m ON m.organisation_id = s.organisation_id "
            "JOIN person p ON p.id = m.person_id WHERE p.email = :email"
        )
        return str(session.scalar(query, {"email": email}))


def test_from_a_brief_to_a_quote(own_site: Site, new_page: NewPage) -> None:
    site = own_site
    designer, owner = new_page(site, person=DESIGNER), new_page(site, person=OWNER)
    owner.goto("/account/inbox")
    check(owner, "an empty inbox")
    designer.goto("/account/enquiries")
    check(designer, "nothing asked yet")
    slug = slug_of(site, OWNER)
    designer.goto(f"/suppliers/{slug}")
    designer.get_by_role("link", name="Ask for a quote").click()
    check(designer, "ask: no brief yet")
    brief = new_brief(site)
    designer.goto(f"/account/briefs/{brief}/quotes")
    check(designer, "no quotes yet")
    designer.goto(f"/suppliers/{slug}")
    designer.get_by_role("link", name="Ask for a quote").click()
    check(designer, "ask: which brief")
    designer.get_by_role("link", name="Work jackets").click()
    check(designer, "ask: whom")
    boxes = designer.locator("input[name=supplier]")
    assert boxes.first.is_checked()  # whose page one comes from
    for number in range(1, 3):
        boxes.nth(number).check()
    designer.get_by_role("button", name="Send the brief").click()
    designer.wait_for_url("**/quotes")
    check(designer, "three asked")
    designer.goto(f"/account/enquiries/new?brief={brief}")
    check(designer, "ask: who has it already")
    send("main form")(designer)
    check(designer, "ask: nobody chosen")

    owner.set_viewport_size(PHONE)
    owner.goto("/account/inbox")
    check(owner, "inbox")
    owner.get_by_role("link", name=re.compile("^Read")).click()
    check(owner, "an enquiry, by the supplier")
    enquiry = owner.url
    owner.get_by_label("A question about the brief").check()
    owner.get_by_label("Write", exact=True).fill("Do you want the seams flat-felled, and in which thread?")
    owner.get_by_role("button", name="Send", exact=True).click()
    owner.wait_for_url("**#thread")
    check(owner, "asked a question")
    send("form[action$='/decline']")(owner)
    check(owner, "declined without a reason")
    owner.goto("/account/inbox")
    owner.get_by_role("link", name=re.compile("^Quote")).click()
    check(owner, "quote")
    send("main form", unit="a lot", currency="EUR", valid_days="99")(owner)
    check(owner, "quote refused")
    owner.goto(f"{enquiry.partition('#')[0]}/quote")
    owner.get_by_label("Not before").fill(in_weeks(5))
    owner.get_by_role("button", name="Show the weeks").click()
    check(owner, "quote: other weeks")
    owner.get_by_label(re.compile("^Price of one piece$")).fill("48.50")
    owner.get_by_label("Sample").fill("120")
    for row in (1, 2):
        for field in ("from", "price"):
            owner.locator(f"[name=break_{field}_{row}]").fill("")
    owner.get_by_role("button", name="Send the quote").click()
    owner.wait_for_url(re.compile("/account/enquiries/[0-9a-f]+$"))
    check(owner, "quoted, by the supplier")

    designer.goto(enquiry.partition("#")[0])
    check(designer, "an enquiry with a quote and a question, by the studio")
    designer.locator("summary", has_text="Answer").click()
    designer.get_by_label("Your answer").fill("Flat-felled, in cotton.")
    designer.get_by_role("button", name="Send the answer").click()
    check(designer, "an answer")
    designer.goto(f"/account/briefs/{brief}/quotes")
    check(designer, "quotes side by side")
    designer.emulate_media(media="print")
    assert not designer.get_by_role("link", name="Accept").is_visible()
    assert designer.get_by_text("$50.80").first.is_visible()  # 48.50, and 115 of set-up spread over 50
    designer.emulate_media(media="screen")
    designer.get_by_role("link", name="No, thank you").first.click()
    check(designer, "say no to this quote?")
    designer.goto("/account/enquiries")
    check(designer, "enquiries")

    late = datetime.now(UTC) + timedelta(days=20)
    jobs.run_due(site.database, late)
    designer.goto(f"/account/briefs/{brief}/quotes")
    check(designer, "two timed out, one expired")
    owner.goto("/account/inbox")
    check(owner, "inbox with an expired quote")
    designer.set_viewport_size(DESK)
    designer.goto(f"/account/briefs/{brief}/quotes")
    designer.get_by_role("button", name=re.compile("^Close it")).click()
    owner.goto("/account/inbox")
    check(owner, "inbox with what is done")


def test_an_enquiry_without_javascript(own_site: Site, new_page: NewPage) -> None:
    """Ask from a search, decline on a phone; nothing but forms and links."""
    site = own_site
    brief = new_brief(site)
    designer = new_page(site, person=DESIGNER, javascript=False)
    designer.goto("/search?process=sew&quantity=50&unit=piece&near=Silver+Lake%2C+Los+Angeles&radius_km=40")
    designer.get_by_role("link", name="Ask several for a quote").click()
    designer.get_by_role("link", name="Work jackets").click()
    slug = slug_of(site, OWNER)
    designer.goto(f"/account/enquiries/new?brief={brief}&supplier={slug}")
    designer.get_by_role("button", name="Send the brief").click()
    owner = new_page(site, person=OWNER, size=PHONE, javascript=False)
    owner.goto("/account/inbox")
    owner.get_by_role("link", name=re.compile("^Decline")).click()
    owner.get_by_label("No room in the time asked for").check()
    owner.get_by_role("button", name="Decline").click()
    owner.wait_for_url("**/account/inbox")
    designer.goto(f"/account/briefs/{brief}/quotes")
    assert designer.get_by_text("No room in the time asked for").is_visible()
