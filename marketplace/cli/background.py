"""Background work: what falls due on the running site."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import click

from marketplace.alerts.jobs import run_due
from marketplace.applications.jobs import run_due as settle_applications
from marketplace.booking.jobs import expire_holds
from marketplace.briefs.jobs import forget_removed
from marketplace.enquiries.jobs import run_due as settle_enquiries
from marketplace.errors import SelvedgeError
from marketplace.files.actions import cabinet_of
from marketplace.files.jobs import remove_orphans
from marketplace.idempotency.jobs import prune_answers
from marketplace.mail.sender import send_due
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


def work(system: System, live: LiveIndex, stop: threading.Event) -> None:
    """Work until told to stop; a database that is away for a while is no reason to end."""
    followers, tidy_at = Followers(), datetime.now(UTC)
    while not stop.wait(_WORK_EVERY_S):
        try:
            work_once(system, live, followers)
            if datetime.now(UTC) >= tidy_at:
                tidy_at = datetime.now(UTC) + _TIDY_EVERY
                tidy(system)
        except SelvedgeError as error:
            click.echo(f"Worker: {error}", err=True)


def work_once(system: System, live: LiveIndex, followers: Followers) -> tuple[int, int]:
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


def tidy(system: System) -> None:
    """What was removed a day ago is forgotten, kept answers after 30; bytes that belong to nothing leave the disk."""
    now = datetime.now(UTC)
    forget_removed(system.database, now)
    remove_orphans(system.database, cabinet_of(system.settings), now)
    prune_answers(system.database, now)
