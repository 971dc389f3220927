"""Serve the site; do background work; the demonstration."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import click

from marketplace.alerts.jobs import run_due
from marketplace.applications.jobs import run_due as settle_applications
from marketplace.booking.jobs import expire_holds
from marketplace.briefs.jobs import forget_removed
from marketplace.cli.terminal import open_system, progress
from marketplace.enquiries.jobs import run_due as settle_enquiries
from marketplace.errors import SelvedgeError
from marketplace.files.actions import cabinet_of
from marketplace.files.jobs import remove_orphans
from marketplace.idempotency.jobs import prune_answers
from marketplace.mail.sender import send_due, spool_dir
from marketplace.notices.jobs import mail_due
from marketplace.orders.actions import complete_due
from marketplace.placements import saved as placement_searches
from marketplace.pools.actions import close_due as close_pools
from marketplace.search.sync import LiveIndex
from marketplace.waiting.jobs import Follower, run_lines, tell_short_notices
from marketplace.web.context import System

_WORK_EVERY_S = 5
_TIDY_EVERY = timedelta(hours=1)


@dataclass(slots=True)
class Followers:
    """What a worker remembers between its rounds: how far it has followed the change log for each of its tasks."""

    lines: Follower = field(default_factory=Follower)
    placements: placement_searches.Follower = field(default_factory=placement_searches.Follower)


@click.command()
def serve() -> None:
    """Migrate, then serve the site."""
    _serve(open_system())


@click.command()
def demo() -> None:
    """Migrate, load the demonstration data if the database is empty, then serve."""
    from marketplace.accounts.password import hash_password
    from marketplace.demo.load import load_demo
    from marketplace.demo.people import DEMO_PASSWORD, DEMO_PEOPLE

    system = open_system()
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
    from marketplace.search.context import open_index
    from marketplace.search.meili.connect import open_indexer, start_feeding

    system = open_system()
    live = open_index(system)
    if once:
        if system.settings.meili_url:
            open_indexer(system).run_once()
        searches, mails = _work_once(system, live, Followers())
        _tidy(system)
        click.echo(f"{searches} saved searches run, {mails} mails sent")
        return
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    start_feeding(system, stop)
    click.echo("Working. Stop with Ctrl-C.")
    _work(system, live, stop)


def _serve(system: System, demo_logins: list[tuple[str, str, str]] | None = None) -> None:
    import waitress

    from marketplace.app import create_app
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
    threading.Thread(target=_work, args=(system, index_of(app), stop), daemon=True, name="worker").start()
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
            "Stop what runs there, or set SELVEDGE_PORT to another port."
        ) from error
    click.echo(f"Selvedge is ready: {settings.site_url}  (stop with Ctrl-C)")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress answers what it has begun, then stops
    try:
        server.run()
    finally:
        stop.set()
        system.database.dispose()


def _work(system: System, live: LiveIndex, stop: threading.Event) -> None:
    """Work until told to stop; a database that is away for a while is no reason to end."""
    followers, tidy_at = Followers(), datetime.now(UTC)
    while not stop.wait(_WORK_EVERY_S):
        try:
            _work_once(system, live, followers)
            if datetime.now(UTC) >= tidy_at:
                tidy_at = datetime.now(UTC) + _TIDY_EVERY
                _tidy(system)
        except SelvedgeError as error:
            click.echo(f"Worker: {error}", err=True)


def _work_once(system: System, live: LiveIndex, followers: Followers) -> tuple[int, int]:
    """Returns how many saved searches were run, and how many mails sent."""
    now = datetime.now(UTC)
    expire_holds(system.database, now)
    settle_enquiries(system.database, now)
    searches = run_due(system.database, live, system.settings.site_url, now)
    complete_due(system.database, now)
    run_lines(system.database, followers.lines, now, timedelta(hours=system.settings.offer_hours))
    close_pools(system.database, now)
    tell_short_notices(system.database, now)
    settle_applications(system.database, now, system.settings.application_days)
    placement_searches.run_due(system.database, followers.placements, now)
    mail_due(system.database, system.settings.site_url, system.settings.timezone, now)
    return searches, send_due(system.database, system.settings, now)


def _tidy(system: System) -> None:
    """What was removed a day ago is forgotten, kept answers after 30; bytes that belong to nothing leave the disk."""
    now = datetime.now(UTC)
    forget_removed(system.database, now)
    remove_orphans(system.database, cabinet_of(system.settings), now)
    prune_answers(system.database, now)
