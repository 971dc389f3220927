"""Pages that exist only in the course of something: a first listing, a saved search, a report."""

from __future__ import annotations

import re

from browser_kit import PASSWORD, NewPage, Site, in_weeks, sign_up
from page_looks import MODERATOR, QUESTION, check, send
from sqlalchemy import text


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
    steward.goto("/moderation/import")
    heads, rows = (
        b"external_id,name,country,lat,lon\n",
        (b"m1,Nova,IT,43.9,11.1\n", b"m2,Lost,IT,943,11\n", b"m3,Nuova,FR,43.9,11\n"),
    )
    sheet = heads + b"".join(rows)
    steward.get_by_label("The file").set_input_files({"name": "members.csv", "mimeType": "text/csv", "buffer": sheet})
    steward.get_by_role("button", name="See what it would do").click()
    check(steward, "what a file would do")
    steward.get_by_role("button", name="Import 2 rows").click()
    check(steward, "after an import")
    assert "2 rows are imported: 2 new" in steward.content()


def test_empty_site(empty_site: Site, new_page: NewPage) -> None:
    page = new_page(empty_site)
    for path in ("/", "/search", "/search?process=sew&quantity=50", "/placements"):
        page.goto(path)
        check(page, f"{path} of an empty site")
