"""The trade's words in six languages find the firms they mean, in the demonstration world."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from trade_phrases import LANGUAGES, MEANT, Phrases, phrases

from marketplace.db import open_database
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.index import Index
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.search.sync import LiveIndex
from marketplace.vocabulary import Facet, vocabulary

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module", params=["reference", "columns"])
def demo(
    demo_template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[LiveIndex]:
    """Words are cut and weighed without the database: one database is enough, but each engine looks them up."""
    database = open_database(f"sqlite:///{shutil.copy(demo_template, tmp_path_factory.mktemp('trade'))}")
    engine: Index = ColumnIndex.empty(TODAY) if request.param == "columns" else ReferenceIndex()
    yield LiveIndex(database, engine)
    database.dispose()


@pytest.fixture(scope="module")
def everybody(demo: LiveIndex) -> list[SiteDocument]:
    return demo.documents(demo.site_ids(SearchQuery(today=TODAY)))


def found(demo: LiveIndex, text: str) -> set[int]:
    return set(demo.site_ids(SearchQuery(today=TODAY, text=text)))


def having(everybody: list[SiteDocument], meant: str) -> set[int]:
    """Who has one of the terms: 'process:sew kind:sewing_room'."""
    sites: set[int] = set()
    for term in meant.split():
        name, _, value = term.partition(":")
        facet = Facet(name)
        assert value in vocabulary().terms[facet], term
        for document in everybody:
            own = {document.kind} if facet is Facet.KIND else set()
            if value in own.union(*(service.values(facet) for service in document.services)):
                sites.add(document.site_id)
    return sites


@pytest.mark.parametrize(("meant", "by_language"), MEANT, ids=[meant.partition(" ")[0] for meant, _ in MEANT])
def test_phrases_find_who_they_mean(
    demo: LiveIndex, everybody: list[SiteDocument], meant: str, by_language: Phrases
) -> None:
    """All of them, whatever the language; and nobody else, unless the phrase is marked to mean more."""
    firms = having(everybody, meant)
    assert len(firms) >= 5
    assert tuple(by_language) == LANGUAGES
    for terms, language, phrase, means_more in phrases():
        if terms == meant:
            sites = found(demo, phrase)
            assert firms <= sites, f"{language} “{phrase}” misses {len(firms - sites)} of {len(firms)}"
            assert means_more or sites == firms, f"{language} “{phrase}” finds {len(sites - firms)} others"


def test_the_list_is_long_enough_in_each_language() -> None:
    counts = Counter(language for _, language, _, _ in phrases())
    assert min(counts[language] for language in LANGUAGES) >= 12 * 3
    assert {meant.partition(":")[0] for meant, _ in MEANT} == {"process", "skill"}


def test_a_phrase_nobody_taught_finds_nobody(demo: LiveIndex, everybody: list[SiteDocument]) -> None:
    """The check above is worth something: words of other trades don't find these firms."""
    for phrase in ("boulangerie", "panadería", "Zahnarzt", "plumbing contractor"):
        assert not having(everybody, "process:sew") <= found(demo, phrase)


TYPOS = {
    "process:sew": "sewng | confezzione | faconier | confecion | confeçao | Nähere",
    "process:weave": "weavng | tisage | tessittura | tejeduira | tecelajem | Webrei",
    "process:knit_fabric": "knittting | malharai",
    "process:dye_fabric": "teinturrie | tintorai | tintoreira | tinturarai | Farberrei",
    "process:embroider": "embroydery | embriodery | brodrie | ricammo | bordaod | bordadiera | Stikerei",
    "process:pattern": "patern maker | patronsita | modelista | Schnitmacher",
    "process:press": "repasage | stirreria | planchdo | engomadora | Bugelei",
    "process:sample": "echantilonage",
    "process:cut": "Zuschnit",
}


@pytest.mark.parametrize(("meant", "typed"), TYPOS.items(), ids=list(TYPOS))
def test_typing_errors_are_forgiven(demo: LiveIndex, everybody: list[SiteDocument], meant: str, typed: str) -> None:
    firms = having(everybody, meant)
    for phrase in typed.split(" | "):
        assert firms <= found(demo, phrase), phrase


@pytest.mark.parametrize("typed", ["swe", "xewinq", "bordxxo", "Fxrbxrxi"])
def test_more_errors_are_not(demo: LiveIndex, everybody: list[SiteDocument], typed: str) -> None:
    """No error in three letters, one from four, two from eight."""
    sites = found(demo, typed)
    for process in ("sew", "embroider", "dye_fabric"):
        assert not having(everybody, f"process:{process}") <= sites


def test_a_name_finds_its_firm_first(demo: LiveIndex, everybody: list[SiteDocument]) -> None:
    """Before all firms that have the words in other places; after none but those with the same words in the name."""
    for document in everybody[::7]:
        first = demo.documents(demo.site_ids(SearchQuery(today=TODAY, text=document.name))[:3])
        assert document.name in {other.name for other in first}, document.name
