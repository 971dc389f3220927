"""A designer asks, narrows, opens a workshop; and is never left at a dead end."""

from __future__ import annotations

import re

import pytest
from browser_kit import DESK, NewPage, Site, ask, in_weeks, map_is_settled, sign_up
from playwright.sync_api import Page, expect

with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
PLACE = "Silver Lake, Los Angeles"


def count(page: Page) -> int:
    """How many workshops the page says fit."""
    found = re.match(r"[\d\s]+", page.locator(".results-head h1").inner_text())
    return int(re.sub(r"\s", "", found[0])) if found else 0


def apply(page: Page, javascript: bool) -> None:
    """Without JavaScript a filter waits for its button."""
    if not javascript:
        page.get_by_role("button", name="Apply filters").click()


@with_and_without_javascript
def test_find_a_workshop(own_site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(own_site, size=DESK, javascript=javascript)
    sign_up(page, "Noa Field", "noa@example.org", "designer", studio="Field Studio", town=PLACE)
    page.goto("/")
    ask(page, process="sew", quantity="50", unit="piece", radius="40", near=PLACE, by=in_weeks(14))
    expect(page.locator(".results-head h1")).to_have_text(re.compile(r"^\d+ workshops fit$"))
    asked = page.locator("#results")
    expect(asked).to_contain_text("50 pieces, within 40 km of Silver Lake, California, United States")
    everybody = count(page)
    for card in page.locator(".result").all():
        expect(card.locator(".badge--yes, .badge--surcharge")).to_have_count(1)

    # A skill, then verified only.
    page.locator("details.fold > summary").click()
    skill = page.locator("fieldset.facet").filter(has=page.get_by_text("Skills", exact=True)).locator("label").first
    expected = int(skill.locator(".facet__count").inner_text())
    skill.locator("input").check()
    apply(page, javascript)
    page.wait_for_url(re.compile("skill="))
    expect(page.locator(".active-filters li")).not_to_have_count(0)
    expect(page.locator(".results-head h1 b")).to_have_text(str(expected))
    assert expected <= everybody
    if not page.locator("details.fold").evaluate("d => d.open"):
        page.locator("details.fold > summary").click()
    page.get_by_label("Verified workshops only").check()
    apply(page, javascript)
    page.wait_for_url(re.compile("verified="))
    expect(page.locator(".active-filters")).to_contain_text("verified only")
    shown = page.locator(".result")
    expect(shown).to_have_count(count(page))
    for card in shown.all():
        expect(card.locator(".badge--verified")).to_have_count(1)

    # Open the first: minimum in words, weeks, map, distance from the studio, the answer for this run.
    shown.first.locator("h2 a").click()
    page.wait_for_url("**/suppliers/**")
    main = page.get_by_role("main")
    expect(main.locator(".swing")).to_contain_text(re.compile(r"\d+ pieces per "))
    expect(main.locator(".service").first).to_contain_text(re.compile(r"\d+ pieces? per (order|style|colour)"))
    expect(main.locator("table.heatmap tbody tr").first.locator("td")).to_have_count(12)
    expect(main).to_contain_text("from Field Studio")
    expect(main).to_contain_text("Answered for your run: Sewing and assembly, 50 pieces")
    if javascript:
        map_is_settled(page)
        expect(page.locator("[data-map] .pin")).to_have_count(1)
    else:
        expect(page.locator("[data-map]")).to_contain_text("The map needs JavaScript")
    page.get_by_role("link", name="Your search").click()
    page.wait_for_url(re.compile("verified="))


@with_and_without_javascript
def test_ambiguous_place(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(site, javascript=javascript)
    page.goto("/")
    day = in_weeks(14)
    ask(page, process="sew", quantity="50", radius="35", near="Vernon, CA", by=day)
    expect(page.get_by_role("heading", name="Vernon, CA: which one?")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Vernon, California")).click()
    expect(page.locator(".results-head h1")).to_have_text(re.compile("fits?$"))
    for name, value in {"process": "sew", "quantity": "50", "unit": "piece", "radius": "35", "by": day}.items():
        expect(page.locator(f"#ask-{name}")).to_have_value(value)
    expect(page.locator("#ask-near")).to_have_value("Vernon, California, United States")
    # The chosen name asks again without being asked about.
    page.get_by_role("button", name="Find who can").click()
    expect(page.locator(".results-head h1")).to_have_text(re.compile("fits?$"))


@with_and_without_javascript
def test_placements_ask_about_places_too(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(site, javascript=javascript)
    page.goto("/placements")
    page.get_by_label("Near").fill("Vernon, CA")
    page.get_by_label("Within").fill("45")
    page.get_by_role("button", name="Find placements").click()
    expect(page.get_by_role("heading", name="Vernon, CA: which one?")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Vernon, California")).click()
    expect(page.get_by_label("Within")).to_have_value("45")
    expect(page.locator(".offer").first).to_be_visible()


@with_and_without_javascript
def test_nobody_fits(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(site, javascript=javascript)
    page.goto("/")
    ask(page, process="dye_fabric", quantity="5", unit="kg", radius="2", near=PLACE)
    expect(page.get_by_role("heading", name="Nobody fits all of it yet")).to_be_visible()
    offers = page.locator(".relax a")
    expect(offers.first).to_be_visible()
    adds = int(re.sub(r"\D", "", offers.first.locator("b").inner_text()))
    offers.first.click()
    expect(page.locator(".results-head h1")).to_have_text(re.compile(rf"^{adds} workshops? fits?$"))
    expect(page.locator(".result")).to_have_count(min(adds, 20))


@pytest.mark.parametrize("path", ["/", "/search"])
def test_keyboard_alone(site: Site, new_page: NewPage, path: str) -> None:
    page = new_page(site)
    page.goto(path)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#ask-process")
    page.keyboard.type("Sewing")
    tab_to(page, "#ask-quantity")
    page.keyboard.type("50")
    tab_to(page, "#ask-near")
    page.keyboard.type(PLACE)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("near=Silver"))
    expect(page.locator(".results-head h1")).to_have_text(re.compile("fit$"))
    expect(page.locator("#results")).to_contain_text("Sewing and assembly, 50 pieces")
    first = page.locator(".result h2 a").first
    tab_to(page, ".result h2 a", most=60)
    expect(first).to_be_focused()
    name = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def tab_to(page: Page, selector: str, most: int = 25) -> None:
    """Press Tab until the focus is on an element; every stop on the way must show where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not within {most} stops")
