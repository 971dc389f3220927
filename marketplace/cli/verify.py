"""Check every invariant and say what is wrong."""

from __future__ import annotations

import sys

import click

from marketplace.cli.terminal import open_system


@click.command()
def verify() -> None:
    """Check the database and the search index; exit status 1 when anything is wrong."""
    from marketplace.checks import check_all

    system = open_system(migrated=False)
    wrong = 0
    for name, problems in check_all(system.database):
        wrong += len(problems)
        click.echo(f"{'ok   ' if not problems else 'WRONG'}  {name}")
        for problem in problems[:20]:
            click.echo(f"         {problem}")
    if wrong:
        click.echo(f"{wrong} problems found.", err=True)
        sys.exit(1)
    click.echo("Everything holds.")
