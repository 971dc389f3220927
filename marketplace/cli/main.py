"""The group of commands, and how their errors are shown: one sentence that says what to do."""

from __future__ import annotations

import logging
import sys
from typing import Any

import click

from marketplace.cli import bench, index, moderators, route, search, server, tables, verify
from marketplace.errors import Invalid, SelvedgeError, SettingsError


class _Group(click.Group):
    """Exit status 2 for wrong usage, 1 for failure; never a traceback for what a person can put right."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Invalid as error:
            for name, text in error.problems.items():
                click.echo(f"{name}: {text}", err=True)
            sys.exit(2)
        except (SelvedgeError, SettingsError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        except BrokenPipeError:
            sys.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="selvedge", prog_name="selvedge")
def main() -> None:
    """Supplier capacity for small-batch fashion: who can make it, how many, by when.

    Settings are environment variables SELVEDGE_...; see docs/operators.md.
    """
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)


for command in (
    server.demo,
    server.serve,
    server.worker,
    search.search,
    route.route,
    tables.import_,
    tables.export,
    moderators.moderator,
    verify.verify,
    index.reindex,
    bench.bench,
):
    main.add_command(command)
