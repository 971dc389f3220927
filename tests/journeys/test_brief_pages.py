"""A brief from its first word to a repeat run, in a browser; every page of it as page_looks.py looks at pages."""

from __future__ import annotations

import re

from browser_kit import NewPage, Site, in_weeks, sign_up
from page_looks import check, send
from playwright.sync_api import Page, expect

PDF = {"name": "tech pack with a long name, size chart and measurements.pdf", "mimeType": "application/pdf"}


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name="Save", exact=True).click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main button", has_text=name).first.click()


def test_a_brief_from_beginning_to_end(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site)
    sign_up(page, "Ines", "ines@example.org", "designer")
    page.goto("/account/briefs")
    check(page, "no brief yet")
    page.get_by_role("link", name="Write your first brief").click()
    page.get_by_label("Name", exact=True).fill("Chore jacket with a name as long as people give them, second fitting")
    page.locator("[name=colour-0]").fill("washed indigo, lot by lot")
    for column, pieces in enumerate(("10", "20", "15")):
        page.locator(f"[name=pieces-0-{column}]").fill(pieces)
    expect(page.locator("[data-total]")).to_have_text("45")
    press(page, "Add a colour")
    press(page, "Add a size")
    expect(page.locator("[data-total]")).to_have_text("45")
    page.locator("summary", has_text="Take one out").click()
    check(page, "the table, larger")
    page.locator("[name=colour-1]").fill("ecru")
    page.locator("[name=pieces-1-1]").fill("12")
    save(page)
    check(page, "a brief with questions left")
    address = page.url
    page.get_by_role("link", name="What is the cloth made of?").click()
    expect(page.get_by_label("Made of")).to_be_in_viewport()
    page.get_by_label("Made of").fill("100 % cotton, twill")
    page.get_by_label("Weight", exact=True).fill("320")
    page.get_by_label("Width").fill("150")
    page.get_by_label("Who brings it").select_option("studio")
    page.get_by_label("Product").select_option(label="Jackets/Blazers")
    page.get_by_label("Spreading and cutting").check()
    page.get_by_label("Sewing and assembly").check()
    page.get_by_label("Needed by").fill(in_weeks(16))
    page.get_by_label("Goes to").fill("Prato, Italy")
    save(page)
    check(page, "only the file is missing")
    page.get_by_label("Add files").set_input_files([{**PDF, "buffer": b"%PDF-1.7\n" + b"x" * 4000}])
    press(page, "Add")
    expect(page.locator("main")).to_contain_text("Ready to price")
    check(page, "ready to price")
    page.get_by_label("Add files").set_input_files(
        [{"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}]
    )
    press(page, "Add")
    check(page, "a file refused")
    press(page, "Remove")
    check(page, "a file removed, may be put back")
    press(page, "Put back")
    page.goto(f"{address}/edit")
    send("#brief-form", title="", by="soon", gsm="heavy", **{"pieces-0-0": "many", "size-1": "S"})(page)
    check(page, "change refused")
    summary, legend = (page.locator(at).bounding_box() for at in ("#error-summary", "#brief-form legend >> nth=0"))
    assert summary
    assert legend
    assert summary["y"] + summary["height"] + 12 <= legend["y"]  # the red box stands clear of the heading
    page.goto(f"{address}/versions")
    check(page, "versions")
    page.get_by_role("link", name="Version 1", exact=True).click()
    check(page, "an old version")
    page.goto(address)
    page.get_by_role("link", name="Repeat this run").click()
    check(page, "repeat a run")
    send("main form", title="")(page)
    check(page, "repeat refused")
    page.get_by_label("Name of the new run").fill("Chore jacket, autumn")
    page.get_by_label("Pattern revision").fill("B")
    page.get_by_label("What is different").fill("Collar 1 cm narrower.")
    press(page, "Go on")
    check(page, "change a repeat")
    save(page)
    check(page, "a repeat")
    press(page, "Archive")
    check(page, "archived")
    page.goto("/account/briefs")
    check(page, "the list")
    page.goto("/account/briefs?state=archived")
    check(page, "the archive")


def test_two_people_change_one_brief(own_site: Site, new_page: NewPage) -> None:
    first = new_page(own_site, person="designer@example.com")
    second = new_page(own_site, person="designer@example.com")
    first.goto("/account/briefs/new")
    first.get_by_label("Name", exact=True).fill("Work coat")
    save(first)
    for page in (first, second):
        page.goto(f"{first.url.removesuffix('/edit')}/edit")
    first.get_by_label("Made of").fill("wool")
    save(first)
    second.get_by_label("Needed by").fill(in_weeks(12))
    with second.expect_navigation():  # 409 is an answer, and the browser says so in its console
        second.locator("main").get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_label("Made of")).to_have_value("wool")
    expect(second.get_by_label("Needed by")).to_have_value(in_weeks(12))
    check(second, "somebody else saved meanwhile")
    save(second)
    expect(second.locator("main")).to_contain_text("wool")


def test_the_table_without_javascript(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site, person="designer@example.com", javascript=False)
    page.goto("/account/briefs/new")
    page.get_by_label("Name", exact=True).fill("Shirt")
    page.locator("summary", has_text="From a spreadsheet").click()
    page.get_by_label("Cells").fill("\tXS\tS\tM\nwhite\t4\t8\t6\nsky\t2\t4\t3")
    press(page, "Fill the table")
    expect(page.locator("[data-total]")).to_have_text("27")
    page.get_by_label("Name", exact=True).press("Enter")  # saves; it presses none of the table's buttons
    page.wait_for_url(re.compile("/account/briefs/[0-9a-f]{32}$"))
    expect(page.locator("main")).to_contain_text("27 pieces in 2 colours and 3 sizes")


def test_cells_are_pasted_into_the_table(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site, person="designer@example.com")
    page.goto("/account/briefs/new")

    def paste(selector: str, text: str) -> None:
        page.locator(selector).evaluate(
            """(cell, text) => {
                const clipboardData = new DataTransfer();
                clipboardData.setData("text/plain", text);
                cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
            }""",
            text,
        )

    paste("[name=pieces-0-1]", "7\t9\r\n")
    expect(page.locator("[name=pieces-0-2]")).to_have_value("9")
    expect(page.locator("[data-total]")).to_have_text("16")
    paste("[name=pieces-0-1]", "\tS\tM\nred\t1\t2")  # too large: it goes where tables are read
    expect(page.get_by_label("Cells")).to_have_value("\tS\tM\nred\t1\t2")
    expect(page.locator("[data-total]")).to_have_text("16")


def test_a_shortlist_from_the_search(own_site: Site, new_page: NewPage) -> None:
    page = new_page(own_site, person="designer@example.com")
    page.goto("/search?process=sew&quantity=50&near=Silver+Lake%2C+Los+Angeles&radius_km=40")
    page.get_by_role("button", name=re.compile("^ ?Shortlist")).first.click()
    kept = page.get_by_role("link", name="On your shortlist")
    expect(kept).to_have_count(1)
    check(page, "one of the results kept")
    kept.click()
    page.wait_for_url("**/account/shortlist")
    check(page, "shortlist")
    page.get_by_label("Note").fill("Quick; ask for Rosa.")
    press(page, "Save the note")
    page.get_by_role("link", name="Ask for a quote").click()
    check(page, "which run?")
    page.goto("/account/shortlist")
    press(page, "Remove")
    check(page, "taken off, may be had back")
    press(page, "Have it back")
    expect(page.get_by_label("Note")).to_have_value("Quick; ask for Rosa.")
