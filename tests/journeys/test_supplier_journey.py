"""A workshop signs up, lists itself, changes a week, pauses and comes back; and searches know it at once."""

from __future__ import annotations

import re

import pytest
from browser_kit import PHONE, NewPage, Site, first_json, sign_in, sign_up
from playwright.sync_api import Page, expect

NAME = "Aurora Stitch Room"
SEARCH = "/search?process=sew&quantity=20&unit=piece&near=Silver+Lake%2C+Los+Angeles&radius_km=40&q=aurora"

with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


def guide_through(page: Page) -> None:
    """The three steps of the guide, from being signed in to a published listing."""
    expect(page.get_by_role("heading", name="Who and where")).to_be_visible()
    page.get_by_label("Name of the workshop").fill(NAME)
    page.get_by_label("What kind of workshop").select_option(label="Sewing room / atelier / CMT")
    page.get_by_label("Town").fill("Vernon")
    page.get_by_label("Country").select_option("US")
    # Several towns are called Vernon: the look-up asks which, and nothing typed is lost.
    page.get_by_role("button", name="Look the place up").click()
    choice = page.get_by_role("group", name=re.compile("Vernon: which one"))
    expect(choice).to_be_visible()
    page.get_by_label("Region or state").fill("California")
    page.get_by_role("button", name="Look the place up").click()
    expect(page.locator("#f-lat")).to_have_value(re.compile(r"^34\.00"))
    expect(page.get_by_label("Name of the workshop")).to_have_value(NAME)
    page.get_by_role("button", name="Save and go on").click()

    expect(page.get_by_role("heading", name="One thing you do")).to_be_visible()
    page.get_by_label("What you do").select_option("sew")
    page.locator("[name=rule-0-quantity]").fill("20")
    page.locator("[name=rule-0-scope]").select_option(label="style")
    page.get_by_label("First run").fill("10")
    page.get_by_label("Currency").select_option("USD")
    page.locator("[name=price_unit]").fill("18.50")
    page.get_by_role("button", name="Save and go on").click()

    expect(page.get_by_role("heading", name="Your usual week")).to_be_visible()
    page.locator("#f-usual").fill("60")
    page.get_by_role("button", name="Publish the listing").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()


@with_and_without_javascript
def test_list_a_workshop(own_site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(own_site, size=PHONE, javascript=javascript)
    sign_up(page, "Ines Duarte", "ines@example.org", "supplier")
    guide_through(page)

    # One week, from the phone.
    page.goto("/weeks")
    row = page.locator(".week-row").nth(2)
    week = row.locator("input[name=monday]").get_attribute("value")
    row.locator("input[name=offered]").fill("35")
    row.get_by_role("button", name=re.compile("^Save")).click()
    if javascript:
        expect(row.get_by_role("button", name=re.compile("^Saved"))).to_be_visible()
        expect(page.get_by_role("status").get_by_text("saved 35, was 60")).to_be_visible()
    else:
        expect(page.get_by_text(re.compile("^The week of .* is saved"))).to_be_visible()
    expect(page.locator(".week-row").nth(2)).to_contain_text("All 35 open")

    # A stranger finds it at once, with the right minimum and week.
    stranger = new_page(own_site, size=PHONE, javascript=javascript)
    stranger.goto(SEARCH)
    card = stranger.locator(".result").filter(has_text=NAME)
    expect(card).to_have_count(1)
    expect(card).to_contain_text("20 pieces per style")
    expect(card.locator(".weeks__n").nth(2)).to_have_text("35")
    expect(card.locator(".weeks__n").nth(3)).to_have_text("60")
    hit = next(hit for hit in first_json(stranger, f"/api/v1{SEARCH}")["hits"] if hit["name"] == NAME)
    weeks = first_json(stranger, f"/api/v1/suppliers/{hit['id']}/capacity?weeks=12")
    assert f'"{week}"' in str(weeks).replace("'", '"')


@with_and_without_javascript
def test_pause_and_reopen(own_site: Site, new_page: NewPage, javascript: bool) -> None:
    owner = new_page(own_site, size=PHONE, javascript=javascript, person="sewing@example.com")
    owner.goto("/listing")
    name = owner.get_by_role("heading", level=1).inner_text()
    search = f"/search?q={name.replace(' ', '+')}"
    stranger = new_page(own_site, javascript=javascript)

    def hits() -> list[str]:
        stranger.goto(search)
        return [text for text in stranger.locator(".result h2").all_inner_texts() if text == name]

    assert hits() == [name]
    owner.get_by_role("link", name="See the public page").click()
    address = owner.url
    owner.goto("/listing")
    owner.get_by_role("button", name="Pause the listing").click()
    expect(owner.get_by_text("Paused. Searches leave you out")).to_be_visible()
    assert hits() == []
    stranger.goto(address)
    expect(stranger.get_by_text("This listing is not published at present.")).to_be_visible()
    owner.get_by_role("button", name="Take work again").click()
    expect(owner.get_by_text("You take work again")).to_be_visible()
    assert hits() == [name]


def test_stepper_counts(own_site: Site, new_page: NewPage) -> None:
    """Plus and minus beside a week, with the mouse and with the keyboard; then an undo."""
    page = new_page(own_site, size=PHONE, person="sewing@example.com")
    page.goto("/weeks")
    row = page.locator(".week-row").filter(has=page.locator("form")).first
    box = row.locator("input[name=offered]")
    box.fill("12.5")
    row.get_by_role("button", name=re.compile("more in the week")).click()
    step = float(box.get_attribute("data-by") or 0)
    expect(box).to_have_value(f"{12.5 + step:g}")
    less = row.get_by_role("button", name=re.compile("less in the week"))
    less.focus()
    page.keyboard.press("Enter")
    expect(box).to_have_value("12.5")


def test_staff_may_publish_weeks_but_not_pause(site: Site, new_page: NewPage) -> None:
    page = new_page(site, person="floor@example.com")
    page.goto("/listing")
    expect(page.get_by_role("link", name="Change open weeks")).to_be_visible()
    expect(page.get_by_role("button", name="Pause the listing")).to_have_count(0)


def test_sign_in_leads_back(site: Site, new_page: NewPage) -> None:
    page = new_page(site, javascript=False)
    page.goto("/weeks")
    sign_in(page, "sewing@example.com", "selvedge demo account")
    expect(page.get_by_role("heading", name="Open weeks")).to_be_visible()
