"""What PostGIS is given says the same as the rules: minimums, loads, capacity. Its SQL needs a PostGIS to run;
each benchmark run with one prints how many answers agree."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.bench.generate import Generator
from marketplace.bench.peer.numbering import TERMS, UNITS, run_numbers, term_of
from marketplace.bench.peer.rows import WEEKS, certificate_rows, page_row, service_row, service_tags, site_row
from marketplace.bench.shapes import make_shapes
from marketplace.capacity.rules import open_between, plan
from marketplace.places import Point
from marketplace.suppliers.rules import Answer, judge
from marketplace.units import Week
from marketplace.vocabulary import Facet, vocabulary

# Places in a service's row, as tables.py lists its columns.
UNIT, MAXIMUM, RULES, DYES, LOW, HIGH, LEAD, CAP, OPENS = 11, 12, 13, 19, 20, 21, 22, 25, 26


def test_terms_have_numbers_of_their_own() -> None:
    assert len(set(TERMS.values())) == len(TERMS) == sum(len(terms) for terms in vocabulary().terms.values())
    assert all(term_of(number) == term for term, number in TERMS.items())


def test_numbers_refuse_the_runs_that_the_rules_refuse(generator: Generator) -> None:
    first = Week.containing(generator.today)
    runs = [shape.query.run for shape in make_shapes(generator) if shape.query.run]
    answers = {True: 0, False: 0}
    for document in generator.stream(400):
        for service in document.services:
            if service.draft is None:
                continue
            row = service_row(document, service, first)
            for run in runs:
                numbers = run_numbers(run)
                unit = row[UNIT] - 1
                load = (numbers.dye_load if row[DYES] else numbers.load)[unit]
                takes = (
                    row[UNIT] in numbers.units
                    and (row[MAXIMUM] is None or row[MAXIMUM] >= numbers.converted[unit])
                    and all(
                        row[at] is None or numbers.shares[row[at] - 1] >= row[at + 1] for at in range(RULES, DYES, 2)
                    )
                    and (row[HIGH] is None or -(-load // row[HIGH]) * row[LOW] <= load)
                )
                assert takes == (judge(service.draft, run).answer is not Answer.NO)
                answers[takes] += 1
    assert min(answers.values()) > 1000


def test_capacity_counts_whole_weeks_as_the_calendar_does(generator: Generator) -> None:
    first = Week.containing(generator.today)
    counted = 0
    for document in generator.stream(200):
        for service in document.services:
            calendar = service.calendar
            if service.draft is None or calendar is None:
                continue
            row = service_row(document, service, first)
            cap, opens = row[CAP], row[OPENS]
            assert (len(cap), len(opens)) == (WEEKS + 1, WEEKS)
            for a, b in ((0, 2), (1, 7), (3, 14)):
                monday, sunday = first.plus(a).monday, first.plus(b).sunday
                assert cap[b + 1] - cap[a] == (open_between(calendar, monday, sunday) or 0)
                needed = max(1, (cap[b + 1] - cap[a]) // 2)
                planned = plan(calendar, needed, monday, service.draft.leads.first)
                in_time = cap[b + 1] - cap[a] >= needed and (
                    opens[a] + row[LEAD] <= (sunday - first.monday) // timedelta(days=1)
                )
                assert in_time == (planned is not None and planned.ready <= sunday)
                counted += in_time
    assert counted > 50


def test_rows_hold_what_is_searched_for(generator: Generator) -> None:
    document = next(d for d in generator.stream(300) if d.certificates and d.services[0].draft and d.point)
    row = site_row(document)
    assert row[0] == document.site_id
    assert term_of(row[1]) == (Facet.KIND, document.kind)
    service = document.services[0]
    assert {term_of(number) for number in service_tags(service)} == {
        (facet, value)
        for facet in (Facet.PROCESS, Facet.SKILL, Facet.MATERIAL, Facet.PRODUCT)
        for value in service.values(facet)
    }
    assert isinstance(document.point, Point)
    assert row[8] == f"SRID=4326;POINT({document.point.lon} {document.point.lat})"
    assert f"'{document.name.split()[0].lower()}':1A" in row[9]
    assert document.name in page_row(document)[1]
    schemes = {term_of(number)[1] for _, number, *_ in certificate_rows(document)}
    assert schemes == {certificate.scheme for certificate in document.certificates}
    assert all(first < last for _, _, first, last in certificate_rows(document) if last != date.max)
    assert UNITS[service.draft.unit] >= 1  # type: ignore[union-attr]
