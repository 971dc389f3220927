"""Records of a CSV text with the line each starts on. Pure.

The csv module alone loses the place when a quotation mark is never closed: it swallows the rest of the file
as one field. Here such a record costs its own line only, and reading goes on with the next one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from marketplace.transfer.model import FileRefused, Record

SEPARATORS = (",", ";", "\t")
MAXIMUM_BREAKS = 20  # line breaks in one field
MAXIMUM_RECORD = 65_536  # bytes
_MAXIMUM_LINES = 100  # of one record: several fields may have line breaks
_ERROR_VALUE = re.compile(r"\s*#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)", re.IGNORECASE)


class CsvText:
    """Iterate once: the records that are not blank and no comment. `ignored` counts the lines left out."""

    def __init__(self, text: str, separator: str, first_line: int = 1) -> None:
        self._lines = lines_of(text)
        self._separator = separator
        self._first = first_line
        self.ignored = 0

    def __iter__(self) -> Iterator[Record]:
        at = self._first - 1
        while at < len(self._lines):
            line = self._lines[at]
            if is_ignored(line, self._separator):
                self.ignored += 1
                at += 1
                continue
            record, used = self._record(at)
            at += used
            if not record.problem and not any(cell.strip() for cell in record.cells):
                self.ignored += used
                continue
            yield record

    def _record(self, at: int) -> tuple[Record, int]:
        """The record that starts on a line, and how many lines it takes."""
        number, line = at + 1, self._lines[at]
        if _bytes_over(line, MAXIMUM_RECORD):
            return Record(number, (), "the row is longer than 64 KB"), 1
        if '"' not in line:
            return Record(number, tuple(line.split(self._separator))), 1
        chunk: list[str] = []
        fed = 0

        def feed() -> Iterator[str]:
            nonlocal fed
            for following in self._lines[at : at + _MAXIMUM_LINES]:
                fed += 1
                chunk.append(following)
                yield following + "\n"

        try:
            cells = next(csv.reader(feed(), delimiter=self._separator, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error) or fed > 1:
                return Record(number, (), "a quotation mark is opened here and never closed"), 1
            return Record(number, (), 'a quotation mark inside a quoted cell must be doubled ("")'), 1
        if any(cell.count("\n") > MAXIMUM_BREAKS for cell in cells):
            problem = f"a cell has more than {MAXIMUM_BREAKS} line breaks; perhaps its quotation mark is not closed"
            return Record(number, (), problem), 1
        if _bytes_over("\n".join(chunk), MAXIMUM_RECORD):
            return Record(number, (), "the row is longer than 64 KB"), fed
        return Record(number, tuple(cells)), fed


def lines_of(text: str) -> list[str]:
    """Lines by LF, CR LF or CR alone (old Macs), and by nothing else: U+2028 may stand inside a cell."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def is_ignored(line: str, separator: str) -> bool:
    """Blank lines, lines of separators only and comments; '#REF!' in the first cell is damage, no comment."""
    if line.startswith("#"):
        return not _ERROR_VALUE.match(line)
    return not line.strip(separator + " \t")


def header_line(text: str) -> tuple[int, str, str]:
    """(line number, line, separator stated by a leading 'sep=;') of the first line that says something.

    Errors: FileRefused when there is none.
    """
    stated = ""
    for number, line in enumerate(lines_of(text), start=1):
        if line.lower() in ("sep=,", "sep=;", "sep=\t"):
            stated = line[4:]
        elif not any(is_ignored(line, separator) for separator in SEPARATORS):
            return number, line, stated
    raise FileRefused("The file is empty: it has no line of column names.")


def _bytes_over(text: str, limit: int) -> bool:
    return len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit)
