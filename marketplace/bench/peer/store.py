"""The peer's database: filled by COPY, asked by one statement a search."""

# ruff: noqa: S608 - statements are put together from the constants of this package; what is asked is bound
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

import psycopg

from marketplace.bench.peer.numbering import TERMS, UNITS, run_numbers, term_of
from marketplace.bench.peer.rows import WEEKS, certificate_rows, page_row, service_row, site_row
from marketplace.bench.peer.tables import CREATE, INDEX, SCHEMA, SETTINGS
from marketplace.bench.timing import Ask
from marketplace.search.decide import SERVICE_FACETS, SITE_FACETS, Limit
from marketplace.search.document import SiteDocument
from marketplace.search.index import Answer
from marketplace.search.query import SearchQuery, Sort
from marketplace.search.words import cut_query
from marketplace.units import Unit, Week
from marketplace.vocabulary import Facet

_BATCH = 5_000
_PAGE = 20
_SPELLINGS = 8
_TOTAL, _FACET, _HIT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    total: int
    facets: dict[Facet, dict[str, int]]
    site_ids: tuple[int, ...]

    def agrees_with(self, answer: Answer) -> bool:
        """The same total and the same counts of every value that anything has."""
        counted = {facet: dict(values) for facet, values in answer.facets.items() if values}
        return (self.total, self.facets) == (answer.total, counted)


@dataclass(frozen=True, slots=True)
class LoadedIn:
    """Seconds to fill and to index, and what lies on disk."""

    copy_s: float
    index_s: float
    mb: float


