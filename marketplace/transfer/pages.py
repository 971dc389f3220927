"""Import a table in the browser: first what it would do, then the import."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.files.uploads import cabinet, takes_files
from marketplace.moderation import gate
from marketplace.transfer.actions import import_table
from marketplace.transfer.columns import COLUMNS
from marketplace.transfer.model import FileRefused, Report, Table
from marketplace.transfer.parked import drop, fetch, park
from marketplace.web.context import database, now, places, settings
from marketplace.web.routes import does

blueprint = Blueprint("transfer", __name__)
blueprint.before_request(gate.check)

# A browser waits for the whole file, twice; the worst file of so many rows takes some ten seconds.
MOST_ROWS = 2_000
_MOST_SHOWN = 200
_TABLES = [
    (Table.SUPPLIERS.value, "Suppliers"),
    (Table.SERVICES.value, "Services and their minimum runs"),
    (Table.CAPACITY.value, "Open weeks"),
    (Table.PLACEMENTS.value, "Training placements"),
]
_CHOOSE = "choose the file"
_GONE = "was imported already, or waited too long: choose it again"


@blueprint.get("/moderation/import")
@does("transfer.import")
def upload() -> str:
    return _page({"table": request.args.get("table", "")}, {})


@blueprint.post("/moderation/import")
@does("transfer.import")
@takes_files
def check() -> ResponseReturnValue:
    """What the file would do. Nothing is changed."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        return _page(request.form, {"file": _CHOOSE}), 422
    assert sent is not None
    filename = sent.filename or ""
    try:
        report = _import(_table(), data, filename, dry_run=True)
    except FileRefused as error:
        return _page(request.form, {"file": error.detail}), error.status
    token = park(cabinet(), data) if report.accepted else ""
    return _page(request.form, {}, report, filename, token)


@blueprint.post("/moderation/import/<token>")
@does("transfer.import")
def confirm(token: str) -> ResponseReturnValue:
    """The import. The rows are judged again, by what stands now."""
    data = fetch(cabinet(), token)
    if data is None:
        return _page(request.form, {"file": _GONE}), 404
    report = _import(_table(), data, request.form.get("filename", ""), dry_run=False)
    drop(cabinet(), token)
    done = "1 row is" if report.accepted == 1 else f"{report.accepted:,} rows are"
    flash(
        f"{done} imported: {report.created:,} new, {report.updated:,} changed. "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused.",
        "success",
    )
    return redirect(url_for(".upload", table=report.table.value), 303)


def _table() -> Table:
    typed = request.form.get("table", "")
    return Table(typed) if typed in set(Table) else Table.SUPPLIERS


def _import(table: Table, data: bytes, filename: str, *, dry_run: bool) -> Report:
    """Errors: FileRefused."""
    known = settings()
    return import_table(
        database(),
        places(),
        table,
        data,
        filename,
        now(),
        dry_run=dry_run,
        limit_mb=known.upload_mb,
        lowest_wages=known.lowest_wages,
        by=current_actor(),
        most_rows=MOST_ROWS,
    )


def _page(
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    report: Report | None = None,
    filename: str = "",
    token: str = "",
) -> str:
    return render_template(
        "transfer/import.html",
        table=typed.get("table") or Table.SUPPLIERS.value,
        tables=_TABLES,
        columns=[(label, COLUMNS[Table(value)]) for value, label in _TABLES],
        errors=dict(errors),
        report=report,
        refused=[(p.line, p.column, p.message) for p in report.problems] if report else [],
        to_check=[(p.line, p.column, p.message) for p in report.warnings] if report else [],
        twice=[(d.line, d.name, f"line {d.of}" if isinstance(d.of, int) else d.of, d.why) for d in report.duplicates]
        if report
        else [],
        filename=filename,
        token=token,
        most_rows=MOST_ROWS,
        most_mb=settings().upload_mb,
        most_shown=_MOST_SHOWN,
    )
