"""From a near-miss to a pool: a minimum is the wall, and other designers are already before it."""

from __future__ import annotations

import re

from browser_kit import DESK, NewPage, Site, axe_problems
from playwright.sync_api import expect


def test_from_a_near_miss_to_a_joined_pool(site: Site, new_page: NewPage) -> None:
    page = new_page(site, size=DESK, person="studio1@example.com")  # of Como; not in this pool
    run = "process=dye_fabric&quantity=22&unit=metre&width_cm=150&gsm=180"
    page.goto(f"/search?{run}&near=Como%2C+Italy&radius_km=30")
    near = page.get_by_role("region", name="Closest to fitting")
    expect(near).to_contain_text(re.compile(r"Minimum .* more of this cloth"))
    pools = page.get_by_role("region", name="Reach a minimum with other designers")
    pools.get_by_role("link", name=re.compile("indigo")).click()

    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"50 of 75 m, 3 designers, closes"))
    expect(main).to_contain_text("19 m missing for 3 designers")  # if all give what they can
    expect(main.get_by_label("How much")).to_have_value("22")
    main.get_by_label("Give or take").fill("4")
    main.get_by_role("button", name="Pledge").click()

    expect(main).to_contain_text(re.compile(r"72 of 75 m, 4 designers, closes"))
    expect(main).to_contain_text("Minimum reached")  # by what everybody gives or takes
    mine = page.get_by_role("region", name="Your pledge")
    expect(mine).to_contain_text("If the pool closed now, you would get")
    expect(mine).to_contain_text("your share of the set-up")
    expect(main).not_to_contain_text("Filo e Fosso")  # who else is in is nobody's business
    assert axe_problems(page) == []

    mine.get_by_role("button", name="Withdraw").click()
    expect(main).to_contain_text(re.compile(r"50 of 75 m, 3 designers, closes"))
    page.goto("/account/pools")
    expect(page.get_by_role("main")).not_to_contain_text("indigo")
