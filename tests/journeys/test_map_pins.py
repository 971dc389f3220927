"""The map shows the page's hits at once and fetches the others; without them it goes on."""

from __future__ import annotations

import json
import re

import pytest
from browser_kit import DESK, PHONE, NewPage, Site, axe_problems, map_is_settled
from playwright.sync_api import Page, Route, expect

SEARCH = "/search?process=sew&near=Silver+Lake%2C+Los+Angeles&radius_km=60"
GEOJSON = "**/api/v1/search.geojson*"


def embedded(page: Page) -> int:
    return len(json.loads(page.locator("#map-data").inner_text())["features"])


def on_the_map(page: Page) -> int:
    """How many workshops the pins and the gathered ones stand for."""
    count: int = page.evaluate(
        """() => [...document.querySelectorAll('[data-map] .pin')].length
          + [...document.querySelectorAll('[data-map] .cluster')].reduce((n, e) => n + parseInt(e.textContent), 0)"""
    )
    return count


def total(page: Page) -> int:
    found = re.match(r"[\d\s]+", page.locator(".results-head h1").inner_text())
    return int(re.sub(r"\s", "", found[0])) if found else 0


def wait_for_pins(page: Page, wanted: int) -> None:
    for _ in range(100):
        if on_the_map(page) == wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{on_the_map(page)} on the map, not {wanted}")


@pytest.mark.parametrize("path", [SEARCH, SEARCH + "&page=2"])
def test_the_others_follow(site: Site, new_page: NewPage, path: str) -> None:
    page = new_page(site, size=DESK)
    page.goto(path)
    everybody = total(page)
    assert embedded(page) <= 20 < everybody
    wait_for_pins(page, everybody)
    expect(page.locator(".map-more")).to_have_text("")


def test_front_page_carries_some_and_fetches_the_rest(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    assert embedded(page) <= 100
    workshops = page.locator(".tally div").filter(has_text="workshops").locator("dd").inner_text()
    # Pins that lie outside the view are not drawn: fewer than all, more than came with the page.
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_function(
        "n => document.querySelector('[data-map]').querySelectorAll('.cluster, .pin').length > 1", arg=0
    )
    for _ in range(100):
        if on_the_map(page) > 100:
            break
        page.wait_for_timeout(50)
    assert 100 < on_the_map(page) <= int(re.sub(r"\D", "", workshops))


def test_a_page_that_holds_all_asks_for_no_more(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search.geojson" in request.url else None)
    page.goto("/search?process=sew&near=Silver+Lake%2C+Los+Angeles&radius_km=5")
    assert total(page) == embedded(page) > 0
    map_is_settled(page)
    page.wait_for_timeout(300)
    assert asked == []


def test_when_the_others_don_t_come(site: Site, new_page: NewPage) -> None:
    """The map keeps what it has and says so; trying again finds the rest."""
    page = new_page(site, size=DESK)
    fails = True

    def answer(route: Route) -> None:
        if fails:
            route.fulfill(status=429, body="slow down")
        else:
            route.continue_()

    page.route(GEOJSON, answer)
    page.goto(SEARCH)
    note = page.locator(".map-more")
    expect(note).to_contain_text("The map shows this page’s workshops only: the others did not load.")
    wait_for_pins(page, embedded(page))
    assert axe_problems(page) == []
    fails = False
    note.get_by_role("button", name="Try again").click()
    wait_for_pins(page, total(page))
    expect(note).to_have_text("")


def test_what_is_left_out_is_said(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    feature = {
        "type": "Feature",
        "id": "x",
        "geometry": {"type": "Point", "coordinates": [-118.3, 34.1]},
        "properties": {"id": "x", "name": "X", "url": "/"},
    }
    body = json.dumps({"type": "FeatureCollection", "features": [feature], "total": 12345, "truncated": True})
    page.route(GEOJSON, lambda route: route.fulfill(status=200, content_type="application/geo+json", body=body))
    page.goto(SEARCH)
    expect(page.locator(".map-more")).to_have_text("The first 1 of 12,345 are on the map.")
    wait_for_pins(page, embedded(page) + 1)


def test_a_slow_answer_is_announced(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    held: list[Route] = []
    page.route(GEOJSON, lambda route: held.append(route))
    page.goto(SEARCH)
    expect(page.locator(".map-more")).to_have_text("Loading the other pins …")
    held[0].continue_()
    wait_for_pins(page, total(page))
    expect(page.locator(".map-more")).to_have_text("")


def test_a_phone_asks_when_its_map_is_opened(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search.geojson" in request.url else None)
    page.goto(SEARCH)
    page.wait_for_timeout(500)
    assert asked == []
    page.get_by_text("Map", exact=True).first.click()
    wait_for_pins(page, total(page))
    assert len(asked) == 1
