"""What a look at a page is: who opens it, what is done on it first, and what is asked of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from browser_kit import DESK, PHONE, axe_problems, dead_links, map_is_settled, overflow
from playwright.sync_api import Page

Prepare = Callable[[Page], None]
NARROW = {"width": 320, "height": 700}

MODERATOR = "moderator@example.com"
OWNER, DYER, DESIGNER = "sewing@example.com", "tintoria@example.com", "designer@example.com"
QUESTION = "process=sew&quantity=50&unit=piece&near=Silver+Lake%2C+Los+Angeles&radius_km=40"


@dataclass(frozen=True)
class Case:
    """`path` may be a search whose first result is opened, written as ">/search?...". `covers`: endpoints shown."""

    name: str
    path: str
    covers: str
    person: str | None = None
    prepare: Prepare | None = None


def send(selector: str, **values: str) -> Prepare:
    """Fill in and send a form past the browser's own checks, so that the server's sentences are shown."""

    def run(page: Page) -> None:
        form = page.locator(selector).first
        form.evaluate("form => { form.noValidate = true; form.closest('details')?.setAttribute('open', '') }")
        for name, value in values.items():
            box = form.locator(f"[name='{name}']").first
            if box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(value)
            else:
                # Some fields refuse letters in the browser; the server has to as well.
                box.evaluate("(e, value) => { e.type = e.type === 'hidden' ? e.type : 'text'; e.value = value }", value)
        with page.expect_navigation():
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")

    return run


def follow(pattern: str) -> Prepare:
    def run(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("link", name=re.compile(pattern)).first.click()

    return run


def follow_address(part: str) -> Prepare:
    def run(page: Page) -> None:
        with page.expect_navigation():
            page.locator(f"main a[href*='{part}']:not([href$='/new'])").first.click()

    return run


def open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")


def show_menu(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.locator("details.menu > summary").click()


def open_pin(page: Page) -> None:
    map_is_settled(page)
    page.locator("[data-map] .pin").first.focus()
    page.keyboard.press("Enter")


def check(page: Page, name: str) -> None:
    """Colours don't hang on the width: the dark ones are looked at once, at the one width or the other by page."""
    problems = []
    dark = (DESK, PHONE)[zlib.crc32(name.encode()) % 2]
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        map_is_settled(page)
        for theme in ("light", "dark") if size is dark else ("light",):
            page.emulate_media(color_scheme=theme)
            found = axe_problems(page, colours_only=theme == "dark")  # all else is the same in the dark
            problems += [f"{name}, {size['width']} px, {theme}: {text}" for text in found]
    problems += [f"{name}: {text}" for text in dead_links(page)]
    page.set_viewport_size(NARROW)
    problems += [f"{name}, 320 px: {text}" for text in overflow(page)]
    assert not problems, "\n".join(problems)
