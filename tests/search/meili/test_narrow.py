"""What the server is asked lets through every site that the rules let in: on random worlds, without a server.

The filter that would be sent is read back and applied to the records that would be sent.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from filter_reader import lets_through, read
from hypothesis import given
from hypothesis import strategies as st
from test_search import random_query
from worlds import TODAY, random_supplier

from marketplace.capacity.model import RATE_ONE, Calendar, Closure
from marketplace.db import Database
from marketplace.places.model import Circle, Point, Precision
from marketplace.search.decide import decide, facet_values
from marketplace.search.document import ServiceDocument, SiteDocument, weighted_texts
from marketplace.search.meili.marks import marked, marked_text, query_texts
from marketplace.search.meili.narrow import questions
from marketplace.search.meili.record import record
from marketplace.search.meili.schema import SETTINGS, VERSION
from marketplace.search.query import SearchQuery
from marketplace.search.reference import ReferenceIndex
from marketplace.search.sync import LiveIndex
from marketplace.search.words import cut, cut_query, osa_distance
from marketplace.suppliers.model import LeadDays, LoadLimits, MinimumRule, ServiceDraft, Tags
from marketplace.suppliers.rules import Cloth, Run
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis


def wanted(document: SiteDocument, query: SearchQuery) -> bool:
    """Whether an answer needs this site: as a hit, or for the counts of a facet."""
    fit = decide(document, query)
    return fit.fits or any(list(facet_values(fit, facet, query.job_day)) for facet in Facet)


def proposed(sent: dict[str, Any], query: SearchQuery) -> bool:
    return any(q.filter is None or lets_through(read(q.filter), sent) for q in questions(query))


def test_every_needed_site_of_a_random_world_is_let_through(database: Database) -> None:
    rng = random.Random(11)
    for number in range(60):
        random_supplier(database, rng, number)
    documents = LiveIndex(database, ReferenceIndex()).every(SearchQuery(today=TODAY))
    built = TODAY - timedelta(days=rng.randint(0, 9))
    pairs = [(fit.document, record(fit.document, built)) for fit in documents]
    needed = let_in = 0
    for _ in range(150):
        query = random_query(rng)
        for document, sent in pairs:
            if wanted(document, query):
                needed += 1
                assert proposed(sent, query), (query, document)
            let_in += proposed(sent, query)
    assert needed > 1000
    assert let_in < 1.5 * needed  # and not much else: it narrows


_units = st.sampled_from(Unit)
_rules = st.lists(
    st.builds(
        MinimumRule,
        st.builds(Quantity, st.integers(1, 400), _units),
        st.sampled_from(Basis),
        st.sampled_from((None, None, 15)),
    ),
    max_size=3,
).map(tuple)
_drafts = st.builds(
    ServiceDraft,
    st.sampled_from(("sew", "cut", "dye_fabric")),
    _units,
    _rules,
    st.none(),
    st.one_of(st.none(), st.builds(LoadLimits, st.integers(1, 50), st.integers(50, 90))),
    st.builds(LeadDays, st.none(), st.one_of(st.none(), st.integers(0, 90))),
)
_weeks = st.dictionaries(st.integers(-3, 130), st.integers(0, 300), max_size=12)
_lengths = st.integers(0, 30)
_days = st.integers(-20, 400).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def services(draw: st.DrawFn) -> ServiceDocument:
    draft = draw(_drafts)
    if draw(st.booleans()):
        most = draw(st.integers(1, 500))
        draft = replace(draft, maximum=Quantity(most, draft.unit))
    first = Week.containing(TODAY)
    calendar = Calendar(
        draw(st.sampled_from((draft.unit, draft.unit, Unit.LOAD, Unit.MINUTE))),
        draw(st.one_of(st.none(), st.integers(0, 60))),
        {first.plus(n): amount for n, amount in draw(_weeks).items()},
        tuple(
            Closure(day, day + timedelta(days=draw(st.integers(0, 30)))) for day in draw(st.lists(_days, max_size=2))
        ),
        draw(st.sampled_from((frozenset(range(5)), frozenset((1,)), frozenset()))),
    )
    rate = draw(st.sampled_from((RATE_ONE, 1, 400, 25_000)))
    return ServiceDocument("s", draft, Tags(), draw(st.sampled_from((calendar, calendar, None))), rate)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    parts = [draw(st.integers(1, 4)) for _ in range(3)]
    atoms = draw(st.one_of(st.integers(1, 600), st.integers(1, 10_000_000)))
    cloth = draw(st.sampled_from((None, Cloth(150, 200), Cloth(90, 700))))
    return Run(Quantity(atoms, draw(_units)), *parts, cloth, draw(st.sampled_from((None, 1, 350))))


@given(st.lists(services(), min_size=1, max_size=3), runs(), st.data())
def test_no_run_that_would_be_taken_is_kept_out(offered: list[ServiceDocument], run: Run, data: st.DataObject) -> None:
    """All units, loads, rates, closures, odd weeks; a record built long before it is asked."""
    start = data.draw(st.one_of(st.none(), _days))
    by = data.draw(st.one_of(st.none(), st.integers(0, 800).map(lambda n: (start or TODAY) + timedelta(days=n))))
    processes = data.draw(st.sets(st.sampled_from(("sew", "cut", "dye_fabric"))))
    query = SearchQuery(
        today=TODAY,
        run=data.draw(st.sampled_from((run, run, run, None))),
        start=start,
        by=by,
        terms={Facet.PROCESS: frozenset(processes)} if processes else {},
    )
    document = site(services=tuple(offered))
    sent = record(document, TODAY - timedelta(days=data.draw(st.integers(-1, 400))))
    if wanted(document, query):
        assert proposed(sent, query)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.integers(-3, 3))
def test_no_site_at_the_edge_of_a_circle_is_kept_out(lat: float, lon: float, y: float, x: float, more: int) -> None:
    document, centre = site(point=Point.of(lat, lon)), Point.of(y, x)
    probe = decide(document, SearchQuery(today=TODAY, circle=Circle(centre, 20_037_508)))
    assert probe.metres is not None
    query = SearchQuery(today=TODAY, circle=Circle(centre, max(100, min(probe.metres + more, 20_037_508))))
    if wanted(document, query):
        assert proposed(record(document, TODAY), query)


def test_a_world_that_forgets_a_bound_is_noticed(database: Database) -> None:
    """The check above fails when a number is stricter than the rules."""
    document = site(services=(ServiceDocument("s", ServiceDraft("sew", Unit.PIECE), Tags()),))
    query = SearchQuery(today=TODAY, run=Run(Quantity(5, Unit.PIECE)))
    sent = record(document, TODAY)
    assert proposed(sent, query)
    sent["least"]["any"]["piece"] = 6
    assert not proposed(sent, query)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_marked_texts_hold_words_only(texts: list[str]) -> None:
    words = cut(" ".join(texts))
    for one in (marked_text(words), *query_texts(list(words))):
        assert all(word.isascii() and word.isalnum() and word.startswith("x") for word in one.split())
        assert len(one.split()) == len(words)


@given(st.text(min_size=1, max_size=10), st.text(min_size=1, max_size=10))
def test_marking_keeps_starts_and_never_adds_errors(one: str, other: str) -> None:
    assert len(marked(one)) == len(one) + 1
    assert marked(one + other).startswith(marked(one))
    assert osa_distance(marked(one), marked(other), 20) <= osa_distance(one, other, 20)


def test_every_word_of_a_site_is_sent_once() -> None:
    document = site(name="Façonnier & Filles", description="we sew filles")
    sent = record(document, TODAY)
    words = " ".join(text for name, text in sent.items() if name.startswith("words_")).split()
    texts = " ".join(text for _, text in weighted_texts(document))
    assert sorted(words) == sorted(set(marked_text(cut(texts)).split()))
    assert "xfilles" in sent["words_8"].split()
    assert {name for name in sent if name.startswith("words_")} <= set(SETTINGS["searchableAttributes"])


def test_what_is_not_in_a_list_is_refused_before_anything_is_asked() -> None:
    for term in ('x" OR id = 1 OR "', "unheard_of", ""):
        with pytest.raises(ValueError):
            questions(SearchQuery(today=TODAY, terms={Facet.SKILL: frozenset((term,))}))


def test_signs_of_query_languages_are_punctuation() -> None:
    (start, whole) = query_texts(cut_query('"cotton jersey" -denim kind:weaver _geoRadius(1,2) AND ORDER*'))
    assert start == "xcotton xjersey xdenim xkind xweaver xgeoradius x1 x2 xorder"
    assert whole == start + " "


def test_the_version_is_the_settings() -> None:
    assert len(VERSION) == 16
    assert int(VERSION, 16) >= 0


def site(**given: Any) -> SiteDocument:
    fields: dict[str, Any] = {
        "site_id": 1, "supplier_id": 1, "public_id": "p", "site_public_id": "s", "external_id": "e", "slug": "s",
        "name": "N", "site_name": "", "kind": "weaver", "verification": "self_declared", "is_verified": False,
        "description": "", "street": "", "locality": "", "region": "", "country": "", "point": None,
        "precision": Precision.NONE, "languages": frozenset(), "certificates": (), "machines": (),
        "services": (ServiceDocument("", None, Tags()),),
    }  # fmt: skip
    return SiteDocument(**{**fields, **given})
