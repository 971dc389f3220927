"""Import and export tables."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from marketplace.cli.terminal import open_system, print_table, progress
from marketplace.errors import SelvedgeError

if TYPE_CHECKING:
    from marketplace.transfer.model import Report, Table
    from marketplace.web.context import System

KINDS = ("suppliers", "services", "capacity", "placements")
_MOST_SHOWN = 40


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document as the last line.")
def import_(kind: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a table of suppliers, services, capacity or placements (CSV, XLSX or XLS).

    Every row gets a verdict by the file's own line number. Bad rows never block good ones, and the same
    file twice changes nothing.
    """
    from marketplace.transfer.model import FileRefused, Problem, Report, Table

    system = open_system()
    try:
        report = _import(system, Table(kind), file, dry_run)
    except FileRefused as error:
        if as_json:
            problem = Problem(error.line, "", error.detail.removeprefix(f"Line {error.line}: "))
            report = Report(Table(kind), dry_run, problems=[problem])
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        raise
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    _print_report(report, dry_run)


def _import(system: System, table: Table, file: Path, dry_run: bool) -> Report:
    from marketplace.transfer.actions import import_table
    from marketplace.transfer.model import FileTooLarge

    limit = system.settings.upload_mb
    if file.stat().st_size > limit * 1_000_000:
        raise FileTooLarge(f"{file.name} is larger than {limit} MB. Split it, or raise SELVEDGE_UPLOAD_MB.")
    with progress(f"Reading {file.name}") as on_progress:
        return import_table(
            system.database,
            system.places,
            table,
            file.read_bytes(),
            file.name,
            datetime.now(UTC),
            dry_run=dry_run,
            limit_mb=limit,
            on_progress=on_progress,
            lowest_wages=system.settings.lowest_wages,
        )


def _print_report(report: Report, dry_run: bool) -> None:
    print_table("Columns", ["in the file", "read as"], [[c.header, c.column or "ignored"] for c in report.columns])
    if report.warnings:
        rows = [[str(p.line), p.column, p.message] for p in report.warnings[:_MOST_SHOWN]]
        print_table("To check", ["line", "column", "what"], rows)
    if report.problems:
        rows = [[str(p.line), p.column, p.message] for p in report.problems[:_MOST_SHOWN]]
        print_table("Refused", ["line", "column", "why"], rows)
        if len(report.problems) > _MOST_SHOWN:
            click.echo(f"... and {len(report.problems) - _MOST_SHOWN} more; --json lists all")
    if report.duplicates:
        rows = [[str(d.line), d.name, str(d.of), d.why] for d in report.duplicates[:_MOST_SHOWN]]
        print_table("Perhaps the same, imported all the same", ["line", "name", "like", "why"], rows)
    verb = "would be accepted" if dry_run else "accepted"
    click.echo(
        f"{report.rows} rows: {report.accepted} {verb} ({report.created} new, {report.updated} changed), "
        f"{report.unchanged} unchanged, {report.refused} refused"
    )


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--format", "form", type=click.Choice(("csv", "json", "geojson")), default="csv", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output if not given."
)
def export(kind: str, form: str, output: Path | None) -> None:
    """Export a table; importing it into an empty database gives the same again."""
    from marketplace.transfer.actions import export_geojson, export_objects, export_table
    from marketplace.transfer.model import Table

    if form == "geojson" and kind != "suppliers":
        raise click.UsageError("GeoJSON is for suppliers: they have a place.")
    system = open_system()
    with _written(output) as stream:
        if form == "csv":
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows(export_table(system.database, Table(kind)))
        elif form == "json":
            stream.write(json.dumps(export_objects(system.database, Table(kind)), ensure_ascii=False) + "\n")
        else:
            stream.write(json.dumps(export_geojson(system.database), ensure_ascii=False) + "\n")


@contextmanager
def _written(output: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that takes the place of an older one once it is whole.

    Errors: SelvedgeError when it can't be written; the older file is as it was then.
    """
    try:
        if output is None:
            yield sys.stdout
            sys.stdout.flush()
        elif output.exists() and not output.is_file():
            with output.open("w", encoding="utf-8", newline="") as stream:  # a pipe or a device: nothing to keep
                yield stream
        else:
            with _replacing(output.resolve()) as stream:  # where a link leads to: the link stays
                yield stream
    except BrokenPipeError:
        raise  # whoever reads has seen enough
    except OSError as error:
        if output is None:
            # What is still held back would be tried once more at the end, and fail with a traceback.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        where = f"{output}" if output else "to standard output"
        said = f"Cannot write {where}: {error.strerror or error}. Make room, or choose another file with --output."
        raise SelvedgeError(said) from error


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("x", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
