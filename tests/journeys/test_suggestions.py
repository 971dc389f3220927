"""Suggestions while typing: by keyboard, by touch, for a screen reader, late answers, input methods, no JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from browser_kit import DESK, PHONE, NewPage, Site, axe_problems, overflow
from playwright.sync_api import Error, Locator, Page, Route, expect

NARROW = {"width": 320, "height": 700}


def what(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Of what: product, skill, material or a name")


def place(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Near which place")


def popup(page: Page) -> Locator:
    return page.locator(".suggest:visible")


def active(field: Locator) -> str:
    """The option that a screen reader reads now."""
    text: str = field.evaluate(
        "e => document.getElementById(e.getAttribute('aria-activedescendant') ?? '')?.textContent ?? ''"
    )
    return text


def test_keyboard(site: Site, new_page: NewPage) -> None:
    """Down and Up walk, through the text itself; Escape, Home and End leave what was typed; Enter chooses."""
    page = new_page(site, size=DESK)
    page.goto("/")
    field = what(page)
    field.focus()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("façon")
    expect(popup(page)).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    options = popup(page).get_by_role("option")
    total = options.count()
    assert total >= 3
    assert active(field) == ""  # nothing is chosen until somebody chooses

    page.keyboard.press("ArrowDown")
    assert active(field).startswith("Sewing and assembly")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert active(field) == ""
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert active(field).startswith("Sewing and assembly")

    page.keyboard.press("Home")
    assert active(field) == ""
    assert field.evaluate("e => e.selectionStart") == 0
    page.keyboard.press("End")
    assert field.evaluate("e => e.selectionStart") == len("façon")

    page.keyboard.press("Escape")
    expect(popup(page)).to_have_count(0)
    expect(field).to_have_value("façon")
    page.keyboard.press("ArrowDown")  # opens again
    expect(popup(page)).to_be_visible()
    assert active(field).startswith("Sewing and assembly")
    page.keyboard.press("Enter")
    expect(popup(page)).to_have_count(0)
    expect(page.locator("#ask-process")).to_have_value("sew")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    assert page.url.endswith("/")  # choosing does not send


def test_enter_sends_what_was_typed(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    what(page).press_sequentially("selvedge")
    expect(popup(page)).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search.*q=selvedge"))
    expect(page.locator(".results-head h1")).to_have_text(re.compile("fits?$"))


def test_tab_leaves_without_choosing(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    what(page).press_sequentially("façon")
    expect(popup(page)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(popup(page)).to_have_count(0)
    expect(what(page)).to_have_value("façon")
    expect(page.locator("#ask-process")).to_have_value("")


def test_a_place_is_chosen_with_its_position(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    place(page).press_sequentially("prat")
    expect(popup(page).get_by_role("group", name="Places")).to_be_visible()
    expect(popup(page).get_by_role("group")).to_have_count(1)
    popup(page).get_by_role("option", name=re.compile("^Prato, Tuscany")).click()
    expect(place(page)).to_have_value("Prato, Tuscany, Italy")
    expect(place(page)).to_be_focused()
    expect(page.locator("input[name=lat]")).to_have_value(re.compile(r"^43\.88"))
    page.get_by_role("button", name="Find who can").click()
    page.wait_for_url(re.compile(r"lat=43\.88"))
    expect(page.locator("#results")).to_contain_text("Within 40 km of Prato, Tuscany, Italy")


def test_another_name_forgets_the_position(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    place(page).press_sequentially("prat")
    popup(page).get_by_role("option").first.click()
    expect(page.locator("input[name=lat]")).to_have_count(1)
    place(page).press_sequentially("x")
    expect(page.locator("input[name=lat]")).to_have_count(0)


def test_a_skill_becomes_a_tag_and_then_a_filter(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    what(page).press_sequentially("knopfl")
    option = popup(page).get_by_role("option", name=re.compile("^Buttonhole Knopfloch"))
    option.click()
    tag = page.get_by_role("list", name="Chosen").get_by_role("button", name=re.compile("^Buttonhole"))
    expect(tag).to_be_visible()
    tag.click()
    expect(tag).to_have_count(0)
    what(page).press_sequentially("knopfl")
    option.click()
    page.get_by_role("button", name="Find who can").click()
    page.wait_for_url(re.compile("skill=buttonhole"))
    expect(page.locator(".active-filters")).to_contain_text("buttonhole")

    # On the search page the filter's own box is ticked, and the answer follows at once.
    what(page).press_sequentially("overl")
    popup(page).get_by_role("option", name="Overlock", exact=True).click()
    page.wait_for_url(re.compile("skill=overlock"))
    expect(page.locator(".active-filters")).to_contain_text("overlock")
    expect(page.locator(".ask__tags")).to_have_count(0)


def test_a_supplier_is_opened(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/search")
    name = page.locator(".result h2 a").first.inner_text()
    what(page).press_sequentially(name[:-1])
    popup(page).get_by_role("group", name="Suppliers").get_by_role("option").first.click()
    page.wait_for_url("**/suppliers/**")


@pytest.mark.parametrize("size", [DESK, PHONE, NARROW], ids=["desk", "phone", "narrow"])
@pytest.mark.parametrize("path", ["/", "/search"])
def test_open_list_is_accessible_and_inside_the_window(
    site: Site, new_page: NewPage, path: str, size: dict[str, int]
) -> None:
    page = new_page(site, size=size)
    page.goto(path)
    for field, text in ((what(page), "tint"), (place(page), "lon")):
        field.press_sequentially(text)
        expect(popup(page)).to_be_visible()
        page.keyboard.press("ArrowDown")
        assert active(field)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert axe_problems(page, colours_only=theme == "dark") == []
        assert overflow(page) == []
        box = popup(page).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        page.keyboard.press("Escape")


def test_what_a_screen_reader_hears(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.goto("/")
    what(page).press_sequentially("façon")
    said = page.locator("form .visually-hidden[role=status]").first
    expect(said).to_have_text(re.compile(r"^\d+ suggestions\. Use the down arrow\.$"))
    expect(page.get_by_role("listbox", name=re.compile("^Suggestions: Of what"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(said).to_have_text("Sewing and assembly chosen.")
    what(page).press_sequentially("zzzzqq")
    expect(said).to_have_text("No suggestions.")


def test_touch(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    place(page).tap()
    page.keyboard.type("prat")
    popup(page).get_by_role("option").first.tap()
    expect(place(page)).to_have_value("Prato, Tuscany, Italy")
    expect(popup(page)).to_have_count(0)


def test_a_late_answer_is_dropped(site: Site, new_page: NewPage) -> None:
    """The answer for 'so' comes after the one for 'sofa': the list stays with what is typed."""
    page = new_page(site, size=DESK)
    held: list[Route] = []

    def answer(route: Route) -> None:
        text = "so" if route.request.url.endswith("q=so") else "sofa"
        body = json.dumps({"groups": [{"label": "Work", "suggestions": [_suggestion(text)]}]})
        if text == "so":
            held.append(route)
        else:
            route.fulfill(status=200, content_type="application/json", body=body)

    page.route("**/api/v1/suggest?*", answer)
    page.goto("/")
    what(page).press_sequentially("so")
    wait_until(lambda: bool(held), page)
    what(page).press_sequentially("fa")
    expect(popup(page)).to_contain_text("sofa")
    with suppress(Error):  # the page may have given up on it, which is as good
        held[0].fulfill(status=200, content_type="application/json", body='{"groups": []}')
    page.wait_for_timeout(300)
    expect(popup(page)).to_contain_text("sofa")


def test_few_requests_while_typing(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/suggest" in request.url else None)
    page.goto("/")
    what(page).press_sequentially("embroidery", delay=20)
    expect(popup(page)).to_be_visible()
    assert len(asked) == 1
    assert asked[0].endswith("q=embroidery")
    what(page).press("Backspace")
    wait_until(lambda: len(asked) == 2, page)
    what(page).press_sequentially("y")
    page.wait_for_timeout(300)
    assert len(asked) == 2  # what was asked before is remembered


def test_one_letter_asks_nobody(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/suggest" in request.url else None)
    page.goto("/")
    what(page).press_sequentially("e")
    page.wait_for_timeout(400)
    assert asked == []


def test_while_an_input_method_composes(site: Site, new_page: NewPage) -> None:
    """Enter and the arrows belong to the input method until it has done; then the text is asked about."""
    page = new_page(site, size=DESK)
    page.goto("/")
    field = what(page)
    field.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "faço", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(400)
    expect(popup(page)).to_have_count(0)
    prevented = field.evaluate(
        """e => { const event = new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true, cancelable: true});
                  e.dispatchEvent(event); return event.defaultPrevented; }"""
    )
    assert not prevented
    session.send("Input.insertText", {"text": "façon"})
    expect(popup(page)).to_be_visible()


def test_a_server_that_fails_leaves_the_form_usable(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK)
    page.route("**/api/v1/suggest?*", lambda route: route.fulfill(status=429, body="slow down"))
    page.goto("/")
    what(page).press_sequentially("selvedge")
    page.wait_for_timeout(400)
    expect(popup(page)).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=selvedge"))


def test_without_javascript(site: Site, new_page: NewPage) -> None:
    """A button leads to a plain list, which keeps what else was typed."""
    page = new_page(site, javascript=False)
    page.goto("/")
    page.locator("#ask-quantity").fill("50")
    page.locator("#ask-near").fill("Prato")
    page.locator("#ask-q").fill("façon")
    page.get_by_role("button", name="Suggestions for your words").click()
    page.wait_for_url(re.compile("/suggest"))
    expect(page.get_by_role("heading", name="Words and places")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Sewing and assembly")).click()
    page.wait_for_url(re.compile("process=sew"))
    expect(page.locator("#ask-quantity")).to_have_value("50")
    expect(page.locator("#ask-q")).to_have_value("")
    expect(page.locator("#results")).to_contain_text("Sewing and assembly, 50 pieces, within 40 km of Prato")
    expect(page.get_by_role("combobox", name="Of what")).to_have_count(0)


def _suggestion(label: str) -> dict[str, object]:
    return {"label": label, "detail": "", "sets": {"process": "sew"}, "url": "/search?process=sew"}


def wait_until(done: Callable[[], bool], page: Page) -> None:
    for _ in range(100):
        if done():
            return
        page.wait_for_timeout(20)
    raise AssertionError("waited in vain")
