"""Rows of many documents at once, against what each document says."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from papers import TODAY, random_document

from marketplace.search.columns.layout import BASES, EVER, NEVER, NO_RULE, NONE, RULES, SOFT, UNITS, first_monday
from marketplace.search.columns.rows import Batch, encode
from marketplace.search.columns.table import Array, firsts
from marketplace.search.columns.values import Values
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.suppliers.model import LoadLimits, MinimumRule, ServiceTerms
from marketplace.units import Quantity, Unit
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import Basis

HUGE_ATOMS = 1 << 36  # products of more could leave 64 bits


def encoded(documents: list[SiteDocument]) -> tuple[Batch, Values]:
    values = Values.of_vocabulary()
    return encode(documents, values, first_monday(TODAY)), values


def terms(service: ServiceDocument) -> set[tuple[Facet, str]]:
    facets = (Facet.PROCESS, Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT)
    return {(facet, term) for facet in facets for term in service.values(facet)}


def parts(column: Array, first: Array, count: Array) -> list[list[int]]:
    return [column[a : a + n].tolist() for a, n in zip(first.tolist(), count.tolist(), strict=True)]


def test_values_and_certificates_of_sites() -> None:
    rng = random.Random(1)
    documents = [random_document(rng, number, number) for number in range(300)]
    documents[7] = replace(documents[7], kind="a new kind", languages=frozenset())
    batch, values = encoded(documents)
    found = parts(batch.site_values, batch.sites["first_value"], batch.sites["values"])
    dates = zip(
        batch.certs["scheme"].tolist(), batch.certs["first"].tolist(), batch.certs["last"].tolist(), strict=True
    )
    for document, mine in zip(documents, found, strict=True):
        expected = set().union(*map(terms, document.services))
        expected |= {(Facet.LANGUAGE, language) for language in document.languages}
        expected |= {(Facet.KIND, document.kind)} if document.kind else set()
        assert {values.terms[number] for number in mine} == expected
        assert mine == sorted(set(mine))
        certs = sorted(
            (
                values.number(Facet.CERTIFICATION, cert.scheme),
                cert.valid_from.toordinal() if cert.valid_from else NEVER,
                cert.valid_to.toordinal() if cert.valid_to else EVER,
            )
            for cert in document.certificates
        )
        assert [next(dates) for _ in certs] == certs
    assert next(dates, None) is None
    assert batch.sites["certs"].tolist() == [len(document.certificates) for document in documents]


def test_services_stand_in_order_with_their_terms_rules_and_calendars() -> None:
    rng = random.Random(2)
    documents = [random_document(rng, number, number) for number in range(300)]
    batch, values = encoded(documents)
    rows = batch.services
    services = [
        (site, service)
        for site, document in enumerate(documents)
        for service in sorted(document.services, key=lambda service: service.public_id)
    ]
    found = parts(batch.service_values, rows["first_value"], rows["values"])
    calendars: dict[int, int] = {}
    for row, (site, service) in enumerate(services):
        draft = service.draft
        assert rows["site"][row] == site
        assert {values.terms[number] for number in found[row]} == terms(service)
        assert bool(rows["offers"][row]) == (draft is not None)
        rules = draft.rules if draft else ()
        codes = [
            UNITS[rule.quantity.unit] * 8 + BASES[rule.basis] + (SOFT if rule.surcharge_percent is not None else 0)
            for rule in rules[:RULES]
        ]
        spare = RULES - len(codes)
        assert rows["rule"][:, row].tolist() == codes + [NO_RULE] * spare
        assert rows["least"][:, row].tolist() == [rule.quantity.atoms for rule in rules[:RULES]] + [0] * spare
        percents = [NONE if rule.surcharge_percent is None else rule.surcharge_percent for rule in rules[:RULES]]
        assert rows["percent"][:, row].tolist() == percents + [NONE] * spare
        calendar = service.calendar if draft else None
        expected = calendars.setdefault(id(calendar), len(calendars)) if calendar else NONE
        assert rows["calendar"][row] == expected  # one calendar of several services is one row
    assert len(rows["site"]) == len(services)
    assert len(batch.calendars["confirmed"]) == len(calendars)


RULE = MinimumRule(Quantity(10, Unit.PIECE), Basis.ORDER)
PLAIN = ServiceTerms("sew", Unit.PIECE)


@pytest.mark.parametrize(
    ("draft", "rate", "odd"),
    [
        (PLAIN, 1000, False),
        (replace(PLAIN, rules=(RULE,) * RULES), 1000, False),
        (replace(PLAIN, rules=(RULE,) * (RULES + 1)), 1000, True),
        (PLAIN, HUGE_ATOMS, False),
        (PLAIN, HUGE_ATOMS + 1, True),
        (PLAIN, 1 << 70, True),
        (replace(PLAIN, rules=(replace(RULE, quantity=Quantity(HUGE_ATOMS, Unit.PIECE)),)), 1000, False),
        (replace(PLAIN, rules=(RULE, replace(RULE, quantity=Quantity(HUGE_ATOMS + 1, Unit.PIECE)))), 1000, True),
        (replace(PLAIN, load=LoadLimits(HUGE_ATOMS, HUGE_ATOMS)), 1000, False),
        (replace(PLAIN, load=LoadLimits(1, 1 << 70)), 1000, True),
        (replace(PLAIN, load=LoadLimits(HUGE_ATOMS + 1, HUGE_ATOMS + 1)), 1000, True),
    ],
)
def test_what_columns_cannot_say_is_odd(draft: ServiceTerms, rate: int, odd: bool) -> None:
    site = random_document(random.Random(3), 1, 1)
    ordinary = ServiceDocument("a", replace(PLAIN, rules=(RULE,)), site.services[0].tags)
    asked = replace(ordinary, public_id="b", draft=draft, rate=rate)
    batch, _ = encoded([replace(site, services=(ordinary, asked, replace(ordinary, public_id="c")))])
    assert batch.services["odd"].astype(bool).tolist() == [False, odd, False]
    assert batch.services["rate"][1] == min(rate, HUGE_ATOMS)
    if draft.load:
        assert batch.services["load_low"][1] == min(draft.load.minimum, HUGE_ATOMS)
        assert batch.services["load_high"][1] == min(draft.load.maximum, HUGE_ATOMS)


def test_firsts_of_runs() -> None:
    assert firsts(np.array([3, 3, 4, 4, 4, 9])).tolist() == [True, False, True, False, False, True]
    assert firsts(np.array([5])).tolist() == [True]
    assert firsts(np.zeros(0)).tolist() == []
