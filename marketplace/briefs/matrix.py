"""The table of sizes and colours as it is typed: read, given more rows and columns, filled from a spreadsheet. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.briefs.model import MAXIMUM_COLOURS, MAXIMUM_SIZES, Line
from marketplace.text import clean_line
from marketplace.units import parse_decimal

MAXIMUM_PIECES = 100_000  # of one size in one colour
MAXIMUM_LABEL = 60
MAXIMUM_PASTE = 20_000
FIELD = "lines"  # where a problem of the whole table is shown
_FIRST_SIZES = ("S", "M", "L")


@dataclass(frozen=True, slots=True)
class Matrix:
    """One column for each size, one row for each colour; `cells[row][column]`, all as typed."""

    sizes: tuple[str, ...] = _FIRST_SIZES
    colours: tuple[str, ...] = ("",)
    cells: tuple[tuple[str, ...], ...] = (("",) * len(_FIRST_SIZES),)

    @property
    def is_empty(self) -> bool:
        return not any(cell.strip() for row in self.cells for cell in row)


@dataclass(slots=True)
class _Table:
    sizes: list[str]
    colours: list[str]
    cells: dict[tuple[int, int], str] = field(default_factory=dict)

    def frozen(self) -> Matrix:
        rows = range(len(self.colours))
        columns = range(len(self.sizes))
        cells = tuple(tuple(self.cells.get((row, column), "") for column in columns) for row in rows)
        return Matrix(tuple(self.sizes), tuple(self.colours), cells)


def matrix_of(lines: Sequence[Line]) -> Matrix:
    """The table that shows these lines."""
    if not lines:
        return Matrix()
    table = _Table(list(dict.fromkeys(line.size for line in lines)), list(dict.fromkeys(line.colour for line in lines)))
    for line in lines:
        table.cells[table.colours.index(line.colour), table.sizes.index(line.size)] = str(line.pieces)
    return table.frozen()


def typed_matrix(form: Mapping[str, str]) -> Matrix:
    """The table that a form holds: size-0, size-1, ..., colour-0, ..., pieces-ROW-COLUMN."""
    sizes = [form[f"size-{n}"] for n in range(MAXIMUM_SIZES) if f"size-{n}" in form]
    colours = [form[f"colour-{n}"] for n in range(MAXIMUM_COLOURS) if f"colour-{n}" in form]
    if not sizes or not colours:
        return Matrix()
    table = _Table(sizes, colours)
    for row in range(len(colours)):
        for column in range(len(sizes)):
            table.cells[row, column] = form.get(f"pieces-{row}-{column}", "")
    return table.frozen()


def changed(matrix: Matrix, asked: str) -> Matrix:
    """The table with one more size or colour, or without one: "add-size", "drop-colour-2". Anything else: as it is."""
    sizes, colours, cells = list(matrix.sizes), list(matrix.colours), [list(row) for row in matrix.cells]
    if asked == "add-size" and len(sizes) < MAXIMUM_SIZES:
        sizes.append("")
        for row in cells:
            row.append("")
    elif asked == "add-colour" and len(colours) < MAXIMUM_COLOURS:
        colours.append("")
        cells.append([""] * len(sizes))
    elif match := re.fullmatch(r"drop-(size|colour)-([0-9]{1,2})", asked):
        place = int(match[2])
        if match[1] == "size" and 0 <= place < len(sizes) > 1:
            del sizes[place]
            for row in cells:
                del row[place]
        elif match[1] == "colour" and 0 <= place < len(colours) > 1:
            del colours[place], cells[place]
    return Matrix(tuple(sizes), tuple(colours), tuple(map(tuple, cells)))


def pasted(text: str) -> Matrix:
    """The table of a spreadsheet's cells: sizes in the first row, a colour at the beginning of each other one.

    Cells stand apart by tabs, semicolons or commas. A column or row that only sums the others is left out.
    Errors: ValueError that says what is missing.
    """
    if len(text) > MAXIMUM_PASTE:
        raise ValueError("is too much: paste the table alone")
    rows = [cells for line in text.replace("\r\n", "\n").split("\n") if (cells := _cells_of(line))]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        raise ValueError("paste at least two rows: the sizes, then one row for each colour")
    has_corner = not rows[0][0] or len(rows[0]) == max(map(len, rows))
    sizes = rows[0][1:] if has_corner else rows[0]
    colours = [cells[0] for cells in rows[1:]]
    numbers = [cells[1:] for cells in rows[1:]]
    if sizes and _is_sum(sizes[-1]):
        sizes, numbers = sizes[:-1], [row[: len(sizes) - 1] for row in numbers]
    if colours and _is_sum(colours[-1]):
        colours, numbers = colours[:-1], numbers[:-1]
    if not sizes or not colours:
        raise ValueError("paste at least two rows: the sizes, then one row for each colour")
    if len(sizes) > MAXIMUM_SIZES or len(colours) > MAXIMUM_COLOURS:
        raise ValueError(f"is too large: at most {MAXIMUM_SIZES} sizes and {MAXIMUM_COLOURS} colours")
    filled = tuple(tuple((row + [""] * len(sizes))[: len(sizes)]) for row in numbers)
    return Matrix(tuple(sizes), tuple(colours), filled)


def read_matrix(matrix: Matrix) -> tuple[tuple[Line, ...], dict[str, str]]:
    """The lines of a typed table, and a sentence for each wrong field. Empty cells and zeros are no lines."""
    problems: dict[str, str] = {}
    sizes = _labels("size", matrix.sizes, problems)
    colours = _labels("colour", matrix.colours, problems)
    lines: list[Line] = []
    for row, typed in enumerate(matrix.cells):
        for column, text in enumerate(typed):
            name = f"pieces-{row}-{column}"
            try:
                pieces = read_pieces(text)
            except ValueError as error:
                problems[name] = str(error)
                continue
            if pieces:
                lines.append(Line(sizes[column], colours[row], pieces))
    _check_names(lines, problems)
    return tuple(lines), problems


def read_pieces(text: str) -> int:
    """Errors: ValueError."""
    text = text.strip()
    if text in ("", "-", "–"):
        return 0
    number = parse_decimal(text)
    if number.denominator != 1 or number > MAXIMUM_PIECES:
        raise ValueError(f"“{text[:20]}” must be a whole number up to {MAXIMUM_PIECES:,}")
    return int(number)


def _labels(kind: str, typed: Sequence[str], problems: dict[str, str]) -> list[str]:
    labels: list[str] = []
    for place, text in enumerate(typed):
        name = f"{kind}-{place}"
        label = ""
        try:
            label = clean_line(text, maximum=MAXIMUM_LABEL)
        except ValueError as error:
            problems[name] = f"this {kind} {error}"
        if label and label.casefold() in {known.casefold() for known in labels}:
            problems[name] = f"“{label}” stands in the table twice"
        labels.append(label)
    return labels


def _check_names(lines: Sequence[Line], problems: dict[str, str]) -> None:
    """With several sizes or colours in use, each of them needs a name."""
    for kind, names in (("size", {line.size for line in lines}), ("colour", {line.colour for line in lines})):
        if len(names) > 1 and "" in names:
            problems.setdefault(FIELD, f"every {kind} with pieces needs a name")


def _cells_of(line: str) -> list[str]:
    mark = next((mark for mark in ("\t", ";", ",") if mark in line), "\t")
    cells = [cell.strip() for cell in line.split(mark)]
    while cells and not cells[-1]:  # what a program adds at the end of a row is no column
        cells.pop()
    return cells


def _is_sum(label: str) -> bool:
    return label.strip().casefold() in {"total", "totals", "sum", "all", "somme", "totale", "summe", "gesamt"}
