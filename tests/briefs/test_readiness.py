"""What a brief lacks, the run it asks for, how versions differ and are merged. Pure: no database."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.briefs.document import from_document, to_document
from marketplace.briefs.model import BriefCloth, ClothFrom, Content, Earlier, Line
from marketplace.briefs.rules import changes_between, is_cloth_job, merge, next_title, readiness, run_of
from marketplace.files.model import FileId, StoredFile
from marketplace.places import Point
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Money, Quantity, Unit

TODAY = date(2026, 11, 23)
FILE = StoredFile(
    FileId(1), "f" * 32, 1, "tech pack.pdf", "application/pdf", 1, "0" * 64, datetime(2026, 11, 1, tzinfo=UTC)
)
JACKETS = Content(
    title="Chore jacket",
    product="jackets",
    lines=(Line("S", "navy", 10), Line("M", "navy", 20), Line("M", "ecru", 30)),
    processes=("cut", "sew"),
    cloth=BriefCloth("98 % cotton, 2 % elastane", 320, 150, ClothFrom.STUDIO),
    start=date(2027, 1, 4),
    by=date(2027, 3, 31),
    target=Money(4250, "EUR"),
    place="Prato, Italy",
    point=Point.of(43.88, 11.1),
    pattern_revision="A",
    notes="Buttons come from us.",
)
WEAVING = Content(
    title="Twill", processes=("weave",), quantity=Quantity.of(120, Unit.METRE), colours=2,
    cloth=BriefCloth("wool", 280, 140), by=date(2027, 3, 31), place="Como",
)  # fmt: skip


def asked(content: Content, *files: StoredFile, today: date | None = TODAY) -> list[str]:
    return [question.field for question in readiness(content, files, today).missing]


# What a workshop would ask next


def test_a_whole_brief_is_ready() -> None:
    found = readiness(JACKETS, (FILE,), TODAY)
    assert found.is_ready
    assert found.helpful == ()
    assert found.answered == 10


def test_a_name_alone_leaves_everything_to_ask() -> None:
    found = readiness(Content("Jacket"), (), TODAY)
    assert not found.is_ready
    assert [question.field for question in found.missing] == (
        "product lines processes composition gsm width_cm cloth_from by place files".split()
    )
    assert [question.field for question in found.helpful] == ["start", "target"]
    assert found.answered == 0


@pytest.mark.parametrize(
    ("field", "without"),
    [
        ("product", {"product": ""}),
        ("lines", {"lines": ()}),
        ("processes", {"processes": ()}),
        ("composition", {"cloth": replace(JACKETS.cloth, composition="")}),
        ("gsm", {"cloth": replace(JACKETS.cloth, gsm=None)}),
        ("width_cm", {"cloth": replace(JACKETS.cloth, width_cm=None)}),
        ("cloth_from", {"cloth": replace(JACKETS.cloth, supplied_by=None)}),
        ("by", {"by": None}),
        ("place", {"place": "", "point": None}),
    ],
)
def test_each_thing_that_is_missing_is_asked_for(field: str, without: dict[str, object]) -> None:
    assert asked(replace(JACKETS, **without), FILE) == [field]  # type: ignore[arg-type]


def test_the_drawing_is_asked_for() -> None:
    assert asked(JACKETS) == ["files"]


def test_a_price_and_a_first_day_only_help() -> None:
    found = readiness(replace(JACKETS, target=None, start=None), (FILE,), TODAY)
    assert found.is_ready
    assert [question.field for question in found.helpful] == ["start", "target"]


def test_what_is_asked_depends_on_the_steps() -> None:
    assert asked(replace(JACKETS, processes=("sew",), cloth=replace(JACKETS.cloth, width_cm=None)), FILE) == []
    assert asked(replace(JACKETS, processes=("sew", "wash")), FILE) == ["piece_g"]
    assert asked(replace(JACKETS, processes=("dye_garment",), piece_g=800), FILE) == []
    knitted = replace(JACKETS, processes=("knit_panel", "link"), cloth=BriefCloth("merino", 300))
    assert asked(knitted, FILE) == []  # the knitter makes the cloth and nobody cuts it
    assert asked(replace(JACKETS, processes=("pattern", "grade"), cloth=BriefCloth()), FILE) == []


def test_a_job_on_cloth_needs_no_product_and_no_drawing() -> None:
    assert is_cloth_job(WEAVING)
    assert asked(WEAVING) == []
    assert asked(replace(WEAVING, quantity=None)) == ["quantity"]
    assert asked(replace(WEAVING, processes=("dye_fabric",))) == ["cloth_from"]
    assert not is_cloth_job(replace(WEAVING, lines=JACKETS.lines))


def test_a_day_that_has_passed_is_asked_again() -> None:
    late = replace(JACKETS, by=date(2026, 11, 22), start=None)
    assert asked(late, FILE) == ["by"]
    assert asked(late, FILE, today=None) == []
    assert asked(replace(late, by=TODAY), FILE) == []


def test_a_repeat_is_asked_what_is_different() -> None:
    repeat = replace(JACKETS, earlier=Earlier(supplier="Sartoria Aghi"))
    assert [question.field for question in readiness(repeat, (FILE,), TODAY).helpful] == ["what_changed"]


# The run it asks for


def test_the_run_of_a_table() -> None:
    run = run_of(JACKETS)
    assert run is not None
    assert (run.quantity, run.colours, run.sizes, run.cloth) == (Quantity(60, Unit.PIECE), 2, 2, Cloth(150, 320))


def test_the_run_of_cloth() -> None:
    assert run_of(WEAVING) == Run(Quantity(120, Unit.METRE), colours=2, cloth=Cloth(140, 280))
    assert run_of(replace(WEAVING, quantity=None)) is None
    assert run_of(Content("x")) is None


def test_pieces_and_the_cloth_for_them() -> None:
    both = replace(JACKETS, quantity=Quantity.of(120, Unit.METRE))
    assert [run_of(both, unit).quantity.unit for unit in (Unit.PIECE, Unit.METRE, Unit.KG, Unit.STYLE)] == [  # type: ignore[union-attr]
        Unit.PIECE, Unit.METRE, Unit.METRE, Unit.PIECE,
    ]  # fmt: skip
    assert run_of(JACKETS, Unit.METRE).quantity == Quantity(60, Unit.PIECE)  # type: ignore[union-attr]


# Versions


def test_the_document_holds_everything() -> None:
    full = replace(
        JACKETS, quantity=Quantity(120_500, Unit.KG), colours=3, piece_g=820, what_changed="collar", lots="L 4711",
        earlier=Earlier("s" * 32, "Sartoria Aghi", Money(3900, "EUR"), "o" * 32),
    )  # fmt: skip
    assert all(getattr(full, item.name) for item in fields(Content))  # nothing is left at its default
    assert from_document(to_document(full)) == full


def test_a_document_of_before_a_field_was_there_is_read() -> None:
    assert from_document({"title": "Jacket"}) == Content("Jacket")


def test_no_change_is_no_change() -> None:
    assert changes_between(JACKETS, replace(JACKETS)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "Work jacket"}, ["Title: Chore jacket, now Work jacket"]),
        ({"pattern_revision": "B"}, ["Pattern revision: A, now B"]),
        ({"by": date(2027, 4, 2)}, ["Needed by: 31 March 2027, now 2 April 2027"]),
        ({"by": None}, ["Needed by: 31 March 2027, now not stated"]),
        ({"piece_g": 800}, ["Weight of one piece: 800 g"]),
        ({"processes": ("cut", "sew", "press")}, [
            "Steps: Spreading and cutting, Sewing and assembly, "
            "now Spreading and cutting, Sewing and assembly, Pressing and steaming"]),
        ({"lines": (*JACKETS.lines[1:], Line("L", "navy", 1))}, [
            "S in navy: 10 pieces, now not stated", "L in navy: 1 piece"]),
        ({"target": Money(4000, "EUR")}, ["Target price: €42.50 a piece, now €40.00 a piece"]),
        ({"notes": "Buttons from you."}, ["Notes changed"]),
        ({"notes": ""}, ["Notes changed"]),
        ({"point": None}, ["Details changed"]),
        ({"lines": JACKETS.lines[::-1]}, ["Details changed"]),
    ],
)  # fmt: skip
def test_changes_in_words(change: dict[str, object], said: list[str]) -> None:
    assert changes_between(JACKETS, replace(JACKETS, **change)) == said  # type: ignore[arg-type]


def test_every_field_that_differs_is_a_change() -> None:
    """A field that nobody put into words must still make a version."""
    other = replace(
        JACKETS, title="x", product="coats", lines=(), quantity=Quantity(1, Unit.KG), colours=2, processes=(),
        cloth=BriefCloth(), piece_g=1, start=None, by=None, target=None, place="", point=None, pattern_revision="",
        what_changed="x", lots="x", earlier=Earlier(), notes="",
    )  # fmt: skip
    for item in fields(Content):
        assert changes_between(JACKETS, replace(JACKETS, **{item.name: getattr(other, item.name)})), item.name


def test_two_people_who_changed_different_things() -> None:
    theirs = replace(JACKETS, by=date(2027, 4, 30), cloth=replace(JACKETS.cloth, gsm=300))
    mine = replace(JACKETS, title="Work jacket", cloth=replace(JACKETS.cloth, width_cm=160))
    merged = merge(JACKETS, theirs, mine)
    assert (merged.title, merged.by) == ("Work jacket", date(2027, 4, 30))
    assert (merged.cloth.gsm, merged.cloth.width_cm) == (300, 160)


def test_two_people_in_one_table() -> None:
    theirs = replace(JACKETS, lines=(Line("S", "navy", 12), *JACKETS.lines[1:], Line("L", "ecru", 5)))
    mine = replace(JACKETS, lines=(Line("S", "navy", 10), Line("M", "navy", 25)))  # ecru was taken out
    merged = {(line.size, line.colour): line.pieces for line in merge(JACKETS, theirs, mine).lines}
    assert merged == {("S", "navy"): 12, ("M", "navy"): 25, ("L", "ecru"): 5}


def test_where_both_changed_the_same_the_writer_who_looks_at_it_wins() -> None:
    merged = merge(JACKETS, replace(JACKETS, title="Theirs"), replace(JACKETS, title="Mine"))
    assert merged.title == "Mine"


_contents = st.builds(
    Content,
    title=st.sampled_from("ab"),
    lines=st.lists(
        st.builds(Line, st.sampled_from("SM"), st.sampled_from(("navy", "ecru")), st.integers(1, 2)),
        max_size=3,
        unique_by=lambda line: (line.size, line.colour),
    ).map(tuple),
    cloth=st.builds(BriefCloth, gsm=st.sampled_from((None, 100, 200))),
    notes=st.sampled_from(("", "x")),
)


def _same(one: Content, two: Content) -> bool:
    """But for the order of lines."""
    return replace(one, lines=()) == replace(two, lines=()) and set(one.lines) == set(two.lines)


@given(_contents, _contents, _contents)
def test_merging_loses_nothing(seen: Content, theirs: Content, mine: Content) -> None:
    assert _same(merge(seen, seen, mine), mine)
    assert _same(merge(seen, theirs, seen), theirs)
    assert _same(merge(seen, mine, mine), mine)
    merged = merge(seen, theirs, mine)
    assert merged.notes == (mine.notes if mine.notes != seen.notes else theirs.notes)


@pytest.mark.parametrize(
    ("title", "after"),
    [
        ("Chore jacket", "Chore jacket, run 2"),
        ("Chore jacket, run 2", "Chore jacket, run 3"),
        ("Chore jacket, run two", "Chore jacket, run two, run 2"),
        (", run 2", ", run 2, run 2"),
    ],
)
def test_titles_of_repeats(title: str, after: str) -> None:
    assert next_title(title) == after
    assert len(next_title("x" * 200)) == 200
