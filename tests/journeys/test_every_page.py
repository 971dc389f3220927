"""Every page, in both themes and at both widths: no axe violation, nothing wider than a narrow phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from browser_kit import (
    DESK,
    PASSWORD,
    PHONE,
    NewPage,
    Site,
    axe_problems,
    dead_links,
    in_weeks,
    map_is_settled,
    overflow,
    sign_up,
)
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import text

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


CASES = [
    Case("front", "/", "site.front"),
    Case("front in miles, menu open", "/?radius_mi=25", "site.front", prepare=show_menu),
    Case("search: everything", "/search", "search.search"),
    Case("search: an answer", f"/search?{QUESTION}&by={in_weeks(12)}", "search.search", prepare=open_all),
    Case("search: filtered", f"/search?{QUESTION}&verified=1&colours=2&language=es", "search.search"),
    Case("search: a pin open", f"/search?{QUESTION.replace('=40', '=8')}", "search.search", prepare=open_pin),
    Case("search: second page", "/search?process=sew&page=2", "search.search"),
    Case("search: which place", "/search?process=sew&quantity=50&near=Vernon%2C+CA", "search.search"),
    Case("search: nobody fits", f"/search?{QUESTION.replace('=50', '=3')}&by={in_weeks(2)}", "search.search"),
    Case("search: no way out", "/search?q=zzzzqqqq", "search.search"),
    Case("search: wrong words", "/search?near=Qqqxyz&quantity=-1&by=soon&colours=0&sorts=x", "search.search"),
    Case("search: a place in the words", "/search?q=CMT+near+Prato", "search.search"),
    Case("suggestions", "/suggest?q=tint&quantity=50", "search.suggestions"),
    Case("suggestions: none", "/suggest?q=zzzzqqqq", "search.suggestions"),
    Case("suggestions: wrong words", "/suggest?q=tint&group=x", "search.suggestions"),
    Case("a supplier", f">/search?{QUESTION}", "suppliers.supplier"),
    Case("a verified supplier, with distance", f">/search?{QUESTION}&verified=1", "suppliers.supplier", DESIGNER),
    Case("a dye house", ">/search?process=dye_fabric&near=Como%2C+Italy&radius_km=60", "suppliers.supplier"),
    Case("a supplier, seen by its owner", "/listing", "suppliers.supplier", OWNER, follow("See the public page")),
    Case("placements", "/placements", "placements.placements"),
    Case("placements near", "/placements?near=Los+Angeles&radius_km=50&paid=1", "placements.placements"),
    Case("placements: none", "/placements?near=Reykjavik&radius_km=5", "placements.placements"),
    Case("placements: which place", "/placements?near=Vernon%2C+CA", "placements.placements"),
    Case("placements: wrong words", "/placements?near=Qqqxyz&start_from=soon", "placements.placements"),
    Case("help", "/help", "site.help"),
    Case("glossary", "/glossary", "site.glossary"),
    Case("sign in", "/sign-in", "accounts.sign_in"),
    Case(
        "sign in refused",
        "/sign-in",
        "accounts.sign_in",
        prepare=send("main form", email="nobody@example.com", password="wrong"),
    ),
    Case("sign up", "/sign-up", "accounts.sign_up"),
    Case("sign up refused", "/sign-up", "accounts.sign_up", prepare=send("main form", email="x", password="short")),
    Case("reset", "/reset", "accounts.reset"),
    Case("reset refused", "/reset", "accounts.reset", prepare=send("main form", email="x")),
    Case("reset sent", "/reset", "accounts.reset", prepare=send("main form", email="nobody@example.com")),
    Case("reset link used up", "/reset/xyz", "accounts.reset_new"),
    Case("confirmation link used up", "/confirm/xyz", "accounts.confirm"),
    Case("no such page", "/nothing-here", "errors"),
    Case("no such supplier", "/suppliers/nobody", "errors"),
    Case("not allowed", "/listing/certificates", "errors", "apprentice@example.com"),
    Case("account of a designer", "/account", "accounts.account", DESIGNER),
    Case(
        "account refused",
        "/account",
        "accounts.account",
        DESIGNER,
        send("form[action='/account/password']", current="wrong", password="short"),
    ),
    Case("account of an apprentice", "/account", "accounts.account", "apprentice@example.com"),
    Case("tokens", "/account/tokens", "accounts.tokens", DESIGNER),
    Case("a token made", "/account/tokens", "accounts.tokens", DESIGNER, send("main form.card", name="Planning sheet")),
    Case("tokens refused", "/account/tokens", "accounts.tokens", DESIGNER, send("main form.card", name="")),
    Case("people", "/account/people", "accounts.team", OWNER),
    Case("people: an address refused", "/account/people", "accounts.team", OWNER, send("main form.card", email="x")),
    Case("an invitation that is over", "/invitations/x", "accounts.invitation", OWNER),
    Case("one of the people", "/account/people", "accounts.member", OWNER, follow("^Change")),
    Case("studio", "/account/studio", "accounts.studio", "stilista@example.com"),
    Case(
        "studio: which place",
        "/account/studio",
        "accounts.studio",
        "stilista@example.com",
        send("main form", name="Studio", place="Vernon, CA"),
    ),
    Case("briefs: none", "/account/briefs", "briefs.briefs", DESIGNER),
    Case("briefs: no studio yet", "/account/briefs", "briefs.briefs", "apprentice@example.com"),
    Case(
        "briefs: studio refused",
        "/account/briefs",
        "briefs.briefs",
        "apprentice@example.com",
        send("main form", name="", place="Qqqxyz"),
    ),
    Case("enquiries: none", "/account/enquiries", "enquiries.sent", "stilista@example.com"),
    Case("ask for a quote: no brief", "/account/enquiries/new", "enquiries.new", "stilista@example.com"),
    Case("inbox: no listing", "/account/inbox", "enquiries.inbox", DESIGNER),
    Case("new brief", "/account/briefs/new", "briefs.new", DESIGNER, open_all),
    Case(
        "new brief refused",
        "/account/briefs/new",
        "briefs.new",
        DESIGNER,
        send("main form", title="", place="Vernon, CA", by="soon", target="x", **{"pieces-0-0": "many"}),
    ),
    Case("shortlist: nobody", "/account/shortlist", "shortlist.shortlist_page", DESIGNER),
    Case("orders: none", "/account/orders", "orders.orders", "stilista@example.com"),
    Case("orders of a workshop: none", "/account/orders", "orders.orders", OWNER),
    Case("waiting lists: none", "/account/waiting", "waiting.lines", DESIGNER),
    Case("who waits: nobody", "/listing/waiting", "waiting.desk", OWNER),
    Case("short notice refused", "/listing/waiting", "waiting.desk", OWNER, send("main form", words="x" * 301)),
    Case("saved searches", "/alerts", "alerts.alerts", DESIGNER),
    Case("saved searches: none", "/alerts", "alerts.alerts", "apprentice@example.com"),
    Case("saved searches, menu open", "/alerts", "alerts.alerts", OWNER, show_menu),
    Case("save a search", f"/alerts/new?{QUESTION}&skill=buttonhole", "alerts.new", DESIGNER),
    Case("save a search: wrong words", "/alerts/new?skill=x&by=soon", "alerts.new", DESIGNER),
    Case("save a search refused", f"/alerts/new?{QUESTION}", "alerts.new", DESIGNER, send("main form", name="")),
    Case("change a saved search", "/alerts", "alerts.edit", DESIGNER, follow("^ ?Change")),
    Case("delete a saved search?", "/alerts", "alerts.ask_to_remove", DESIGNER, follow("^ ?Delete")),
    Case("stop link that is wrong", "/alerts/stop/xyz", "alert_links.ask_to_stop"),
    Case("notices: none", "/account/notices", "notices.notices", DESIGNER),
    Case("how notices come", "/account/notices/settings", "notices.setting", DESIGNER),
    Case(
        "how notices come, refused",
        "/account/notices/settings",
        "notices.setting",
        DESIGNER,
        send("main form", quiet_from="x", timezone="Mars"),
    ),
    Case("calendars of a workshop", "/account/calendar", "calendars.own", OWNER),
    Case("calendars of a studio", "/account/calendar", "calendars.own", DESIGNER, send("main form")),
    Case("calendars of nobody", "/account/calendar", "calendars.own", "apprentice@example.com"),
    Case("your data", "/account/data", "privacy.data", DESIGNER),
    Case("what was done", "/account/trail", "trail.own", OWNER),
    Case("moderation: reports", "/moderation", "moderation.desk", MODERATOR),
    Case("moderation: find a listing", "/moderation/suppliers?q=nobody", "moderation.find_supplier", MODERATOR),
    Case("moderation: people", "/moderation/people", "moderation.people", MODERATOR, send("main form", email="x")),
    Case("moderation: listed twice", "/moderation/duplicates", "merging.duplicates", MODERATOR),
    Case("moderation: audit", "/moderation/audit?from=soon", "trail.everything", MODERATOR),
    Case("stop link of notices that is wrong", "/notices/stop/xyz", "notice_links.ask_to_stop"),
    Case("listing", "/listing", "suppliers.listing", OWNER),
    Case("profile", "/listing/profile", "suppliers.edit_profile", OWNER),
    Case(
        "profile refused",
        "/listing/profile",
        "suppliers.edit_profile",
        OWNER,
        send("main form", name="", country="", lat="100", website="ftp://x"),
    ),
    Case(
        "profile: which place",
        "/listing/profile",
        "suppliers.edit_profile",
        OWNER,
        send("main form", locality="Vernon", lat="", lon=""),
    ),
    Case("new site", "/listing/sites/new", "suppliers.new_site", OWNER),
    Case("site refused", "/listing/sites/new", "suppliers.new_site", OWNER, send("main form", lat="x", locality="")),
    Case("site", "/listing", "suppliers.edit_site", OWNER, follow_address("/listing/sites/")),
    Case("service", "/listing", "suppliers.edit_service", OWNER, follow("^ ?Edit [A-Z]")),
    Case("service of a dye house", "/listing", "suppliers.edit_service", DYER, follow("^ ?Edit [A-Z]")),
    Case("new service", "/listing/services/new", "suppliers.new_service", OWNER),
    Case(
        "service refused",
        "/listing/services/new",
        "suppliers.new_service",
        OWNER,
        send(
            "main form",
            **{"rule-0-quantity": "x", "lead_days": "-1", "price_setup": "1.234", "load_min": "5", "break-0-from": "9"},
        ),
    ),
    Case("certificates", "/listing/certificates", "suppliers.certificates", DYER),
    Case("certificates refused", "/listing/certificates", "suppliers.certificates", DYER, send("main form.card")),
    Case("machines", "/listing/machines", "suppliers.machines", DYER),
    Case("machines refused", "/listing/machines", "suppliers.machines", DYER, send("main form.card", count="x")),
    Case("placements offered", "/listing/placements", "placements.own", OWNER),
    Case("placements refused", "/listing/placements", "placements.own", OWNER, send("main form.card", months="x")),
    Case("weeks", "/weeks", "capacity.weeks", OWNER, open_all),
    Case("weeks of a dye house", "/weeks", "capacity.weeks", DYER),
    Case("week refused", "/weeks", "capacity.weeks", OWNER, send("form[data-week]", offered="many")),
    Case("usual week refused", "/weeks", "capacity.weeks", OWNER, send("#usual form", offered="many")),
    Case("closure refused", "/weeks", "capacity.weeks", OWNER, send("form.closure-form", **{"from": "x"})),
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


def check(page: Page, name: str) -> None:
    problems = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        map_is_settled(page)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found = axe_problems(page, colours_only=theme == "dark")  # all else is the same in the dark
            problems += [f"{name}, {size['width']} px, {theme}: {text}" for text in found]
    problems += [f"{name}: {text}" for text in dead_links(page)]
    page.set_viewport_size(NARROW)
    problems += [f"{name}, 320 px: {text}" for text in overflow(page)]
    assert not problems, "\n".join(problems)


def test_guide(own_site: Site, new_page: NewPage) -> None:
    """The three steps with their errors, and the pages of a listing that has nothing yet."""
    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "supplier")
    check(page, "guide, step 1")
    send("main form", name="")(page)
    check(page, "guide, step 1 refused")
    page.goto("/listing/new")
    send("main form", name="Ines Room", kind="atelier", locality="Vernon", country="US")(page)
    check(page, "guide, step 1, which place")
    page.goto("/listing/new")
    send("main form", name="Ines Room", kind="atelier", locality="Porto", country="PT")(page)
    check(page, "guide, step 2")
    send("main form", process="")(page)
    check(page, "guide, step 2 refused")
    for path in ("/listing", "/listing/certificates", "/listing/machines", "/listing/placements"):
        page.goto(path)
        check(page, f"{path} with nothing")
    page.goto("/listing/new/service")
    send("main form", **{"process": "sew", "rule-0-quantity": "20"})(page)
    check(page, "guide, step 3")
    send("main form", usual="many", closed_from="x")(page)
    check(page, "guide, step 3 refused")
    send("main form", usual="30", closed_from="", closed_to="")(page)
    check(page, "just published")
    page.goto("/weeks")
    check(page, "weeks of a new listing")
    page.goto("/listing")
    with page.expect_navigation():
        page.get_by_role("button", name="Pause the listing").click()
    check(page, "paused")
    with page.expect_navigation():
        page.get_by_role("link", name="See the public page").click()
    check(page, "paused, public page")
    page.goto("/listing")
    page.get_by_role("link", name=re.compile("^ ?Edit [A-Z]")).first.click()
    page.get_by_role("link", name="Remove this service").click()
    check(page, "remove a service?")


def test_mailed_links(own_site: Site, new_page: NewPage) -> None:
    from datetime import UTC, datetime

    from marketplace.mail.sender import send_due, spool_dir

    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "designer")
    page.goto("/reset")
    send("main form", email="ines@example.org")(page)
    send_due(own_site.database, own_site.settings, datetime.now(UTC))
    mails = "".join(path.read_text().replace("=\n", "") for path in spool_dir(own_site.settings).iterdir())
    for kind in ("confirm", "reset"):
        found = re.search(rf"/{kind}/[A-Za-z0-9_-]+", mails)
        assert found
        page.goto(found[0])
        check(page, f"{kind} link")
    send("main form", password="short")(page)
    check(page, "new password refused")
    send("main form", password=PASSWORD + "!")(page)
    check(page, "sign in after a new password")


def test_a_saved_search_from_beginning_to_end(own_site: Site, new_page: NewPage) -> None:
    """Saved, refused, changed, stopped, deleted, had back; its date passes; its mails are stopped from a mail."""
    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "designer")
    page.goto(f"/search?{QUESTION}&by={in_weeks(20)}")
    page.get_by_role("link", name="Save this search").click()
    page.wait_for_url("**/alerts/new**")
    page.get_by_label("Name").fill("Jackets for the spring run, with a name that is as long as it may be, eighty ch")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/alerts")
    check(page, "one saved, address not confirmed")
    page.get_by_role("link", name=re.compile("^ ?Change")).click()
    send("main form", name="", by="soon")(page)
    check(page, "change refused")
    page.goto("/alerts")
    page.get_by_role("button", name="Stop").click()
    check(page, "stopped")
    page.get_by_role("link", name=re.compile("^ ?Delete")).click()
    page.get_by_role("button", name="Yes, delete it").click()
    check(page, "deleted, may be had back")
    page.get_by_role("button", name="Have it back").click()
    page.get_by_role("button", name="Start again").click()
    with own_site.database.writing() as session:
        token = session.scalar(text("SELECT stop_token FROM saved_search ORDER BY id DESC"))
        passed = text("UPDATE saved_search SET question = replace(question, :by, 'by=2020-01-01')")
        session.execute(passed, {"by": f"by={in_weeks(20)}"})
    page.reload()
    check(page, "its date has passed")
    page.get_by_role("link", name=re.compile("^ ?Change")).click()
    check(page, "change one whose date has passed")
    page.get_by_label("Ready by").fill(in_weeks(10))
    page.get_by_role("button", name="Save").click()
    page.goto("/search?process=sew")
    page.get_by_role("link", name="Save this search").click()
    check(page, "save as a new one, or in place of one")
    page.goto(f"/alerts/stop/{token}")
    check(page, "stop the mails?")
    page.get_by_role("button", name="Stop the mails").click()
    check(page, "no more mails")
    page.get_by_role("button", name="Start again").click()
    check(page, "goes on")


def test_notices_from_beginning_to_end(own_site: Site, new_page: NewPage) -> None:
    """Unread ones, read ones, and their mails stopped from a mail."""
    from datetime import UTC, datetime

    from marketplace.notices import store

    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "designer")
    with own_site.database.writing() as session:
        person_id = session.scalar(text("SELECT id FROM person WHERE email = 'ines@example.org'"))
        for number in range(40):
            said = f"Sartoria Aghi quotes €{number + 1},240 for “Jackets, first run, with a name that goes on”."
            store.tell_person(session, person_id, "example", said, "/help", datetime.now(UTC))
        token = store.with_token(session, person_id).stop_token
    page.goto("/account/notices")
    check(page, "forty notices")
    page.get_by_role("button", name="Mark as read").first.click()
    page.get_by_role("button", name="Mark all as read").click()
    check(page, "all read")
    page.goto("/account/notices?page=2")
    check(page, "second page of notices")
    page.goto(f"/notices/stop/{token}")
    check(page, "stop notices?")
    page.get_by_role("button", name="Stop the mails").click()
    check(page, "no more notices")
    page.get_by_role("button", name="Start again").click()
    check(page, "notices go on")


def test_moderation_from_beginning_to_end(own_site: Site, new_page: NewPage) -> None:
    """A report, its form refused, decided; a listing verified and paused; two put side by side; a person suspended."""
    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "designer")
    with own_site.database.reading() as session:
        rows = session.execute(text("SELECT public_id, slug FROM supplier WHERE status = 'published' ORDER BY id"))
        (first, slug), (second, _), *_ = [tuple(row) for row in rows]
    page.goto(f"/suppliers/{slug}")
    page.get_by_role("link", name="Report").click()
    check(page, "report")
    send("main form", body="It is not there.")(page)
    check(page, "report refused")
    page.get_by_label("The firm is gone").check()
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/account/notices")
    steward = new_page(own_site, person=MODERATOR)
    steward.goto("/moderation")
    check(steward, "an open report")
    steward.locator("main .todo a").first.click()
    check(steward, "one report")
    send("main form.card", outcome="")(steward)
    check(steward, "decision refused")
    send("main form.card", outcome="I called: it is open.", decision="x")(steward)
    steward.goto(f"/moderation/suppliers/{first}")
    check(steward, "a listing for moderators")
    send("form[action$='/verify']", seen_on="x")(steward)
    check(steward, "verification refused")
    steward.get_by_label("Visited").check()
    steward.get_by_label("On", exact=True).fill("2026-11-03")
    steward.get_by_role("button", name="Verify").click()
    check(steward, "verified")
    steward.get_by_label("Why").last.fill("Not theirs.")
    steward.get_by_role("button", name="Pause the listing").click()
    check(steward, "paused by a moderator")
    steward.goto(f"/moderation/merge/{first}/{second}")
    check(steward, "side by side")
    send("main form", reason="")(steward)
    check(steward, "merge refused")
    steward.get_by_label("Why").fill("One firm.")
    steward.locator("input[name=keep]").last.check()
    steward.get_by_role("button", name="Merge").click()
    check(steward, "after a merge")
    steward.goto("/moderation/people")
    steward.get_by_label("E-mail address").fill("ines@example.org")
    steward.get_by_role("button", name="Look up").click()
    check(steward, "a person")
    steward.get_by_label("Why").fill("Insults.")
    steward.get_by_role("button", name="Suspend").click()
    steward.goto("/moderation/audit")
    steward.get_by_role("button", name="Show before and after").click()
    check(steward, "the trail with changes")


def test_empty_site(empty_site: Site, new_page: NewPage) -> None:
    page = new_page(empty_site)
    for path in ("/", "/search", "/search?process=sew&quantity=50", "/placements"):
        page.goto(path)
        check(page, f"{path} of an empty site")


def test_every_page_is_listed(site: Site) -> None:
    """A page that somebody adds must be looked at here too."""
    assert {case.covers for case in CASES} | {"errors"} >= html_pages(site.app)


OF_A_BRIEF = {f"briefs.{name}" for name in ("brief", "edit", "versions", "version", "copy")}  # test_brief_pages.py
OF_A_LISTING = {"suppliers.guide", "suppliers.guide_service", "suppliers.guide_weeks", "suppliers.remove_service"}
OF_ENQUIRIES = {f"enquiries.{name}" for name in ("enquiry", "quote", "compare_quotes")}  # test_enquiry_pages.py
OF_ORDERS = {f"orders.{name}" for name in ("order", "ask_to_accept", "ask_to_cancel", "studio")}  # test_order_looks.py
OF_WAITING = {"waiting.ask_to_join"}
OF_MODERATION = {"reports.report", "moderation.report", "moderation.supplier", "merging.compare"}
ELSEWHERE = OF_MODERATION | OF_WAITING | OF_ORDERS | OF_A_BRIEF | OF_A_LISTING | OF_ENQUIRIES
FILES = {"enquiries.file", "enquiries.compare_csv", "briefs.file", "orders.file"}
NOT_HTML = {"alert_links.feed", "feeds", "search_api", "calendars.read"} | FILES


def html_pages(app: Flask) -> set[str]:
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    return {name for name in found - ELSEWHERE if not {name, name.partition(".")[0]} & NOT_HTML}
