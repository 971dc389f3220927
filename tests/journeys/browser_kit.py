"""What the journeys share: a site, guards that watch a browser, axe, and the words people type."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError, expect

from marketplace.db import Database
from marketplace.demo.people import DEMO_PASSWORD
from marketplace.settings import Settings

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
TIMEOUT_MS = 30_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
NewPage = Callable[..., Page]
PASSWORD = "a long password nobody guesses"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# The rules whose answer depends on the theme.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]


def find_chromium(own: str) -> str | None:
    """The program to start: SELVEDGE_TEST_CHROMIUM, then what is on the path, then playwright's `own`."""
    named = os.environ.get("SELVEDGE_TEST_CHROMIUM")
    if named:
        return named
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    return own if Path(own).is_file() else None


@dataclass
class Site:
    """A running server. `states`: the cookies of everybody who signed in before."""

    url: str
    app: Flask
    database: Database
    settings: Settings
    states: dict[str, Any] = field(default_factory=dict)

    def state_of(self, browser: Browser, email: str) -> Any:
        if email not in self.states:
            context = browser.new_context(base_url=self.url, java_script_enabled=False)
            page = context.new_page()
            page.goto("/sign-in")
            sign_in(page, email, DEMO_PASSWORD)
            self.states[email] = context.storage_state()
            context.close()
        return self.states[email]


class Guard:
    """Watches all pages of a context: requests to other hosts, console errors, broken files, failed policies."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._url = url
        self.problems: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._url + "/", "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        # Pages may say 404 or 422; what they are made of may not, and nothing may fail with 500.
        page = response.request.is_navigation_request() or response.request.resource_type == "fetch"
        if response.status >= 500 or (response.status >= 400 and not page):
            self.problems.append(f"{response.status} for {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A page's own 404 or 422 is announced too; _response judges those.
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server"):
            self.problems.append(f"console error on {message.location.get('url')}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"uncaught error: {error.error}")


# ---- Accessibility --------------------------------------------------------------------------------


@cache
def _axe_source() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def axe_problems(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe says against the page as it is now: WCAG 2.0 to 2.2, levels A and AA."""
    page.wait_for_load_state("load")  # a page that is on its way out can't be looked at
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_axe_source())
    run_only = {"type": "rule", "values": COLOUR_RULES} if colours_only else {"type": "tag", "values": AXE_TAGS}
    options = {"runOnly": run_only, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['help']}): {node['target']} {node['failureSummary']} {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """The elements that make the page wider than its window."""
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return [];
          return [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && e.offsetParent)
            .slice(0, 8)
            .map((e) => `${e.tagName}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`)
            .concat(`the page is ${document.documentElement.scrollWidth} wide in ${width}`);
        }"""
    )
    return found


def dead_links(page: Page) -> list[str]:
    """Links within the page, and references between its elements, that lead nowhere.

    "#close" is Leaflet's way to write a button.
    """
    found: list[str] = page.evaluate(
        """() => [
          ...[...document.querySelectorAll('a[href^="#"]:not([href="#close"])')]
            .map((a) => a.getAttribute('href').slice(1)),
          ...['for', 'aria-describedby', 'aria-labelledby', 'form'].flatMap((name) =>
            [...document.querySelectorAll(`[${name}]`)].flatMap((e) => e.getAttribute(name).split(/ +/))),
        ].filter((id) => id && !document.getElementById(id)).map((id) => `nothing has the id ${id}`)
          .concat([...document.querySelectorAll('[id]')].map((e) => e.id)
            .filter((id, n, all) => all.indexOf(id) !== n).map((id) => `two have the id ${id}`))"""
    )
    return found


# ---- What people do -------------------------------------------------------------------------------


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the sign-in page that is shown."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_up(page: Page, name: str, email: str, role: str, *, studio: str = "", town: str = "") -> None:
    """From the sign-up page to being signed in."""
    page.goto("/sign-up")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator(f"input[name=role][value={role}]").check()
    if studio:
        page.get_by_label("Your studio or label").fill(studio)
        page.get_by_label("Its town").fill(town)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/sign-in**")
    sign_in(page, email, PASSWORD)


def ask(page: Page, **words: str) -> None:
    """Fill in the sentence and send it: process, quantity, unit, what, radius, near, by."""
    for name, value in words.items():
        box = page.locator(f"#ask-{name}")
        if name in ("process", "unit"):
            box.select_option(value)
        else:
            box.fill(value)
    page.get_by_role("button", name="Find who can").click()


def map_is_settled(page: Page) -> None:
    """Wait for a map's pins, where the page has a map with pins, and for its fonts."""
    pins = page.evaluate(
        """() => { const t = document.getElementById('map-data')?.textContent;
                   return t && document.querySelector('[data-map]') ? (JSON.parse(t).features || []).length : 0; }"""
    )
    if pins and page.locator("[data-map]").first.is_visible():
        expect(page.locator("[data-map] .pin, [data-map] .cluster").first).to_be_attached()
    page.evaluate("document.fonts.ready.then(() => true)")


def in_weeks(weeks: int) -> str:
    return (date.today() + timedelta(weeks=weeks)).isoformat()


def first_json(page: Page, path: str) -> Any:
    """The JSON at a path of the page's site, with the page's cookies."""
    return json.loads(page.request.get(path).text())
