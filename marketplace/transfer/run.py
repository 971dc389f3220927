"""One pass over the rows of a file: what every table's import needs, and where verdicts are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.accounts.model import Actor
from marketplace.audit import store as audit
from marketplace.audit.model import Entry
from marketplace.changes import store as changes
from marketplace.moderation.merging import store as merging
from marketplace.suppliers import store as suppliers_store
from marketplace.suppliers.model import Site, Supplier, SupplierId
from marketplace.transfer.escapes import read_site, write_site
from marketplace.transfer.locating import Locator
from marketplace.transfer.model import Problem, Report, Verdict
from marketplace.transfer.row import Row, Terms
from marketplace.units.wages import MinimumWage

_CHUNK = 250  # suppliers in memory at a time
_NOTED = 500  # events that one statement writes
MANAGED = "the firm manages this listing itself: ask its people to change it"


@dataclass(slots=True)
class Run:
    """`writing` False: everything is decided and nothing saved."""

    session: Session
    now: datetime
    writing: bool
    report: Report
    terms: Terms
    locator: Locator
    members: set[int]  # organisations somebody belongs to
    on_row: Callable[[], None] = field(default=lambda: None)
    lowest_wages: Sequence[MinimumWage] = ()
    by: Actor | None = None
    _noted: list[Entry] = field(default_factory=list)
    _changed: list[int] = field(default_factory=list)

    def note(
        self,
        row: Row,
        action: str,
        kind: str,
        public_id: str,
        organisation_id: int,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Put down for the audit trail what was saved, in the words of the same change on a page."""
        reason = f"imported, line {row.line} of the file"
        self._noted.append(Entry(action, kind, public_id, organisation_id, before, after, reason))
        if len(self._noted) >= _NOTED:
            self.write_notes()

    def change(self, supplier_id: int) -> None:
        """Put down for the log that the search index follows that a supplier changed."""
        self._changed.append(supplier_id)

    def write_notes(self) -> None:
        """`by` is nobody where the server's command line imports: who sits there has no account."""
        audit.record_all(self.session, self.now, self.by, self._noted)
        self._noted.clear()
        changes.record_all(self.session, self._changed)
        self._changed.clear()

    def settle(self, row: Row, verdict: Verdict) -> None:
        """Count a row once; one with problems is refused whatever else was thought of it."""
        self.on_row()
        if row.problems:
            self.report.count(Verdict.REFUSED)
            self.report.problems.extend(row.problems)
            return
        self.report.count(verdict)
        if verdict is not Verdict.UNCHANGED:
            self.report.warnings.extend(row.warnings)

    def refuse(self, row: Row, column: str, message: str) -> None:
        row.refuse(column, message)
        self.settle(row, Verdict.REFUSED)

    def is_managed(self, supplier: Supplier) -> bool:
        return supplier.organisation_id in self.members


def with_suppliers(run: Run, rows: Iterable[Row]) -> Iterator[tuple[Supplier, list[Row]]]:
    """Rows by the supplier they name, in the order of the file; rows of nobody are refused.

    One that was merged into another listing is matched, and nothing changes: that other one says what holds.
    """
    ids = suppliers_store.list_ids_by_external_id(run.session)
    merged = merging.merged_ids(run.session)
    groups: dict[int, list[Row]] = {}
    for row in rows:
        text = row.text("supplier_external_id")
        if not text:
            run.refuse(row, "supplier_external_id", "is missing")
        elif text not in ids:
            message = f"there is no supplier “{text[:60]}”: import suppliers first, or correct the id"
            run.refuse(row, "supplier_external_id", message)
        elif ids[text] in merged:
            run.settle(row, Verdict.UNCHANGED)
        else:
            groups.setdefault(ids[text], []).append(row)
    for chunk in chunks(list(groups)):
        # Before others are loaded the session forgets what it holds: nothing may be pending then.
        run.session.flush()
        found = {supplier.id: supplier for supplier in suppliers_store.list_by_ids(run.session, chunk)}
        for supplier_id in chunk:
            yield found[SupplierId(supplier_id)], groups[supplier_id]


def chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def site_keys(sites: Iterable[Site]) -> dict[tuple[str, int], Site]:
    """Sites by name and place among those of the same name, in the order they were added."""
    keys: dict[tuple[str, int], Site] = {}
    counts: dict[str, int] = {}
    for site in sites:
        name = site.draft.name
        counts[name] = counts.get(name, 0) + 1
        keys[name, counts[name]] = site
    return keys


def find_site(supplier: Supplier, row: Row) -> Site | None:
    """The listed site a row is about; None, and a problem noted, when it can't be told."""
    keys = site_keys(supplier.sites)
    text = row.text("site")
    if not text and len(supplier.sites) == 1:
        return supplier.sites[0]
    site = keys.get(read_site(text))
    if site is None:
        names = ", ".join(f"“{write_site(*key)}”" for key in keys)
        said = f"there is no site “{text[:60]}”" if text else "say which site"
        row.refuse("site", f"{said}; {supplier.profile.name} has {names[:300]}")
    return site


def problem_order(problem: Problem) -> tuple[int, str]:
    return problem.line, problem.column
