"""Serve the site; do background work; the demonstration."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from marketplace.cli.terminal import open_system, progress
from marketplace.errors import SelvedgeError

if TYPE_CHECKING:
    from marketplace.web.context import System


@click.command()
def serve() -> None:
    """Migrate, then serve the site."""
    _serve(_open())


@click.command()
def demo() -> None:
    """Migrate, load the demonstration data if the database is empty, then serve."""
    from marketplace.accounts.password import hash_password
    from marketplace.demo.load import load_demo
    from marketplace.demo.people import DEMO_PASSWORD, DEMO_PEOPLE
    from marketplace.files.actions import cabinet_of

    system = _open()
    with progress("Demonstration data") as on_progress:
        summary = load_demo(
            system.database,
            datetime.now(UTC),
            password_hash=hash_password(DEMO_PASSWORD),
            on_progress=on_progress,
            cabinet=cabinet_of(system.settings),
        )
    if summary:
        click.echo(
            f"Loaded {summary.suppliers} invented suppliers with {summary.services} services "
            f"and {summary.placements} training placements."
        )
    click.echo("Sign in as one of these, password “" + DEMO_PASSWORD + "”:")
    for person in DEMO_PEOPLE:
        click.echo(f"  {person.email:<32} {person.role}")
    _serve(system, demo_logins=[(person.role, person.email, DEMO_PASSWORD) for person in DEMO_PEOPLE])


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
def worker(once: bool) -> None:
    """Do background work: run saved searches, send queued mail, feed the search server. `serve` does it too."""
    from marketplace.cli.background import Followers, tidy, work, work_once
    from marketplace.search.context import open_index
    from marketplace.search.meili.connect import open_indexer, start_feeding

    system = open_system()
    live = open_index(system)
    if once:
        if system.settings.meili_url:
            open_indexer(system).run_once()
        searches, mails = work_once(system, live, Followers())
        tidy(system)
        click.echo(f"{searches} saved searches run, {mails} mails sent")
        return
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    start_feeding(system, stop)
    click.echo("Working. Stop with Ctrl-C.")
    work(system, live, stop)


def _open() -> System:
    """Errors: SelvedgeError when the address to serve on can't be found, before work is put into a start."""
    system = open_system()
    settings = system.settings
    try:
        socket.getaddrinfo(None if settings.host == "*" else settings.host, settings.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SelvedgeError(
            f"SELVEDGE_HOST: {settings.host} was not found ({getattr(error, 'strerror', None) or 'it is no name'}). "
            "Write an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all."
        ) from error
    return system


def _serve(system: System, demo_logins: list[tuple[str, str, str]] | None = None) -> None:
    import waitress

    from marketplace.app import create_app
    from marketplace.cli.background import work
    from marketplace.mail.sender import spool_dir
    from marketplace.search.context import index_of, warm_up
    from marketplace.search.meili.connect import start_feeding

    app = create_app(system)
    app.extensions["demo_logins"] = demo_logins or []
    click.echo("Preparing place names and the search index ...")
    system.gazetteer.search("x")
    warm_up(app)
    gc.collect()
    gc.freeze()  # what stands now stands for good: collections need not walk it again
    stop = threading.Event()
    threading.Thread(target=work, args=(system, index_of(app), stop), daemon=True, name="worker").start()
    start_feeding(system, stop)
    settings = system.settings
    if not settings.mail_url:
        click.echo(f"No mail server is set: mails are written to {spool_dir(settings).absolute()}")
    try:
        server = waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,  # else ProxyFix gets none to read
            max_request_body_size=(max(settings.upload_mb, settings.file_mb) + 1) * 1_000_000,
            max_request_header_size=65_536,
        )
    except OSError as error:
        raise SelvedgeError(
            f"Cannot serve on {settings.host}:{settings.port} ({error.strerror}). "
            "Stop what runs there, set SELVEDGE_PORT to another port, or SELVEDGE_HOST to an address of this machine."
        ) from error
    click.echo(f"Selvedge is ready: {settings.site_url}  (stop with Ctrl-C)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress answers what it has begun, then stops
    try:
        server.run()
    finally:
        stop.set()
        system.database.dispose()
