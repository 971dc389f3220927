"""The map with its pins, clusters and circle; the theme that stays."""

from __future__ import annotations

import re

from browser_kit import PHONE, NewPage, Site, in_weeks, map_is_settled
from playwright.sync_api import expect

SEARCH = f"/search?process=sew&quantity=50&unit=piece&near=Silver+Lake%2C+Los+Angeles&radius_km=40&by={in_weeks(14)}"


def test_theme_stays(site: Site, new_page: NewPage) -> None:
    page = new_page(site)
    page.goto("/")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Switch to the dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(paper)
    assert dark != light
    page.goto("/glossary")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(paper) == dark
    page.reload()
    page.get_by_role("button", name="Switch to the light theme").click()
    page.goto("/")
    assert page.evaluate(paper) == light


def test_theme_follows_the_system_without_javascript(site: Site, new_page: NewPage) -> None:
    page = new_page(site, javascript=False, color_scheme="dark")
    page.goto("/")
    expect(page.locator("html")).to_have_css("background-color", "rgb(16, 18, 27)")
    expect(page.locator("[data-theme-toggle]").first).to_be_hidden()


def test_map_of_results(site: Site, new_page: NewPage) -> None:
    page = new_page(site)
    page.goto(SEARCH)
    map_is_settled(page)
    frame = page.locator("[data-map]")
    expect(frame.locator(".radius--stitch")).to_have_count(1)
    expect(frame.locator(".centre")).to_have_count(1)
    expect(frame.locator("canvas").first).to_be_visible()
    total = int(page.locator(".results-head h1 b").inner_text())
    clusters = frame.locator(".cluster")
    expect(clusters.first).to_be_visible()
    held = sum(int(text) for text in clusters.all_inner_texts()) + frame.locator(".pin").count()
    assert held == total

    # Zooming in takes a cluster apart.
    clusters.first.focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".pin").first).to_be_visible()

    # Nearby only: single pins. A card lights its pin, a pin its card, and opens who it is.
    page.goto(SEARCH.replace("radius_km=40", "radius_km=8"))
    map_is_settled(page)
    card = page.locator(".result").first
    card.hover()
    lit = frame.locator(".pin.is-lit, .cluster.is-lit")
    expect(lit).to_have_count(1)
    page.locator(".results-head h1").hover()
    expect(lit).to_have_count(0)
    pin = frame.locator(".pin").first
    expect(pin).to_be_visible()
    pin.focus()
    linked = page.locator(".result.is-linked")
    expect(linked).to_have_count(1)
    name = linked.locator("h2").inner_text()
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name=name)
    expect(popup).to_be_visible()
    expect(popup.get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)


def test_map_follows_a_filter(site: Site, new_page: NewPage) -> None:
    """Results refresh in place: list, map and address change together, and going back undoes it."""
    page = new_page(site)
    page.goto(SEARCH)
    map_is_settled(page)
    before = page.locator(".results-head h1 b").inner_text()
    page.evaluate("window.sameDocument = true")
    page.locator("#ask-radius").fill("6")
    page.locator("#ask-radius").press("Enter")
    page.wait_for_url(re.compile("radius_km=6"))
    expect(page.locator(".results-head h1 b")).not_to_have_text(before)
    assert page.evaluate("window.sameDocument")
    total = int(page.locator(".results-head h1 b").inner_text())
    expect(page.locator("[data-map] .radius-word").filter(has_text="6 km")).to_have_count(1)
    count = "() => [...document.querySelectorAll('[data-map] .cluster')].reduce((n, e) => n + +e.innerText, 0)"
    count += " + document.querySelectorAll('[data-map] .pin').length"
    page.wait_for_function(f"total => ({count})() === total", arg=total)
    page.go_back()
    expect(page.locator(".results-head h1 b")).to_have_text(before)


def test_phone_has_a_tab_for_the_map(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=PHONE)
    page.goto(SEARCH)
    frame = page.locator("[data-map]")
    expect(frame).to_be_hidden()
    page.get_by_text("Map", exact=True).click()
    expect(frame).to_be_visible()
    map_is_settled(page)
    expect(page.locator(".result").first).to_be_hidden()


def test_map_in_the_phone_works_without_javascript(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=PHONE, javascript=False)
    page.goto(SEARCH)
    page.get_by_text("Map", exact=True).click()
    expect(page.locator("[data-map]")).to_contain_text("The map needs JavaScript")
