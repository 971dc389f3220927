"""One run of the benchmark: every size, every engine, everything asked for."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from marketplace.bench.client import Client
from marketplace.bench.engine import asking, build, opened, spellings
from marketplace.bench.exact import compare
from marketplace.bench.figures import Figures, PeerFigures, SiteFigures, SizeFigures, by_class, ratios
from marketplace.bench.generate import Generator
from marketplace.bench.shapes import Shape, make_shapes
from marketplace.bench.site import BARE, Site, paths_of
from marketplace.bench.store import write_suppliers
from marketplace.bench.timing import Progress, best_of, percentile
from marketplace.bench.towns import read_towns
from marketplace.bench.typos import time_typos
from marketplace.bench.updates import cost_of_updates, publishers, visible_after
from marketplace.bench.workers import per_second
from marketplace.db import migrate, open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.search.columns import ColumnIndex
from marketplace.search.document import SiteDocument
from marketplace.search.index import Answer
from marketplace.units import Week

MILLION = 1_000_000
EXACT_SUPPLIERS = 1_000
_EDITED_PARTS = 50  # one supplier in fifty is edited: 2 %
_TYPOS = 1_500
_VISIBLE = 300
_UPDATES_PER_S = 500
_PUBLISHERS = 1_000
_PROCESSES = (1, 2)

Says = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. `rounds` None: 5, and 3 from a million suppliers on. `seconds`: of each throughput."""

    suppliers: tuple[int, ...]
    rounds: int | None = None
    seconds: float = 2.0
    exact: int = 0
    with_site: bool = True
    postgis: str | None = None

    def rounds_at(self, suppliers: int) -> int:
        return self.rounds or (3 if suppliers >= MILLION else 5)


def run(plan: Plan, data_dir: Path, says: Says) -> Figures:
    """Measure. `says` shows what is being done; `data_dir` is where the gazetteer lies or will lie."""
    today = Week.containing(datetime.now(UTC).date()).monday
    with says("Towns and words"):
        generator = Generator(today, read_towns(Gazetteer(data_dir)))
        shapes = make_shapes(generator)
    figures = Figures()
    for suppliers in plan.suppliers:
        figures.sizes.append(_Size(plan, generator, shapes, suppliers, data_dir, says).measure())
    if plan.exact:
        with says(f"Comparing {plan.exact:,} answers with the plain walk") as progress:
            figures.exact = compare(generator, EXACT_SUPPLIERS, plan.exact, progress)
    return figures