def load(
    url: str, documents: Iterable[SiteDocument], first: Week, on_progress: Callable[[int], None] | None = None
) -> LoadedIn:
    """Replace the schema `selvedge_bench` of the database by these documents."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CREATE.replace("CREATE TABLE ", f"CREATE TABLE {SCHEMA}."))
        connection.execute(SETTINGS)
        connection.execute("SET maintenance_work_mem = '1GB'")
        copying, count, rest = 0.0, 0, iter(documents)
        while batch := list(islice(rest, _BATCH)):
            rows = {
                "site": [site_row(document) for document in batch],
                "service": [service_row(document, s, first) for document in batch for s in document.services],
                "certificate": [row for document in batch for row in certificate_rows(document)],
                "page": [page_row(document) for document in batch],
            }
            started = time.perf_counter()
            for table, lines in rows.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
            copying += time.perf_counter() - started
            count += len(batch)
            if on_progress:
                on_progress(count)
        started = time.perf_counter()
        connection.execute(INDEX)
        connection.execute("VACUUM ANALYZE site, service, certificate, page, vocab")
        indexing = time.perf_counter() - started
        size = connection.execute(
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relkind = 'r'",
            (SCHEMA,),
        ).fetchone()
        assert size is not None
        return LoadedIn(copying, indexing, float(size[0]) / 1e6)


@contextmanager
def opened(url: str, first: Week) -> Iterator[Peer]:
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
        connection.execute(SETTINGS, prepare=False)
        yield Peer(connection, first)


@contextmanager
def asking(url: str, first: Week, queries: Sequence[SearchQuery]) -> Iterator[Ask]:
    with opened(url, first) as peer:
        yield lambda number: peer.search(queries[number])


class Peer:
    """Answers searches over what `load` wrote."""

    def __init__(self, connection: psycopg.Connection[Any], first: Week) -> None:
        self._connection = connection
        self._first = first

    def search(self, query: SearchQuery) -> PeerAnswer:
        """Words that nobody has are looked up only when nothing was found: then at least one is unknown."""
        words = cut_query(query.text)
        lexemes = [f"'{word}'" for word in words[:-1]] + [f"'{word}':*" for word in words[-1:]]
        answer = self._ask(query, " & ".join(lexemes))
        if answer.total or not words:
            return answer
        for place, word in enumerate(words):
            if not self._is_known(word, is_last=place == len(words) - 1):
                spelt = self._spellings(word)
                if not spelt:
                    return answer
                lexemes[place] = "(" + " | ".join(f"'{other}'" for other in spelt) + ")"
        return self._ask(query, " & ".join(lexemes))

    def _ask(self, query: SearchQuery, lexemes: str) -> PeerAnswer:
        statement = _Statement(query, lexemes, self._first)
        total, facets, hits = 0, dict[Facet, dict[str, int]](), list[int]()
        for kind, key, count, _document in self._connection.execute(statement.text, statement.values):
            if kind == _TOTAL:
                total = count
            elif kind == _HIT:
                hits.append(key)
            elif key is not None:  # sites that list nothing yet have no process
                facet, value = term_of(abs(key))
                if key < 0 or facet not in statement.asked:
                    facets.setdefault(facet, {})[value] = count
        return PeerAnswer(total, facets, tuple(hits))

    def _is_known(self, word: str, *, is_last: bool) -> bool:
        if is_last:
            found = self._connection.execute(
                "SELECT 1 FROM vocab WHERE word >= %s AND word < %s LIMIT 1", (word, word + "\U0010ffff")
            )
        else:
            found = self._connection.execute("SELECT 1 FROM vocab WHERE word = %s", (word,))
        return found.fetchone() is not None

    def _spellings(self, word: str) -> list[str]:
        """By Levenshtein's distance, which counts two swapped letters as two errors; the engine's counts one."""
        if len(word) < 4:
            return []
        rows = self._connection.execute(
            "SELECT word FROM vocab WHERE word %% %s AND levenshtein_less_equal(word, %s, 2) <= 2 "
            "ORDER BY levenshtein_less_equal(word, %s, 2), documents DESC, word LIMIT %s",
            (word, word, word, _SPELLINGS),
        )
        return [row[0] for row in rows]


class _Statement:
    """One search as one statement. Searches that ask nothing of services go over sites, others over services."""

    def __init__(self, query: SearchQuery, lexemes: str, first: Week) -> None:
        self._query = query
        self._first = first
        self.values: dict[str, Any] = {"lexemes": lexemes, "day": query.job_day}
        self._site = self._site_conditions()
        self._service = self._service_conditions()
        self._has_once = not self._service or len(query.asked(Facet.PROCESS)) == 1  # each site at most once in m
        self.asked = [facet for facet in (*SITE_FACETS, *SERVICE_FACETS) if query.asked(facet)]
        hits = "SELECT * FROM m"
        if not self._has_once:
            hits = (
                "SELECT site, min(key) AS key, min(name) AS name, min(external_id) AS external_id, "
                "min(kind) AS kind, min(languages) AS languages FROM m GROUP BY site"
            )
        parts = [
            f"SELECT {_TOTAL}, 0, count(*), NULL::text FROM hits",
            *self._open_counts(),
            *(self._own_count(facet) for facet in self.asked),
            f"(SELECT {_HIT}, p.site, 0, g.document FROM (SELECT site, key, name, external_id FROM hits "
            f"ORDER BY key, name, external_id LIMIT {_PAGE}) p JOIN page g USING (site) "
            "ORDER BY p.key, p.name, p.external_id)",
        ]
        self.text = f"WITH m AS MATERIALIZED ({self._matches()}), hits AS MATERIALIZED ({hits}) " + (
            " UNION ALL ".join(parts)
        )

    def _site_conditions(self) -> dict[Limit | None, str]:
        query, said = self._query, dict[Limit | None, str]()
        if self.values["lexemes"]:
            said[None] = "s.ts @@ %(lexemes)s::tsquery"
        if query.circle:
            centre = query.circle.centre
            # Distances are rounded to the metre before they are compared.
            self.values |= {"lon": centre.lon, "lat": centre.lat, "metres": query.circle.radius_m + 0.499}
            said[Limit.RADIUS] = f"ST_DWithin(s.geog, {_CENTRE}, %(metres)s::float8)"
        if query.verified:
            said[Limit.VERIFIED] = "{t}.verified"
        if query.asked(Facet.KIND):
            said[Limit.KIND] = "{t}.kind = ANY(%(kind)s::integer[])"
        if query.asked(Facet.LANGUAGE):
            said[Limit.LANGUAGE] = "{t}.languages && %(language)s::integer[]"
        if query.asked(Facet.CERTIFICATION):
            said[Limit.CERTIFICATION] = (
                "{t}.{id} IN (SELECT c.site FROM certificate c "
                "WHERE c.scheme = ANY(%(certification)s::integer[]) AND %(day)s::date BETWEEN c.first AND c.last)"
            )
        for facet in (*SITE_FACETS, *SERVICE_FACETS):
            if query.asked(facet):
                self.values[facet.value] = sorted(TERMS[facet, value] for value in query.asked(facet))
        return said

    def _service_conditions(self) -> dict[Limit, str]:
        query, said = self._query, dict[Limit, str]()
        for facet in SERVICE_FACETS:
            if query.asked(facet) and facet is Facet.PROCESS:
                said[Limit.PROCESS] = "v.process = ANY(%(process)s::integer[])"
            elif query.asked(facet):
                said[Limit(facet.value)] = f"v.tags && %({facet.value})s::integer[]"
        if query.run:
            numbers = run_numbers(query.run)
            self.values |= {
                "units": numbers.units,
                "converted": numbers.converted,
                "load": numbers.load,
                "dye_load": numbers.dye_load,
                "shares": numbers.shares,
                "colours": numbers.colours,
            }
            said[Limit.QUANTITY] = _TAKES
        if query.has_window:
            first, last = self._weeks()
            by_day = ((query.by or date.max) - self._first.monday) // timedelta(days=1)
            self.values |= {"first": first, "last": last, "by_day": by_day}
            said[Limit.BY] = _IN_TIME if query.run else "v.cap[%(last)s::integer] > v.cap[%(first)s::integer]"
        return said

    def _weeks(self) -> tuple[int, int]:
        """Places in `cap` before the first and after the last week."""
        first = (Week.containing(self._query.arrival).monday - self._first.monday) // timedelta(weeks=1)
        last_day = self._query.by or self._query.arrival + timedelta(weeks=12)
        last = (Week.containing(last_day).monday - self._first.monday) // timedelta(weeks=1)
        return min(first, WEEKS) + 1, min(last + 1, WEEKS) + 1

    def _from(self, without: Facet | None = None, *, by_service: bool | None = None) -> tuple[str, str]:
        """FROM and WHERE of everything that meets all but the filter left out; and the table of shared columns."""
        left_out = Limit(without.value) if without else None
        service = [text for limit, text in self._service.items() if limit is not left_out]
        site = [text for limit, text in self._site.items() if limit is None or limit is not left_out]
        if by_service is None:
            by_service = bool(service)
        table, key = ("v", "site") if by_service else ("s", "id")
        site = [text.replace("{t}", table).replace("{id}", key) for text in site]
        source = "site s"
        if by_service:
            source = "service v"
            if any("s." in text for text in site):
                source = "site s JOIN service v ON v.site = s.id"
        conditions = [*site, *(service if by_service else ())]
        return f"FROM {source}" + (f" WHERE {' AND '.join(conditions)}" if conditions else ""), table

    def _matches(self) -> str:
        source, t = self._from()
        site = "v.site" if t == "v" else "s.id AS site"
        key = self._key(t)
        return f"SELECT {site}, {key} AS key, {t}.name, {t}.external_id, {t}.kind, {t}.languages, {t}.tags {source}"

    def _key(self, table: str) -> str:
        """What the page is sorted by. What services state counts with the least, whichever service it is of."""
        match self._query.order:
            case Sort.DISTANCE:
                return f"round(ST_Distance(s.geog, {_CENTRE}))"
            case Sort.RELEVANCE if self.values["lexemes"]:
                return "-ts_rank(s.ts, %(lexemes)s::tsquery)"
            case Sort.RELEVANCE:
                return f"(NOT {table}.verified)::integer"
            case _:
                return f"{table}.lead"

    def _open_counts(self) -> Iterator[str]:
        """Counts of the facets that nothing is asked of. Rows of asked ones come along and are left aside."""
        count = f"SELECT {_FACET}, t, count(*), NULL FROM"
        if not self._service:
            yield f"{count} (SELECT unnest(tags) AS t FROM m) x GROUP BY t"
        else:
            once = "" if self._has_once else "DISTINCT site,"
            yield f"{count} (SELECT {once} unnest(tags) AS t FROM m) x GROUP BY t"
            yield f"{count} (SELECT unnest(languages) AS t FROM hits) x GROUP BY t"
            yield f"SELECT {_FACET}, kind, count(*), NULL FROM hits GROUP BY kind"
        if Facet.CERTIFICATION not in self.asked:
            yield self._certificates("SELECT site FROM hits")

    def _own_count(self, facet: Facet) -> str:
        """Counts of a facet among what would match without its own filter."""
        by_service = True if facet in SERVICE_FACETS else None
        source, t = self._from(facet, by_service=by_service)
        site = "v.site" if t == "v" else "s.id"
        has_once = t == "s" or (facet is not Facet.PROCESS and len(self._query.asked(Facet.PROCESS)) == 1)
        # Negative, to tell them from the counts of the matches themselves.
        match facet:
            case Facet.CERTIFICATION:
                return self._certificates(f"SELECT {site} {source}", sign="-")
            case Facet.KIND:
                counted = "count(*)" if has_once else "count(DISTINCT v.site)"
                return f"SELECT {_FACET}, -{t}.kind, {counted}, NULL {source} GROUP BY {t}.kind"
            case Facet.PROCESS:
                return f"SELECT {_FACET}, -v.process, count(*), NULL {source} GROUP BY v.process"
            case _:
                values = f"{t}.languages" if facet is Facet.LANGUAGE else f"v.{facet.value}"
                once = "" if has_once else f"DISTINCT {site},"
                listed = f"SELECT {once} unnest({values}) AS t {source}"
                return f"SELECT {_FACET}, -t, count(*), NULL FROM ({listed}) x GROUP BY t"

    def _certificates(self, sites: str, sign: str = "") -> str:
        return (
            f"SELECT {_FACET}, {sign}c.scheme, count(DISTINCT c.site), NULL FROM certificate c "
            f"WHERE %(day)s::date BETWEEN c.first AND c.last AND c.site IN ({sites}) GROUP BY c.scheme"
        )


_CENTRE = "ST_SetSRID(ST_MakePoint(%(lon)s::float8, %(lat)s::float8), 4326)::geography"
_LOAD = "(CASE WHEN v.dyes THEN %(dye_load)s::bigint[] ELSE %(load)s::bigint[] END)[v.unit]"
_TAKES = f"""v.unit = ANY(%(units)s::smallint[])
 AND (v.maximum IS NULL OR v.maximum >= (%(converted)s::bigint[])[v.unit])
 AND (v.least1 IS NULL OR (%(shares)s::bigint[])[v.at1] >= v.least1)
 AND (v.least2 IS NULL OR (%(shares)s::bigint[])[v.at2] >= v.least2)
 AND (v.least3 IS NULL OR (%(shares)s::bigint[])[v.at3] >= v.least3)
 AND (v.load_high IS NULL OR ({_LOAD} + v.load_high - 1) / v.load_high * v.load_low <= {_LOAD})"""
_EACH = "(((%(converted)s::bigint[])[v.unit] + %(colours)s::bigint - 1) / %(colours)s::bigint)"
_LOADS = f"(({_EACH} + v.load_high - 1) / v.load_high)"
_NEED = f"""(CASE WHEN v.calendar_unit = {UNITS[Unit.LOAD]} AND v.unit <> {UNITS[Unit.LOAD]}
 THEN CASE WHEN {_LOADS} * v.load_low <= {_EACH} THEN {_LOADS} * %(colours)s::bigint END
 ELSE ((%(converted)s::bigint[])[v.unit] * v.rate + 999) / 1000 END)"""
_IN_TIME = f"""v.cap[%(last)s::integer] - v.cap[%(first)s::integer] >= {_NEED}
 AND v.opens[%(first)s::integer] + v.lead <= %(by_day)s::integer"""
