"""A real server and a real browser for the journeys.

The server is waitress over a fresh SQLite file, a copy of a template that holds the demonstration data and is
made once a session (once for all processes of pytest-xdist). `site` is shared and only read, or written under
accounts of a test's own. `own_site` is a test's alone; on it the demonstration people have had no dealings with each
other, which they have in `selvedge demo` and on `site`.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser_kit import DESK, TIMEOUT_MS, Guard, NewPage, Site, find_chromium
from databases import quiet
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from marketplace.app import create_app
from marketplace.db import Database, open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder
from marketplace.settings import Settings
from marketplace.web.context import System


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# ---- The browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = find_chromium(playwright.chromium.executable_path)
    if program is None:
        message = "no Chromium found: install one, or set SELVEDGE_TEST_CHROMIUM; the journeys are not tested"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # The last switch makes sure that nothing leaves this machine even where a page asks for it.
    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    switches += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    return {**browser_type_launch_args, "executable_path": program, "args": switches}


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open a page of a site in a context of its own: new_page(site, width=390, javascript=False, person="...").

    When the test ends, every page must have asked only its own server, without a console error.
    """
    contexts: list[tuple[BrowserContext, Guard]] = []

    def open_page(
        site: Site,
        *,
        size: dict[str, int] | None = None,
        javascript: bool = True,
        person: str | None = None,
        **options: Any,
    ) -> Page:
        options = {"reduced_motion": "reduce", "locale": "en-GB", "color_scheme": "light", **options}
        context = browser.new_context(
            base_url=site.url,
            viewport=size or DESK,
            java_script_enabled=javascript,
            storage_state=site.state_of(browser, person) if person else None,
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append((context, Guard(context, site.url)))
        return context.new_page()

    yield open_page
    for context, _ in contexts:
        context.close()
    problems = [problem for _, guard in contexts for problem in guard.problems]
    assert not problems, "\n".join(problems)


# ---- The server -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(demo_template: Path, gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with _serve(demo_template, gazetteer, tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture
def own_site(demo_template: Path, gazetteer: Gazetteer, tmp_path: Path) -> Iterator[Site]:
    with _serve(quiet(demo_template), gazetteer, tmp_path) as started:
        yield started


@pytest.fixture
def empty_site(sqlite_template: Path, gazetteer: Gazetteer, tmp_path: Path) -> Iterator[Site]:
    with _serve(sqlite_template, gazetteer, tmp_path) as started:
        yield started


@contextmanager
def _serve(template: Path, gazetteer: Gazetteer, folder: Path) -> Iterator[Site]:
    import waitress

    shutil.copy(template, folder / "selvedge.sqlite3")
    url = f"sqlite:///{folder / 'selvedge.sqlite3'}"
    settings = Settings(data_dir=folder, database_url=url, secret_key="t" * 32, port=1)
    database: Database = open_database(url, busy_timeout_ms=20_000)
    app = create_app(System(settings=settings, database=database, gazetteer=gazetteer, places=PlaceFinder(gazetteer)))
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.effective_port}", app, database, settings)
    finally:
        server.close()
        thread.join(10)
        database.dispose()
