"""Make docs/search.png and docs/quotes.png from a running site: python docs/make_picture.py http://127.0.0.1:8000

The search page for sewing 50 pieces within 40 km of Silver Lake, and the demonstration designer's quotes side by
side, 1440 x 900, light. The site should hold the demonstration data (`selvedge demo`). Needs playwright;
SELVEDGE_TEST_CHROMIUM names the browser, else the first Chromium on the path is taken, else playwright's own. Where
Pillow is installed the pictures are made smaller.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

QUESTION = {"process": "sew", "quantity": 50, "unit": "piece", "near": "Silver Lake, Los Angeles", "radius_km": 40}
DESIGNER, PASSWORD = "designer@example.com", "selvedge demo account"
LARGEST = 500_000
TIMEOUT_MS = 60_000


def take(site: str) -> dict[str, bytes]:
    """File name -> picture."""
    program = os.environ.get("SELVEDGE_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            base_url=site.rstrip("/"),
            viewport={"width": 1440, "height": 900},
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        page.set_default_timeout(TIMEOUT_MS)
        pictures = {"search.png": search(page), "quotes.png": quotes(page)}
        browser.close()
    return {name: smaller(picture) for name, picture in pictures.items()}


def search(page: Page) -> bytes:
    page.goto(f"/search?{urlencode(QUESTION)}", wait_until="networkidle")
    page.locator("[data-map] .pin, [data-map] .cluster").first.wait_for()
    page.locator("[data-map] .place__name").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    return page.screenshot()


def quotes(page: Page) -> bytes:
    page.goto("/sign-in?next=/account/enquiries")
    page.get_by_label("E-mail").fill(DESIGNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.goto("/account/enquiries")
    page.get_by_role("link", name="Side by side").first.click()
    page.locator(".compare").wait_for()
    page.evaluate("document.fonts.ready.then(() => true)")
    return page.screenshot()


def smaller(picture: bytes) -> bytes:
    try:
        from PIL import Image
    except ImportError:
        return picture
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256).save(buffer, "PNG", optimize=True)
    return min(picture, buffer.getvalue(), key=len)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {Path(__file__).name} http://127.0.0.1:8000")
    for name, picture in take(sys.argv[1]).items():
        if len(picture) > LARGEST:
            sys.exit(f"{name} has {len(picture):,} bytes, more than {LARGEST:,}: install Pillow to make it smaller")
        Path(__file__).with_name(name).write_bytes(picture)
        sys.stdout.write(f"{name}: {len(picture):,} bytes\n")


if __name__ == "__main__":
    main()
