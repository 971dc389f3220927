"""What an import says about a file: verdicts by row, with the file's own line numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from marketplace.errors import SelvedgeError


class Table(StrEnum):
    SUPPLIERS = "suppliers"
    SERVICES = "services"
    CAPACITY = "capacity"
    PLACEMENTS = "placements"


class FileRefused(SelvedgeError):
    """Nothing of the file can be read; the sentence says what to do. `line` is 0 where no line is to blame."""

    status = 422
    slug = "file-refused"
    title = "That file could not be read"

    def __init__(self, detail: str, line: int = 0) -> None:
        super().__init__(f"Line {line}: {detail}" if line else detail)
        self.line = line


class FileTooLarge(FileRefused):
    status = 413
    slug = "file-too-large"
    title = "That file is too large"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused, or what to check in one that is not. `line` is where the row starts in the file."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column of the file was read as; '' means that it is ignored."""

    header: str
    column: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A new supplier that may be listed already: to look at, never merged by itself."""

    line: int
    name: str
    of: int | str  # line of the file, or the name of the listed supplier
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file. `problem` says why its cells can't be trusted."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read: what each column is, and the rows below the header."""

    columns: tuple[ColumnUse, ...]
    records: tuple[Record, ...]
    ignored_lines: int = 0
    warnings: tuple[Problem, ...] = ()


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class Report:
    """Guarantee: rows = accepted + refused + unchanged, and accepted = created + updated."""

    table: Table
    dry_run: bool
    columns: tuple[ColumnUse, ...] = ()
    ignored_lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)  # of refused rows
    warnings: list[Problem] = field(default_factory=list)  # of rows that are taken all the same
    duplicates: list[Duplicate] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.created + self.updated

    @property
    def rows(self) -> int:
        return self.accepted + self.refused + self.unchanged

    def count(self, verdict: Verdict) -> None:
        setattr(self, verdict.value, getattr(self, verdict.value) + 1)

    def as_dict(self) -> dict[str, Any]:
        """For --json and the API."""
        return {
            "table": self.table.value,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "accepted": self.accepted,
            "refused": self.refused,
            "unchanged": self.unchanged,
            "created": self.created,
            "updated": self.updated,
            "ignored_lines": self.ignored_lines,
            "columns": [asdict(column) for column in self.columns],
            "problems": [asdict(problem) for problem in self.problems],
            "warnings": [asdict(warning) for warning in self.warnings],
            "duplicates": [asdict(duplicate) for duplicate in self.duplicates],
        }
