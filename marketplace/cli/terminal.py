"""What commands share: the system from the settings, tables, progress."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from marketplace.errors import SelvedgeError

if TYPE_CHECKING:
    from marketplace.settings import Settings
    from marketplace.web.context import System


def open_system(*, is_read_only: bool = False) -> System:
    """The system of the settings, its schema brought up to date, or as it stands and only to read.

    Errors: SettingsError; SelvedgeError when the database cannot be opened.
    """
    from marketplace.db import migrate
    from marketplace.db.engine import reason
    from marketplace.settings import load_settings
    from marketplace.wiring import build_system

    settings, warnings = load_settings()
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    logging.getLogger().setLevel(settings.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a start is not an event
    try:
        system = build_system(settings, is_read_only=is_read_only)
    except OSError as error:
        said = f"Cannot use the data folder {settings.data_dir} ({error.strerror}). Set SELVEDGE_DATA_DIR to another."
        raise SelvedgeError(said) from error
    except ValueError as error:
        raise SelvedgeError(f"Cannot start: {error}") from error
    if not is_read_only:
        try:
            migrate.upgrade(system.database)
        except SelvedgeError as error:
            raise SelvedgeError(f"The database at {_shown(settings)} cannot be used: {error}") from error
        except Exception as error:
            said = f"The database at {_shown(settings)} cannot be brought up to date: {reason(error)}"
            raise SelvedgeError(said) from error
    return system


def _shown(settings: Settings) -> str:
    """The database's address without its password."""
    from sqlalchemy import make_url

    return make_url(settings.database).render_as_string(hide_password=True)


def is_terminal() -> bool:
    return sys.stdout.isatty()


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated text when piped."""
    if not is_terminal():
        for row in (columns, *rows):
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        right = column in ("km", "lead", "finish", "line")
        table.add_column(column, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # as text: names may hold brackets
    Console().print(table)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, shown once work takes over a second; nothing when that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: tuple[Any, ...] = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
