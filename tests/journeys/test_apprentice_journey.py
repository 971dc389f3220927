"""A workshop offers a place; an apprentice finds it on the map, applies, is offered it and accepts; what was learned is
signed, the export checked by somebody without an account, and a changed one refused. On two phones and a desk."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

from browser_kit import DESK, PHONE, NewPage, Site, map_is_settled
from page_looks import OWNER, follow
from playwright.sync_api import Page, expect
from test_brief_to_order import look, press

APPRENTICE = "apprentice@example.com"
SEARCH = "/placements?skill=pleat&near=Los+Angeles%2C+California&radius_km=60&paid=1"


def offer_a_place(page: Page) -> None:
    page.goto("/listing/placements")
    page.get_by_label("Trade you teach").select_option("pleat")
    page.get_by_label("Starts on").fill((date.today() + timedelta(days=45)).isoformat())
    page.get_by_label("Who teaches").fill("Rosalba, who has pleated since 1989")
    page.get_by_label("Wage before taxes").fill("19.50")
    press(page, "Offer the place")
    expect(page.locator(".flashes")).to_contain_text("apprentices find it from now on")


def find_it_on_the_map(page: Page) -> None:
    page.goto(SEARCH)
    expect(page.get_by_role("heading", name="1 placement", exact=True)).to_be_visible()
    map_is_settled(page)
    page.locator("[data-map] .pin").first.focus()
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.locator("[data-map] a[href*='/placements/']").first.click()
    expect(page.get_by_text("Rosalba, who has pleated since 1989")).to_be_visible()


def apply_for_it(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name="Apply", exact=True).click()
    page.get_by_label("Why this, and why there").fill("Pleats are what I look at first in any skirt.")
    press(page, "Save the draft")
    look(page, "a draft")
    press(page, "Save and send it")
    expect(page.locator("main .badge").first).to_have_text("Sent: the workshop has not opened it yet")


def test_from_a_place_to_a_log_that_can_be_checked(own_site: Site, new_page: NewPage, tmp_path: Path) -> None:
    workshop = new_page(own_site, size=PHONE, person=OWNER)
    offer_a_place(workshop)
    apprentice = new_page(own_site, size=DESK, person=APPRENTICE)
    find_it_on_the_map(apprentice)
    apply_for_it(apprentice)
    application = apprentice.url

    workshop.goto("/listing/applications")
    with workshop.expect_navigation():
        workshop.get_by_role("main").get_by_role("link", name=re.compile("Tomás")).first.click()
    expect(workshop.get_by_text("Pleats are what I look at first")).to_be_visible()
    look(workshop, "an application received")
    workshop.get_by_label("Anything to say with it").fill("Bring your own thimble.")
    press(workshop, "Offer the place")

    apprentice.goto(application)
    expect(apprentice.get_by_text("Bring your own thimble.").first).to_be_visible()
    follow("Accept the place")(apprentice)
    press(apprentice, "Yes, accept the place")
    expect(apprentice.locator("main .badge").first).to_have_text("Accepted: the place is yours")
    # Filled, so nobody finds it any more; the smallest change that finds another is said instead.
    stranger = new_page(own_site, size=PHONE)
    stranger.goto(SEARCH)
    expect(stranger.get_by_role("heading", name="0 placements", exact=True)).to_be_visible()

    apprentice.goto("/account/skills")
    apprentice.get_by_label("What you did").fill("Knife pleats on waste silk")
    apprentice.get_by_label("Pieces").fill("6")
    press(apprentice, "Write it down")
    expect(apprentice.get_by_text("Not signed yet").first).to_be_visible()

    workshop.goto("/listing/skills-logs")
    expect(workshop.get_by_role("listitem").filter(has_text="Knife pleats on waste silk")).to_contain_text("Sign")
    press(workshop, "Sign")
    expect(workshop.locator(".flashes")).to_contain_text("is signed")

    apprentice.goto("/account/skills")
    press(apprentice, "Sign an export")
    look(apprentice, "an export")
    public = apprentice.url
    with apprentice.expect_download() as download:
        apprentice.get_by_role("link", name="Save the file").click()
    saved = tmp_path / "skills-log.json"
    download.value.save_as(saved)
    check_the_file(stranger, public, saved)


def check_the_file(stranger: Page, public: str, saved: Path) -> None:
    """As an employer would, without an account."""
    stranger.goto(public)
    expect(stranger.get_by_role("heading", name="Skills log of Tomás Villaseñor")).to_be_visible()
    stranger.goto("/skills-log/check")
    stranger.get_by_label("The file").set_input_files(saved)
    press(stranger, "Check it")
    expect(stranger.get_by_role("heading", name="This log is as it was signed")).to_be_visible()
    look(stranger, "a log that is good")
    forged = json.loads(saved.read_text())
    forged["entries"][0]["operation"] = "Everything there is"
    stranger.get_by_label("or what stands in it").fill(json.dumps(forged))
    press(stranger, "Check it")
    expect(stranger.get_by_role("heading", name="Not to be relied on")).to_be_visible()
    expect(stranger.get_by_text("This log was changed after it was signed.")).to_be_visible()
