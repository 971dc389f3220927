"""Check every invariant and say what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from marketplace.cli.terminal import open_system

if TYPE_CHECKING:
    from marketplace.web.context import System


@click.command()
def verify() -> None:
    """Check the database and the search index, and change nothing; exit status 1 when anything is wrong."""
    wrong = 0
    for name, problems in _checks(open_system(is_read_only=True)):
        wrong += len(problems)
        click.echo(f"{'ok   ' if not problems else 'WRONG'}  {name}")
        for problem in problems[:20]:
            click.echo(f"         {problem}")
    if wrong:
        click.echo(f"{wrong} problem{'' if wrong == 1 else 's'} found.", err=True)
        sys.exit(1)
    click.echo("Everything holds.")


def _checks(system: System) -> Iterator[tuple[str, list[str]]]:
    from marketplace.checks import check_all, found_by
    from marketplace.files.actions import cabinet_of
    from marketplace.files.jobs import damaged
    from marketplace.search.meili.connect import differences

    for place, (name, problems) in enumerate(check_all(system.database)):
        yield name, problems
        if problems and not place:
            return  # another schema: the other checks read tables that may not be there
    yield "bytes of every file are there", found_by(lambda: damaged(system.database, cabinet_of(system.settings)))
    if system.settings.meili_url:
        yield "search server equals the published sites", found_by(lambda: differences(system))
