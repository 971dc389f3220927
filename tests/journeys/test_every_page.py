"""Every page, in both themes and at both widths: no axe violation, nothing wider than a narrow phone."""

from __future__ import annotations

import looks_account
import looks_learning
import looks_listing
import looks_moderation
import looks_public
import pytest
from browser_kit import NewPage, Site
from flask import Flask
from page_looks import Case, check

CASES = [
    *looks_public.CASES,
    *looks_account.CASES,
    *looks_listing.CASES,
    *looks_moderation.CASES,
    *looks_learning.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page(case: Case, site: Site, new_page: NewPage) -> None:
    page = new_page(site, person=case.person)
    if case.path.startswith(">"):
        page.goto(case.path[1:])
        with page.expect_navigation():
            page.locator(".result h2 a").first.click()
    else:
        page.goto(case.path)
    if case.prepare:
        case.prepare(page)
    check(page, case.name)


def test_every_page_is_listed(site: Site) -> None:
    """A page that somebody adds must be looked at here too."""
    assert {case.covers for case in CASES} | {"errors"} >= html_pages(site.app)


OF_A_BRIEF = {f"briefs.{name}" for name in ("brief", "edit", "versions", "version", "copy")}  # test_brief_pages.py
OF_A_LISTING = {"suppliers.guide", "suppliers.guide_service", "suppliers.guide_weeks", "suppliers.remove_service"}
OF_ENQUIRIES = {
    f"enquiries.{name}" for name in ("enquiry", "quote", "compare_quotes", "ask_to_close")
}  # test_enquiry_pages.py
OF_ORDERS = {f"orders.{name}" for name in ("order", "ask_to_accept", "ask_to_cancel", "studio")}  # test_order_looks.py
OF_WAITING = {"waiting.ask_to_join"}
OF_ROUTES = {"kept_routes.kept"}  # test_route_journey.py
OF_MODERATION = {"reports.report", "moderation.report", "moderation.supplier", "merging.compare"}
ELSEWHERE = OF_ROUTES | OF_MODERATION | OF_WAITING | OF_ORDERS | OF_A_BRIEF | OF_A_LISTING | OF_ENQUIRIES
FILES = {
    "applications.file",
    "received.file",
    "skills.file",
    "placements.feed",
    "enquiries.file",
    "enquiries.compare_csv",
    "briefs.file",
    "orders.file",
}
NOT_HTML = {"alert_links.feed", "feeds", "search_api", "calendars.read"} | FILES


def html_pages(app: Flask) -> set[str]:
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    return {name for name in found - ELSEWHERE if not {name, name.partition(".")[0]} & NOT_HTML}
