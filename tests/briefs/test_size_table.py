"""The table of sizes and colours: typed, made larger and smaller, pasted. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.briefs.matrix import Matrix, changed, matrix_of, pasted, read_matrix, typed_matrix
from marketplace.briefs.model import MAXIMUM_COLOURS, MAXIMUM_SIZES, Line

LINES = (Line("S", "navy", 10), Line("M", "navy", 20), Line("M", "ecru", 12))
TABLE = Matrix(("S", "M"), ("navy", "ecru"), (("10", "20"), ("", "12")))


def form_of(matrix: Matrix) -> dict[str, str]:
    form = {f"size-{n}": size for n, size in enumerate(matrix.sizes)}
    form |= {f"colour-{n}": colour for n, colour in enumerate(matrix.colours)}
    return form | {f"pieces-{r}-{c}": cell for r, row in enumerate(matrix.cells) for c, cell in enumerate(row)}


def test_lines_to_table_and_back() -> None:
    assert matrix_of(LINES) == TABLE
    assert typed_matrix(form_of(TABLE)) == TABLE
    assert read_matrix(TABLE) == (LINES, {})


labels = st.text("abcXYZ 012", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(
    st.dictionaries(st.tuples(labels, labels), st.integers(1, 100_000), max_size=12).filter(
        lambda cells: all(
            len({name.casefold() for name in names}) == len(names)
            for names in ({key[0] for key in cells}, {key[1] for key in cells})
        )
    )
)
def test_any_lines_survive_the_form(cells: dict[tuple[str, str], int]) -> None:
    lines = tuple(Line(" ".join(size.split()), " ".join(colour.split()), n) for (size, colour), n in cells.items())
    if len({(line.size, line.colour) for line in lines}) < len(lines):
        return
    back, problems = read_matrix(typed_matrix(form_of(matrix_of(lines))))
    if not problems:  # "a b" and "a  b" are one name
        assert set(back) == set(lines)


def test_an_empty_form_has_the_first_table() -> None:
    assert typed_matrix({}) == Matrix() == matrix_of(())
    assert Matrix().is_empty
    assert read_matrix(Matrix()) == ((), {})


def test_sizes_and_colours_come_and_go() -> None:
    larger = changed(changed(TABLE, "add-size"), "add-colour")
    assert larger == Matrix(("S", "M", ""), ("navy", "ecru", ""), (("10", "20", ""), ("", "12", ""), ("", "", "")))
    assert changed(larger, "drop-size-0").cells == (("20", ""), ("12", ""), ("", ""))
    assert changed(larger, "drop-colour-0").colours == ("ecru", "")
    assert changed(changed(larger, "drop-size-2"), "drop-colour-2") == TABLE


@pytest.mark.parametrize(
    "asked",
    ["", "save", "drop-size-2", "drop-size--1", "drop-size-x", "drop-colour-99", "drop-size-٣", "add", "x" * 9999],
)
def test_other_words_change_nothing(asked: str) -> None:
    assert changed(TABLE, asked) == TABLE


def test_the_table_has_ends() -> None:
    table = TABLE
    for _ in range(50):
        table = changed(changed(table, "add-size"), "add-colour")
    assert (len(table.sizes), len(table.colours)) == (MAXIMUM_SIZES, MAXIMUM_COLOURS)
    for _ in range(50):
        table = changed(changed(table, "drop-size-0"), "drop-colour-0")
    assert (len(table.sizes), len(table.colours)) == (1, 1)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (Matrix(("S",), ("navy",), (("many",),)), {"pieces-0-0": "is not a number"}),
        (Matrix(("S",), ("navy",), (("-1",),)), {"pieces-0-0": "is less than 0"}),
        (Matrix(("S",), ("navy",), (("1.5",),)), {"pieces-0-0": "whole number"}),
        (Matrix(("S",), ("navy",), (("100001",),)), {"pieces-0-0": "up to 100,000"}),
        (Matrix(("S",), ("navy",), (("١٢",),)), {"pieces-0-0": "is not a number"}),
        (Matrix(("S", "s"), ("navy",), (("1", "1"),)), {"size-1": "twice"}),
        (Matrix(("S",), ("x" * 61,), (("1",),)), {"colour-0": "too long"}),
        (Matrix(("S",), ("na\u202evy",), (("1",),)), {"colour-0": "reading direction"}),
        (Matrix(("S",), ("navy", ""), (("1",), ("2",))), {"lines": "every colour with pieces needs a name"}),
        (Matrix(("S", ""), ("navy",), (("1", "2"),)), {"lines": "every size with pieces needs a name"}),
    ],
)
def test_wrong_tables(table: Matrix, problem: dict[str, str]) -> None:
    _, problems = read_matrix(table)
    assert problems.keys() == problem.keys()
    assert all(words in problems[name] for name, words in problem.items())


def test_one_size_and_one_colour_need_no_names() -> None:
    assert read_matrix(Matrix(("",), ("",), (("50",),))) == ((Line("", "", 50),), {})
    assert read_matrix(Matrix(("S", ""), ("navy", ""), (("1", ""), ("0", "–")))) == ((Line("S", "navy", 1),), {})


@pytest.mark.parametrize(
    "text",
    [
        "\tS\tM\nnavy\t10\t20\necru\t\t12",
        "Colour\tS\tM\r\nnavy\t10\t20\r\necru\t\t12\r\n",
        "\tS\tM\tTotal\nnavy\t10\t20\t30\necru\t\t12\t12\nSum\t10\t32\t42",
        "S\tM\nnavy\t10\t20\necru\t\t12",
        ";S;M\nnavy;10;20\necru;;12\n\n",
        ",S,M\nnavy,10,20\necru,,12",
        "\tS\tM\nnavy\t10\t20\necru\t\t12\t",
    ],
)
def test_cells_of_a_spreadsheet(text: str) -> None:
    lines, problems = read_matrix(pasted(text))
    assert problems == {}
    assert lines == LINES


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "at least two rows"),
        ("navy", "at least two rows"),
        ("\tS\tM", "at least two rows"),
        ("S\nM\nL", "at least two rows"),
        ("\tTotal\nnavy\t10", "at least two rows"),
        ("\t" + "\t".join(map(str, range(31))) + "\nnavy\t1", "at most 30 sizes"),
        ("\tS\n" + "\n".join(f"c{n}\t1" for n in range(21)), "20 colours"),
        ("x\ty\n" * 20_000, "too much"),
    ],
)
def test_what_is_no_table(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        pasted(text)
