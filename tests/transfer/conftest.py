"""Import and export as short calls; rows of the files stand in a module beside the tests."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from csv_rows import NOW, Dump, Load

from marketplace.db import Database
from marketplace.places.geocoders import PlaceFinder
from marketplace.transfer.actions import export_table, import_table
from marketplace.transfer.model import Report, Table


@pytest.fixture
def load(database: Database, places: PlaceFinder) -> Load:
    """load(text or bytes, kind=Table.SUPPLIERS, filename=..., dry_run=..., now=...)"""

    def run(content: str | bytes, kind: Table = Table.SUPPLIERS, **options: object) -> Report:
        data = content.encode() if isinstance(content, str) else content
        filename = options.pop("filename", "list.csv")
        now = options.pop("now", NOW)
        report = import_table(database, places, kind, data, filename, now, **options)  # type: ignore[arg-type]
        assert report.rows == report.accepted + report.refused + report.unchanged
        assert report.refused == len({problem.line for problem in report.problems})
        return report

    return run


@pytest.fixture
def dump(database: Database) -> Dump:
    """The CSV that an export writes."""

    def run(kind: Table) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(export_table(database, kind))
        return text.getvalue().encode()

    return run
