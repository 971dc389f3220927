"""From a brief to a route on the map to three enquiries; and a step swapped, a route kept, without JavaScript too."""

from __future__ import annotations

import re

from browser_kit import PHONE, NewPage, Site, axe_problems, map_is_settled, overflow
from page_looks import DESIGNER
from playwright.sync_api import Page, expect
from test_enquiry_pages import new_brief

DESK = {"width": 1280, "height": 800}


def look(page: Page, name: str) -> None:
    """WCAG at a desk, and nothing wider than a small phone; then as it was."""
    size = page.viewport_size
    problems = [f"{name}: {text}" for text in axe_problems(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    problems += [f"{name}, 320 px: {text}" for text in overflow(page)]
    assert not problems, "\n".join(problems)
    if size:
        page.set_viewport_size(size)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).first.click()


def names(page: Page, route: int = 1) -> list[str]:
    return page.locator(f"#route-{route} .route-step__who a").all_inner_texts()


def test_from_a_brief_to_a_route_to_three_enquiries(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site, person=DESIGNER, size=DESK)
    brief = new_brief(own_site, processes=("cut", "sew", "press"))
    page.goto(f"/account/briefs/{brief}")
    with page.expect_navigation():
        page.get_by_role("link", name="Whole routes for it").click()
    expect(page.locator(".route-card").first).to_be_visible()
    look(page, "routes of a brief")

    # The route on the map: its workshops, its legs with the days of handing over.
    map_is_settled(page)
    assert page.locator("[data-map] path.route:not(.route--cloth)").count() >= 3
    assert page.locator("[data-map] .route-word").count() >= 3
    second = names(page, 2)
    with page.expect_navigation():
        page.locator("#route-2").get_by_role("link", name=re.compile("^Show on the map")).click()
    expect(page.locator("#route-2").get_by_text("On the map")).to_be_visible()
    assert names(page, 2) == second

    # Somebody else for the sewing.
    before = names(page)
    sewing = page.locator("#route-1 .route-step").nth(1)
    sewing.locator("summary").click()
    look(page, "why this supplier")
    with page.expect_navigation():
        sewing.get_by_role("link", name=re.compile("^Somebody else")).click()
    assert names(page)[1] != before[1]
    expect(page.locator(".ticket").first).to_contain_text(f"without {before[1]}")

    # Kept, and from there everybody on it is asked.
    chosen = names(page)
    press(page, re.compile("^Keep"))
    expect(page.get_by_role("heading", name="All as it was when you kept it")).to_be_visible()
    look(page, "a kept route")
    press(page, re.compile("^Ask all of them"))
    expect(page.get_by_role("button", name="Send 3 enquiries")).to_be_visible()
    look(page, "before the enquiries go out")
    page.get_by_label("Which brief shall they read?").select_option(brief)
    press(page, "Send 3 enquiries")
    expect(page.get_by_role("status").first).to_contain_text("3 suppliers have your brief now")
    page.goto("/account/enquiries")
    for name in chosen:
        expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()


def test_compose_keep_and_put_away_on_a_phone_without_javascript(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site, person=DESIGNER, size=PHONE, javascript=False)
    page.goto("/routes")
    with page.expect_navigation():
        page.get_by_role("link", name="Jacket, from yarn to press").click()
    expect(page.locator(".route-card").first).to_be_visible()
    assert len(names(page)) == 6
    press(page, re.compile("^Keep"))
    expect(page.get_by_role("heading", name="All as it was when you kept it")).to_be_visible()
    page.goto("/account/routes")
    press(page, "Remove")
    press(page, "Have it back")
    expect(page.locator(".brief-list h2")).to_have_count(1)
