"""Make the search index anew."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from marketplace.cli.terminal import open_system, progress


@click.command()
@click.option("--if-needed", is_flag=True, help="Only where much has changed since the last time.")
def reindex(if_needed: bool) -> None:
    """Make the search index anew beside the old one, then swap it in. Searches go on meanwhile."""
    from marketplace.search.context import open_index, snapshots_of

    system = open_system()
    today = datetime.now(UTC).date()
    snapshots = snapshots_of(system)

    def is_fresh() -> bool:
        """Another process may just have done it."""
        if not if_needed or snapshots.open() is None:
            return False
        live = open_index(system)
        live.count()
        return not live.is_worn

    began = time.monotonic()
    with progress("Search index") as on_progress:
        made = snapshots.build(today, unless=is_fresh, progress=on_progress)
    click.echo(f"{made} sites indexed in {time.monotonic() - began:.1f} s" if made is not None else "Nothing to do")
