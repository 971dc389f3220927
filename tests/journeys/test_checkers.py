"""The guards and axe must fail on pages that deserve it; otherwise the other tests prove nothing."""

from __future__ import annotations

import pytest
from browser_kit import TIMEOUT_MS, Guard, Site, axe_problems, find_chromium, overflow
from playwright.sync_api import Browser, Page

BAD = """<!doctype html><html><head><title>Bad</title><style>.wide { width: 2000px }</style></head>
<body><p style="color: #999; background: #aaa">grey</p><img src="/static/favicon.svg"><input name="x">
<div class="wide">wide</div></body></html>"""


def watched(browser: Browser, site: Site, body: str, **headers: str) -> tuple[Page, Guard]:
    """A page of the site that answers with `body`."""
    context = browser.new_context(base_url=site.url)
    context.set_default_timeout(TIMEOUT_MS)
    context.route(
        "**/bad",
        lambda route: route.fulfill(body=body, headers={"content-type": "text/html; charset=utf-8", **headers}),
    )
    guard = Guard(context, site.url)
    page = context.new_page()
    page.goto("/bad")
    page.wait_for_load_state("networkidle")
    return page, guard


def test_axe_finds_faults(browser: Browser, site: Site) -> None:
    page, _ = watched(browser, site, BAD)
    found = " ".join(axe_problems(page))
    page.context.close()
    for rule in ("color-contrast", "image-alt", "label", "html-has-lang"):
        assert rule in found


def test_overflow_finds_wide_elements(browser: Browser, site: Site) -> None:
    page, _ = watched(browser, site, BAD)
    found = overflow(page)
    page.context.close()
    assert any("wide" in text for text in found)


@pytest.mark.parametrize(
    ("body", "headers", "complaint"),
    [
        ('<img src="https://tracker.example/x.gif">', {}, "request to another host"),
        ('<script src="https://cdn.example/x.js"></script>', {}, "request to another host"),
        ("<script>console.error('broken')</script>", {}, "console error"),
        ("<script>throw new Error('broken')</script>", {}, "uncaught error"),
        ('<img alt="" src="/static/nothing.png">', {}, "404 for"),
        ('<link rel="stylesheet" href="/static/nothing.css">', {}, "console error"),
        ('<p style="color: red">x</p>', {"content-security-policy": "default-src 'self'"}, "console error"),
        ('<img src="https://tracker.example/x.gif">', {"content-security-policy": "img-src 'self'"}, "console error"),
    ],
)
def test_guard_complains(browser: Browser, site: Site, body: str, headers: dict[str, str], complaint: str) -> None:
    page, guard = watched(browser, site, f"<!doctype html><title>x</title>{body}", **headers)
    page.context.close()
    assert any(complaint in problem for problem in guard.problems), guard.problems


def test_guard_is_silent_on_a_good_page(browser: Browser, site: Site) -> None:
    page, guard = watched(browser, site, '<!doctype html><title>x</title><img alt="" src="/static/favicon.svg">')
    page.context.close()
    assert guard.problems == []


def test_browser_is_looked_for_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SELVEDGE_TEST_CHROMIUM", "/opt/mine")
    assert find_chromium("/none") == "/opt/mine"
    monkeypatch.delenv("SELVEDGE_TEST_CHROMIUM")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_chromium("/none") is None
    assert find_chromium(__file__) == __file__
