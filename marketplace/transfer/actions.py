"""Import a file, export a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts_store
from marketplace.accounts.model import Actor
from marketplace.db import Database
from marketplace.places.geocoders import PlaceFinder
from marketplace.transfer.export import export_geojson, export_objects, export_table
from marketplace.transfer.import_capacity import import_capacity
from marketplace.transfer.import_placements import import_placements
from marketplace.transfer.import_services import import_services
from marketplace.transfer.import_suppliers import import_suppliers
from marketplace.transfer.locating import Locator
from marketplace.transfer.model import FileTooLarge, Problem, Record, Report, Sheet, Table, Verdict
from marketplace.transfer.reader import MAXIMUM_ROWS, read_sheet
from marketplace.transfer.row import Row, Terms
from marketplace.transfer.run import Run, problem_order
from marketplace.units.wages import MinimumWage

__all__ = ["export_geojson", "export_objects", "export_table", "import_table"]

Progress = Callable[[int, int], None]

_IMPORTS: dict[Table, Callable[[Run, Iterable[Row]], None]] = {
    Table.SUPPLIERS: import_suppliers,
    Table.SERVICES: import_services,
    Table.CAPACITY: import_capacity,
    Table.PLACEMENTS: import_placements,
}


def import_table(
    database: Database,
    places: PlaceFinder,
    kind: Table,
    data: bytes,
    filename: str,
    now: datetime,
    *,
    dry_run: bool = False,
    limit_mb: int = 10,
    on_progress: Progress | None = None,
    lowest_wages: Sequence[MinimumWage] = (),
    by: Actor | None = None,
    most_rows: int = MAXIMUM_ROWS,
) -> Report:
    """Import a file: every good row in one write transaction, a reason for every other.

    `lowest_wages`: below these no placement is taken. `by`: who imports, if somebody who is signed in does.
    `filename` only tells a workbook from a text. `on_progress` gets (rows done, rows in all); a real run goes
    over the rows twice, see the package's notes.
    Errors: FileRefused and FileTooLarge when the file as a whole can't be read; Unavailable.
    Guarantee: the same file again changes nothing; a process killed in the middle has saved nothing. What is saved
    stands in the audit trail, one event for each thing: firm, further site, service, weeks of a resource, placement.
    """
    sheet = read_sheet(kind, data, filename, limit_mb)
    if len(sheet.records) > most_rows:
        raise FileTooLarge(f"The file has {len(sheet.records):,} rows; at most {most_rows:,} are taken here: split it.")
    passes = 1 if dry_run else 2
    counter = _Counter(len(sheet.records) * passes, on_progress)
    terms, locator = Terms(), Locator(places)
    with database.reading() as session:
        report = _go_over(session, kind, sheet, now, dry_run, False, terms, locator, counter, lowest_wages, by)
    if dry_run or not report.accepted:
        counter.finish()
        return report
    with database.writing() as session:
        final = _go_over(session, kind, sheet, now, dry_run, True, terms, locator, counter, lowest_wages, by)
    final.duplicates = report.duplicates  # looked for once, before the write lock was taken
    return final


class _Counter:
    """Reports progress about a hundred times, however long the file is."""

    def __init__(self, total: int, on_progress: Progress | None) -> None:
        self._done, self._total, self._on_progress = 0, total, on_progress
        self._step = max(1, total // 100)

    def __call__(self) -> None:
        self._done += 1
        if self._on_progress and (self._done % self._step == 0 or self._done == self._total):
            self._on_progress(self._done, self._total)

    def finish(self) -> None:
        if self._on_progress and self._done < self._total:
            self._on_progress(self._total, self._total)


def _go_over(
    session: Session,
    kind: Table,
    sheet: Sheet,
    now: datetime,
    dry_run: bool,
    writing: bool,
    terms: Terms,
    locator: Locator,
    counter: _Counter,
    lowest_wages: Sequence[MinimumWage],
    by: Actor | None,
) -> Report:
    report = Report(kind, dry_run, sheet.columns, sheet.ignored_lines)
    report.warnings.extend(sheet.warnings)
    index = {use.column: at for at, use in enumerate(sheet.columns) if use.column}
    members = accounts_store.organisations_with_members(session)
    run = Run(session, now, writing, report, terms, locator, members, counter, lowest_wages, by)
    _IMPORTS[kind](run, _readable(run, sheet.records, index))
    run.write_notes()
    report.problems.sort(key=problem_order)
    report.warnings.sort(key=problem_order)
    report.duplicates.sort(key=lambda duplicate: duplicate.line)
    return report


def _readable(run: Run, records: tuple[Record, ...], index: dict[str, int]) -> list[Row]:
    """Rows whose cells can be trusted; the others are refused."""
    rows: list[Row] = []
    for record in records:
        if record.problem:
            row = Row(record.line, {})
            row.problems.append(Problem(record.line, "", record.problem))
            run.settle(row, Verdict.REFUSED)
        else:
            rows.append(Row(record.line, {column: record.cells[at] for column, at in index.items()}))
    return rows