class _Size:
    """One number of suppliers."""

    def __init__(
        self, plan: Plan, generator: Generator, shapes: tuple[Shape, ...], suppliers: int, data_dir: Path, says: Says
    ) -> None:
        self._plan = plan
        self._generator = generator
        self._shapes = shapes
        self._queries = [shape.query for shape in shapes]
        self._suppliers = suppliers
        self._data_dir = data_dir
        self._says = says
        self._rounds = plan.rounds_at(suppliers)
        self._first = Week.containing(generator.today)

    def measure(self) -> SizeFigures:
        with tempfile.TemporaryDirectory(prefix="selvedge-bench-") as folder:
            snapshot = Path(folder)
            with self._say("building") as progress:
                built = build(snapshot, _counted(self._generator, self._suppliers, progress), self._generator.today)
            index = opened(snapshot)
            own_ms, peer = self._search(snapshot, index)
            rates, memory = self._rates(snapshot)
            with self._say("misspelt words"):
                typos = time_typos(self._generator, self._suppliers, lambda word: spellings(index, word), _TYPOS)
            cpu_ms, delta_share = self._delta(index)
        return SizeFigures(
            suppliers=self._suppliers,
            build_s=built.build_s,
            generate_s=built.generate_s,
            index_mb=built.mb,
            classes=by_class(self._shapes, own_ms),
            cpu_ms={group: found.mean_ms for group, found in by_class(self._shapes, cpu_ms).items()},
            per_s=rates,
            private_mb=memory,
            typos=typos,
            delta_share=delta_share,
            peer=peer,
            site=self._site() if self._plan.with_site else None,
        )

    def _search(self, snapshot: Path, index: ColumnIndex) -> tuple[list[float], PeerFigures | None]:
        """Milliseconds of each shape; those of the peer in between, where one is given."""
        own, count, url = self._asks(index), len(self._shapes), self._plan.postgis
        if url is None:
            with self._say("searching") as progress:
                return best_of({"own": own}, count, self._rounds, progress)["own"], None
        from marketplace.bench.peer import store as peer  # its driver is an extra

        with self._say("filling PostGIS") as progress:
            documents = self._generator.stream(self._suppliers)
            loaded = peer.load(url, documents, self._first, lambda done: progress(done, self._suppliers))
        agree = same_page = 0
        queries = self._queries

        def plain(number: int) -> Answer:
            """What PostGIS answers too: it knows no relaxations."""
            return index.search(queries[number], relaxed=False)

        keeping = opened(snapshot, kept=count)  # as on the site

        def again(number: int) -> Answer:
            return keeping.search(queries[number], relaxed=False)

        compared = [shape for shape in self._shapes if not shape.typo]
        with self._say("searching") as progress, peer.asking(url, self._first, self._queries) as other:
            times = best_of({"own": own, "plain": plain, "again": again, "peer": other}, count, self._rounds, progress)
        with peer.opened(url, self._first) as asked:
            for shape in compared:
                mine, theirs = index.search(shape.query), asked.search(shape.query)
                agree += theirs.agrees_with(mine)
                same_page += theirs.site_ids == tuple(fit.document.site_id for fit in mine.hits)
        with self._say("searches a second of PostGIS"):
            opens = partial(peer.asking, url, self._first, self._queries)
            rates = {n: per_second(opens, count, n, self._plan.seconds)[0] for n in _PROCESSES}
            ours = partial(asking, snapshot, queries, relaxed=False)
            ours_per_s = {n: per_second(ours, count, n, self._plan.seconds)[0] for n in _PROCESSES}
            ours = partial(asking, snapshot, queries, relaxed=False, kept=count)
            ours_again_per_s = {n: per_second(ours, count, n, self._plan.seconds)[0] for n in _PROCESSES}
        figures = PeerFigures(
            classes=by_class(self._shapes, times["peer"]),
            ours=by_class(self._shapes, times["plain"]),
            ours_again=by_class(self._shapes, times["again"]),
            per_s=rates,
            ours_per_s=ours_per_s,
            ours_again_per_s=ours_again_per_s,
            load_s=loaded.copy_s + loaded.index_s,
            mb=loaded.mb,
            compared=len(compared),
            agree=agree,
            same_page=same_page,
        )
        return times["own"], figures

    def _rates(self, snapshot: Path) -> tuple[dict[int, float], float]:
        """Searches a second by processes, and the private memory of one of the last."""
        rates, memory = {}, [0.0]
        opens = partial(asking, snapshot, self._queries)
        with self._say("searches a second"):
            for count in _PROCESSES:
                rates[count], memory = per_second(opens, len(self._shapes), count, self._plan.seconds)
        return rates, max(memory)

    def _delta(self, index: ColumnIndex) -> tuple[list[float], float]:
        """Milliseconds of the processor for each shape, and what their mean grows by when 2 % of the suppliers are
        edited in place. Changes the index."""
        with self._say("editing 2 %") as progress:
            ask, rounds = self._asks(index), self._rounds
            before = best_of({"own": ask}, len(self._shapes), rounds, clock=time.process_time)["own"]
            count = max(1, self._suppliers // _EDITED_PARTS)
            edited = self._generator.edited(self._generator.stream(count, first=self._suppliers - count))
            for done, document in enumerate(edited, 1):
                index.put(document.supplier_id, [document])
                progress(done, count)
            after = best_of({"own": ask}, len(self._shapes), rounds, clock=time.process_time)["own"]
        return before, sum(after) / sum(before) - 1

    def _site(self) -> SiteFigures:
        """The whole site in another process, over a SQLite database in a folder that goes away again."""
        rng = random.Random(f"{self._generator.seed}/updates")  # noqa: S311 - repeatable on purpose
        count = len(self._shapes)
        with tempfile.TemporaryDirectory(prefix="selvedge-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
            database = open_database(url)
            migrate.upgrade(database)
            started = time.perf_counter()
            with self._say("writing the database") as progress:
                documents = self._generator.stream(self._suppliers)
                write_suppliers(database, documents, lambda done: progress(done, self._suppliers))
            write_s = time.perf_counter() - started
            with Site(url, Path(folder), self._data_dir, self._shapes, self._generator.today) as site:
                with self._say("filling the index from the database"):
                    filled = site.fill()
                with self._say("requests in the application"):
                    in_process = site.in_process(self._rounds)
                with self._say("requests to the server") as progress:
                    client = Client(
                        "127.0.0.1",
                        site.serve(),
                        [*paths_of(self._shapes), *(f"{BARE}/{n}" for n in range(count))],
                    )
                    asks = {"real": client.ask, "bare": lambda number: client.ask(count + number)}
                    served = best_of(asks, count, self._rounds, progress)
                    client.close()
                who = publishers(list(islice(self._generator.stream(self._suppliers), _PUBLISHERS)))
                with self._say("changes seen by another process") as progress:
                    seen = []
                    for one in visible_after(site, database, who, _VISIBLE, rng):
                        seen.append(one)
                        progress(len(seen), _VISIBLE)
                with self._say(f"{_UPDATES_PER_S} updates a second"):
                    updates = cost_of_updates(site, database, who, _UPDATES_PER_S, 3 * self._plan.seconds, rng)
                memory = site.private_mb()
            database.dispose()
        return SiteFigures(
            write_s=write_s,
            rebuild_s=filled.seconds,
            served=ratios(self._shapes, served),
            in_process=ratios(self._shapes, in_process),
            served_ms={group: found.mean_ms for group, found in by_class(self._shapes, served["real"]).items()},
            visible_ms=_median_and_p99([one.applied * 1000 for one in seen]),
            visible_answer_ms=_median_and_p99([one.answered * 1000 for one in seen]),
            updates=updates,
            private_mb=memory,
        )

    def _asks(self, index: ColumnIndex) -> Callable[[int], Answer]:
        queries = self._queries
        return lambda number: index.search(queries[number])

    @contextmanager
    def _say(self, what: str) -> Iterator[Progress]:
        with self._says(f"{self._suppliers:,} suppliers: {what}") as progress:
            yield progress


def _median_and_p99(values: Sequence[float]) -> tuple[float, float]:
    return percentile(values, 50), percentile(values, 99)


def _counted(generator: Generator, suppliers: int, progress: Progress) -> Iterator[SiteDocument]:
    for done, document in enumerate(generator.stream(suppliers), 1):
        if done % 1000 == 0:
            progress(done, suppliers)
        yield document
