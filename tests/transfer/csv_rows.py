"""Rows of the CSV files, and what the tests of imports ask."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import func, select

from marketplace.changes.tables import ChangeRow
from marketplace.db import Database
from marketplace.suppliers import store
from marketplace.suppliers.model import Supplier
from marketplace.transfer.model import Report, Table

Load = Callable[..., Report]
Dump = Callable[[Table], bytes]
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BASE = {"external_id": "a1", "name": "Rosa", "country": "IT", "lat": "43.88", "lon": "11.1"}
SERVICE = {"supplier_external_id": "a1", "process": "sew", "min_quantity": "20", "unit": "piece", "basis": "style"}
WEEK = {
    "supplier_external_id": "a1",
    "process": "sew",
    "week_start": "2027-03-01",
    "open_quantity": "20",
    "unit": "piece",
}
PLACE = {"supplier_external_id": "a1", "process": "sew", "seats": "2", "starts_on": "2027-04-05", "months": "12"}


def table(*rows: dict[str, str]) -> str:
    """Rows as a CSV with the columns of all of them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def supplier(database: Database, external_id: str = "a1") -> Supplier:
    with database.reading() as session:
        found = store.find_by_external_id(session, external_id)
    assert found is not None
    return found


def change_count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ChangeRow)) or 0


def only_problem(report: Report, column: str) -> str:
    assert report.refused == 1
    assert [problem.column for problem in report.problems] == [column]
    return report.problems[0].message


def refused_service(load: Load, column: str, **cells: str) -> str:
    load(table(BASE))
    return only_problem(load(table(SERVICE | cells), Table.SERVICES), column)
