"""Make docs/search.png from a running site: python docs/make_picture.py http://127.0.0.1:8000

The search page for sewing 50 pieces within 40 km of Silver Lake, 1440 x 900, light. The site should hold the
demonstration data (`selvedge demo`). Needs playwright; SELVEDGE_TEST_CHROMIUM names the browser, else the first
Chromium on the path is taken, else playwright's own. Where Pillow is installed the picture is made smaller.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

QUESTION = {"process": "sew", "quantity": 50, "unit": "piece", "near": "Silver Lake, Los Angeles", "radius_km": 40}
PICTURE = Path(__file__).with_name("search.png")
LARGEST = 500_000
TIMEOUT_MS = 60_000


def take(site: str) -> bytes:
    program = os.environ.get("SELVEDGE_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": 1440, "height": 900}, color_scheme="light", reduced_motion="reduce", locale="en-GB"
        )
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(f"{site.rstrip('/')}/search?{urlencode(QUESTION)}", wait_until="networkidle")
        page.locator("[data-map] .pin, [data-map] .cluster").first.wait_for()
        page.locator("[data-map] .place__name").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => true)")
        picture = page.screenshot()
        browser.close()
    return smaller(picture)


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
    picture = take(sys.argv[1])
    if len(picture) > LARGEST:
        sys.exit(f"the picture has {len(picture):,} bytes, more than {LARGEST:,}: install Pillow to make it smaller")
    PICTURE.write_bytes(picture)
    sys.stdout.write(f"{PICTURE.name}: {len(picture):,} bytes\n")


if __name__ == "__main__":
    main()
