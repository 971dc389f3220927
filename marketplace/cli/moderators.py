"""Make somebody a moderator, or a person like everybody again: whoever runs the site decides that, no page does."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from marketplace.cli.terminal import open_system


@click.command()
@click.argument("email")
@click.option("--remove", is_flag=True, help="Take the right away again.")
def moderator(email: str, remove: bool) -> None:
    """Make the account with this address a moderator's."""
    from marketplace.moderation.actions import set_moderator

    person = set_moderator(open_system().database, email, not remove, datetime.now(UTC))
    click.echo(f"{person.name} ({person.email}) is {'no longer' if remove else 'now'} a moderator.")
