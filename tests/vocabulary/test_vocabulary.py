"""The vocabulary: complete, consistent, found under its names in six languages."""

from __future__ import annotations

import pytest

from marketplace.units import Unit
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis, fold


def test_sizes_of_the_lists() -> None:
    words = vocabulary()
    assert len(words.terms[Facet.KIND]) == 16
    assert len(words.processes) == 24
    assert len(words.terms[Facet.SKILL]) == 116
    assert len(words.terms[Facet.CERTIFICATION]) == 35
    assert len(words.terms[Facet.PRODUCT]) == 91
    assert len(words.machines) == 9


def test_processes_refer_to_what_exists() -> None:
    words = vocabulary()
    for process in words.processes.values():
        assert process.kind in words.terms[Facet.KIND]
        assert process.units
        assert all(isinstance(unit, Unit) for unit in process.units)
        assert all(isinstance(basis, Basis) for basis in process.bases)
        assert set(process.skills) <= words.terms[Facet.SKILL].keys()


@pytest.mark.parametrize("facet", list(Facet))
def test_every_term_is_found_by_its_identifier_and_label(facet: Facet) -> None:
    words = vocabulary()
    for term in words.terms[facet].values():
        for name in (term.id, term.label, term.label.upper()):
            found = words.find(facet, name)
            assert found is not None
            assert found.id == term.id or fold(found.label) == fold(term.label), (name, found)


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("sewing", "sew"),
        ("Confezione", "sew"),
        ("façonnier", "sew"),
        ("FACONNIER", "sew"),
        ("confección", "sew"),
        ("Näherei", "sew"),
        ("costura", "sew"),
        ("tissage", "weave"),
        ("tessitura", "weave"),
        ("Weberei", "weave"),
        ("tintoria", "dye_fabric"),
        ("Färberei", "dye_fabric"),
        ("pattern cutting", "pattern"),
        ("Zuschnitt", "cut"),
        ("stireria", "press"),
    ],
)
def test_trade_names_in_six_languages(name: str, process: str) -> None:
    found = vocabulary().find(Facet.PROCESS, name)
    assert found is not None
    assert found.id == process


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("spinning mill", "spinner"),
        ("tisserand", "weaver"),
        ("maglificio", "knitter"),
        ("tintorería", "dye_house"),
        ("estamparia", "printer"),
        ("Textilveredlung", "finisher"),
        ("taller de corte", "cutter"),
        ("façonnier", "sewing_room"),
        ("Lohnkonfektion", "sewing_room"),
        ("laboratorio", "atelier"),
    ],
)
def test_kinds_in_six_languages(name: str, kind: str) -> None:
    found = vocabulary().find(Facet.KIND, name)
    assert found is not None
    assert found.id == kind


@pytest.mark.parametrize("facet", list(Facet))
def test_no_name_is_given_twice(facet: Facet) -> None:
    """An alias that repeats the label or another alias would only make the index larger."""
    for term in vocabulary().terms[facet].values():
        names = [fold(name) for name in term.aliases]
        assert len(names) == len(set(names)), term.id


@pytest.mark.parametrize(
    ("typed", "facet", "meant"), [("sewng", Facet.PROCESS, "sew"), ("butonhole", Facet.SKILL, "buttonhole")]
)
def test_did_you_mean(typed: str, facet: Facet, meant: str) -> None:
    assert vocabulary().find(facet, typed) is None
    assert meant in vocabulary().nearest(facet, typed)


def test_an_unknown_identifier_is_its_own_label() -> None:
    assert vocabulary().label(Facet.SKILL, "telepathy") == "telepathy"


def test_a_name_of_two_processes_is_both() -> None:
    assert [term.id for term in vocabulary().find_all(Facet.PROCESS, "CMT")] == ["cut", "sew"]
    assert vocabulary().find_all(Facet.PROCESS, "telepathy") == []
