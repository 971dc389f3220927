"""Import and export tables."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marketplace.cli.terminal import open_system, print_table, progress
from marketplace.errors import SelvedgeError

if TYPE_CHECKING:
    from marketplace.transfer.model import Report

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
    from marketplace.transfer.actions import import_table
    from marketplace.transfer.model import Table

    system = open_system()
    limit = system.settings.upload_mb
    if file.stat().st_size > limit * 1_000_000:
        raise SelvedgeError(f"{file.name} is larger than {limit} MB. Split it, or raise SELVEDGE_UPLOAD_MB.")
    with progress(f"Reading {file.name}") as on_progress:
        report = import_table(
            system.database,
            system.places,
            Table(kind),
            file.read_bytes(),
            file.name,
            datetime.now(UTC),
            dry_run=dry_run,
            limit_mb=limit,
            on_progress=on_progress,
            lowest_wages=system.settings.lowest_wages,
        )
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    _print_report(report, dry_run)


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
    try:
        stream = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    except OSError as error:
        raise SelvedgeError(f"Cannot write {output}: {error.strerror}. Choose another file.") from error
    try:
        if form == "csv":
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows(export_table(system.database, Table(kind)))
        elif form == "json":
            stream.write(json.dumps(export_objects(system.database, Table(kind)), ensure_ascii=False) + "\n")
        else:
            stream.write(json.dumps(export_geojson(system.database), ensure_ascii=False) + "\n")
    finally:
        if output:
            stream.close()
