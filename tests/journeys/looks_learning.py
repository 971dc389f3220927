"""Pages of placements, applications, skills logs and skills at risk, as an apprentice, a workshop and a stranger."""

from __future__ import annotations

from page_looks import OWNER, Case, follow, follow_address, open_all, send
from playwright.sync_api import Page

APPRENTICE = "apprentice@example.com"


def export(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Sign an export").click()


def unnamed(page: Page) -> None:
    follow("without your name")(page)


CASES = [
    Case("a placement", "/placements?skill=sew", "placements.placement", None, follow_address("/placements/")),
    Case("search saved", "/placements/searches", "placements.searches", APPRENTICE),
    Case("save a search", "/placements/searches/new?skill=sew&paid=1", "placements.save", APPRENTICE),
    Case(
        "what a learner makes",
        "/listing/placements",
        "placements.weigh",
        OWNER,
        lambda page: _weigh(page),
    ),
    Case("change a placement", "/listing/placements", "placements.edit", OWNER, follow("^Change ")),
    Case("apply", "/placements?skill=weave", "applications.apply", APPRENTICE, lambda page: _apply(page)),
    Case("applications", "/account/applications", "applications.applications", APPRENTICE),
    Case("an offer", "/account/applications", "applications.application", APPRENTICE, lambda page: _offered(page)),
    Case("accept?", "/account/applications", "applications.ask_to_accept", APPRENTICE, lambda page: _accept(page)),
    Case("withdraw", "/account/applications", "applications.ask_to_withdraw", APPRENTICE, lambda page: _withdraw(page)),
    Case("applications received", "/listing/applications", "received.applications", OWNER),
    Case("one received", "/listing/applications", "received.application", OWNER, follow("Tomás")),
    Case("skills log", "/account/skills", "learning.log", APPRENTICE),
    Case("skills log refused", "/account/skills", "learning.log", APPRENTICE, send("main form.card", minutes="x")),
    Case("to sign", "/listing/skills-logs", "learning.to_sign", OWNER),
    Case("skills that may be lost", "/listing/retiring-skills", "learning.retiring", OWNER),
    Case("check a log", "/skills-log/check", "skills.check"),
    Case("no log", "/skills-log/check", "skills.check", None, send("main form.card", text='{"format": 1}')),
    Case("an export", "/account/skills", "skills.shown", APPRENTICE, export),
    Case("skills at risk", "/skills-at-risk", "skills.at_risk"),
    Case("report without a name", "/placements?skill=sew", "reports.unnamed", None, lambda page: _report(page)),
    Case("offer a place, all open", "/listing/placements", "placements.own", OWNER, open_all),
]


def _weigh(page: Page) -> None:
    follow("^What it makes of your weeks")(page)
    page.get_by_label("People at work now").fill("3")
    with page.expect_navigation():
        page.get_by_role("button", name="Work it out").click()


def _apply(page: Page) -> None:
    follow_address("/placements/")(page)
    follow("Apply")(page)


def _offered(page: Page) -> None:
    with page.expect_navigation():
        page.locator("section.card").filter(has_text="The place is offered to you").get_by_role("link").first.click()


def _accept(page: Page) -> None:
    _offered(page)
    follow("Accept the place")(page)


def _withdraw(page: Page) -> None:
    _offered(page)
    follow("No, thank you")(page)


def _report(page: Page) -> None:
    follow_address("/placements/")(page)
    unnamed(page)
