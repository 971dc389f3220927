"""The parts of the column engine, each against the plain way of doing the same."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from papers import TODAY, random_calendar, random_document

from marketplace.capacity.model import Calendar
from marketplace.capacity.rules import SCALE, open_days, plan, still_open
from marketplace.places import Point
from marketplace.places.chords import chord_bounds, earth_point, earth_xyz, estimate_m, longest_m
from marketplace.places.rules import distance_m
from marketplace.search.columns.circles import Distances
from marketplace.search.columns.collecting import Collector
from marketplace.search.columns.layout import WEEKS
from marketplace.search.columns.postings import Postings, Scratch
from marketplace.search.columns.runs import Weeks
from marketplace.search.columns.snapshot import build
from marketplace.search.columns.table import Array, Bits, Table, pack, slices, unpack
from marketplace.search.document import ServiceDocument, SiteDocument
from marketplace.search.words import WordIndex, cut
from marketplace.suppliers.model import ServiceTerms, Tags
from marketplace.units import Unit, Week

# -- words ----------------------------------------------------------------------------------------------------------

ALPHABETS = ("ab", "abc", "abcdefg", "αβγδεσ", "日本語中文字", "żołwśé", "aбγ日𝔸𐍈", "ab0123")


def random_word(rng: random.Random, letters: str) -> str:
    return "".join(rng.choices(letters, k=rng.choice((1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 10, 12, 20))))


def with_errors(rng: random.Random, word: str, letters: str) -> str:
    """A word with up to three typing errors, at its ends as often as inside."""
    for _ in range(rng.randrange(4)):
        at = rng.choice((0, len(word), rng.randint(0, len(word))))
        letter = rng.choice(letters)
        word = rng.choice(
            (
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            )
        )
    return word


class Texts:
    """The same words in both indexes: some from the start, some put since, some taken out."""

    def __init__(self, rng: random.Random, letters: str) -> None:
        self.words = [random_word(rng, letters) for _ in range(rng.choice((0, 1, 30, 120)))]
        self.plain, collected = WordIndex(), Collector()
        papers: list[dict[str, float]] = []
        for ordinal in range(rng.choice((0, 5, 40))):
            papers.append(self._paper(rng))
            collected.add([self._document(rng, papers[-1])])
            self._put(ordinal, papers[-1])
        self.postings = Postings.build(collected)
        self.dead: set[int] = set()
        for _ in range(rng.choice((0, 3, 25))):
            alive = [ordinal for ordinal in range(len(papers)) if ordinal not in self.dead]
            if alive and rng.random() < 0.4:
                gone = rng.choice(alive)
                self.dead.add(gone)
                self.postings.remove(gone, papers[gone])
                self.plain.remove(gone)
            else:
                self.words.append(random_word(rng, letters))
                papers.append(self._paper(rng))
                self.postings.add(len(papers) - 1, papers[-1])
                self._put(len(papers) - 1, papers[-1])
        self.scratch = Scratch()
        self.scratch.reserve(len(papers))

    def _paper(self, rng: random.Random) -> dict[str, float]:
        return {rng.choice(self.words): rng.choice((1.0, 2.0, 3.0, 8.0)) for _ in range(rng.randrange(9)) if self.words}

    def _document(self, rng: random.Random, weights: dict[str, float]) -> SiteDocument:
        """A site that has these words where they count so much, and no others."""
        bare = replace(random_document(rng, 1, 1), kind="", site_name="", region="", certificates=(), services=())
        name, town, machine, prose = (
            " ".join(word for word, weight in weights.items() if weight == mine) for mine in (8.0, 3.0, 2.0, 1.0)
        )
        return replace(bare, name=name, locality=town, machines=(machine,), description=prose)

    def _put(self, ordinal: int, weights: dict[str, float]) -> None:
        self.plain.put(ordinal, [(weight, word) for word, weight in weights.items()])

    def find(self, words: list[str]) -> dict[int, float]:
        ids, scores = self.postings.find(words, self.scratch)
        assert len(set(ids.tolist())) == len(ids)
        found = dict(zip(ids.tolist(), scores.tolist(), strict=True))
        return {ordinal: score for ordinal, score in found.items() if ordinal not in self.dead}


def test_words_of_the_tests_are_words() -> None:
    """What the indexes are compared on is what a text is cut into: nothing is folded or split on the way."""
    rng = random.Random(0)
    kept = [word for letters in ALPHABETS[:5] for word in (random_word(rng, letters),) if len(word) > 1]
    assert [list(cut(word)) for word in kept] == [[word] for word in kept]


@pytest.mark.parametrize("letters", [*ALPHABETS[:5], "abcdeżół", "aбγ日𐍈", "ab0123"])
def test_spellings_and_postings_equal_a_walk_through_all_words(letters: str) -> None:
    """Ids, scores to the bit, and the order of the spellings."""
    letters = "".join(dict.fromkeys("".join(cut(" ".join(letters)) or letters)))
    rng = random.Random(letters)
    corrected = found = 0
    for _ in range(25):
        texts = Texts(rng, letters)
        for _ in range(20):
            known = rng.choice(texts.words) if texts.words and rng.random() < 0.8 else random_word(rng, letters)
            asked = with_errors(rng, known, letters)[:64]
            if asked:
                spellings = texts.postings.spellings(asked)
                assert spellings == texts.plain.spellings(asked), asked
                corrected += len(spellings)
            words = [with_errors(rng, rng.choice(texts.words), letters)[:64] for _ in range(2)] if texts.words else []
            words = [word for word in (asked, *words)[: rng.choice((1, 2, 3))] if word]
            hits = texts.find(words)
            assert hits == texts.plain.find(words), words
            found += len(hits)
    assert corrected > 100
    assert found > 200


# -- circles --------------------------------------------------------------------------------------------------------


def nasty_pairs(rng: random.Random) -> Iterator[tuple[Point, Point]]:
    def anywhere() -> Point:
        return Point.of(math.degrees(math.asin(rng.uniform(-1, 1))), rng.uniform(-180, 180))

    def near(point: Point, degrees: float) -> Point:
        lat = max(-90.0, min(90.0, point.lat + rng.gauss(0, degrees)))
        lon = (point.lon + rng.gauss(0, degrees) / max(0.01, math.cos(math.radians(lat))) + 180) % 360 - 180
        return Point.of(lat, lon)

    for _ in range(1500):
        yield anywhere(), anywhere()
        start = anywhere()
        yield start, near(start, 10 ** rng.uniform(-7, 1.5))
    for _ in range(400):
        pole = Point.of(rng.choice((90, -90)), rng.uniform(-180, 180))
        yield pole, near(pole, 10 ** rng.uniform(-7, 1))
        edge = Point.of(rng.uniform(-80, 80), rng.choice((180, -180, 179.9999999, -179.9999999)))
        yield edge, near(edge, 10 ** rng.uniform(-7, 1))
        start = anywhere()
        other_side = Point.of(-start.lat, start.lon - 180 if start.lon > 0 else start.lon + 180)
        yield start, near(other_side, 10 ** rng.uniform(-7, 0.5))
        equator = Point.of(rng.choice((0.0, 1e-7, 0.3)), rng.uniform(-180, 180))
        yield equator, Point.of(-equator.lat, (equator.lon + rng.uniform(170, 180) + 180) % 360 - 180)
    for point in (Point.of(0, 0), Point.of(90, 0), Point.of(-90, 77), Point.of(45, 180), Point.of(43.88, 11.1)):
        yield point, point
    yield Point.of(90, 0), Point.of(-90, 0)
    yield Point.of(90, 0), Point.of(90, 120)
    yield Point.of(0, 0), Point.of(0, 180)
    yield Point.of(0, 180), Point.of(0, -180)


Estimate = Callable[[Array, tuple[float, float, float]], tuple[Array, Array]]


def estimates_hold(estimate: Estimate) -> int:
    """Compare with Karney's geodesic; returns how many estimates claim to be within a metre."""
    sure = 0
    for start, end in nasty_pairs(random.Random(4)):
        exact = Geodesic.WGS84.Inverse(start.lat, start.lon, end.lat, end.lon, Geodesic.DISTANCE)["s12"]
        xyz = earth_xyz(np.array([end.lat]), np.array([end.lon]))
        metres, error = estimate(xyz, earth_point(start.lat, start.lon))
        assert abs(float(metres[0]) - exact) <= float(error[0]), (start, end)
        sure += bool(error[0] < 1)
    return sure


def test_estimates_are_as_near_as_they_say() -> None:
    assert estimates_hold(estimate_m) > 1000


@pytest.mark.parametrize("share", [0.5, 0.01])
def test_bolder_estimates_would_be_found_out(share: float) -> None:
    def bold(xyz: Array, centre: tuple[float, float, float]) -> tuple[Array, Array]:
        metres, error = estimate_m(xyz, centre)
        return metres, error * share

    with pytest.raises(AssertionError):
        estimates_hold(bold)


def chords_hold(bounds: Callable[[float], tuple[float, float]]) -> int:
    """Compare with Karney's geodesic; returns how many chords say whether it is longer than a length near its own."""
    sure = 0
    for start, end in nasty_pairs(random.Random(8)):
        exact = Geodesic.WGS84.Inverse(start.lat, start.lon, end.lat, end.lon, Geodesic.DISTANCE)["s12"]
        chord = math.dist(earth_point(start.lat, start.lon), earth_point(end.lat, end.lon))
        assert exact <= longest_m(chord)
        for metres in (exact * 0.98, exact * 0.999, exact, exact * 1.001, exact * 1.02):
            inner, outer = bounds(metres)
            assert inner <= outer
            assert not chord < inner or exact <= metres, (start, end, metres)
            assert not chord > outer or exact > metres, (start, end, metres)
            sure += chord < inner or chord > outer
    return sure


def test_chords_say_what_is_surely_nearer_and_farther() -> None:
    assert chords_hold(chord_bounds) > 1000


@pytest.mark.parametrize("share", [0.997, 1.003])
def test_bolder_bounds_would_be_found_out(share: float) -> None:
    def bold(metres: float) -> tuple[float, float]:
        inner, outer = chord_bounds(metres)
        return (inner / share, outer) if share < 1 else (inner, outer / share)

    with pytest.raises(AssertionError):
        chords_hold(bold)


def test_distances_settle_to_the_metre_and_edges_belong_to_the_circle() -> None:
    rng = random.Random(5)
    pairs = list(nasty_pairs(rng))
    centre = Point.of(43.88, 11.10)
    points = [end for _, end in pairs]
    table = Table(
        {
            "lat_e7": np.array([point.lat_e7 for point in points], np.int32),
            "lon_e7": np.array([point.lon_e7 for point in points], np.int32),
            "xyz": earth_xyz(np.array([p.lat for p in points]), np.array([p.lon for p in points])),
        },
        len(points),
    )
    exact = np.array([distance_m(centre, point) for point in points])
    everywhere = np.arange(len(points))
    chord2 = ((table["xyz"] - np.array(earth_point(centre.lat, centre.lon))[:, None]) ** 2).sum(0)
    for position in rng.sample(range(len(points)), 60):
        for radius in (exact[position] - 1, exact[position], exact[position] + 1):
            distances = Distances(centre, table, everywhere, chord2)
            assert (distances.within(int(radius)) == (exact <= radius)).all()
    for count in (1, 2, 7, 300, 1500, len(points)):
        distances = Distances(centre, table, everywhere, chord2)
        some = np.sort(np.array(rng.sample(range(len(points)), max(count, len(points) // 2))))
        limit = np.sort(exact[some])[count - 1]
        near = distances.nearest(some, count)
        assert set(some[exact[some] <= limit]) <= set(near)
        assert (distances.low[near] == exact[near]).all()
    distances = Distances(centre, table, everywhere, chord2)
    distances.settle(everywhere)
    assert (distances.low == exact).all()
    assert (distances.high == exact).all()


# -- weeks ----------------------------------------------------------------------------------------------------------


def with_calendars(rng: random.Random, calendars: list[Calendar]) -> tuple[Weeks, Array]:
    """The columns of calendars, and the row of each."""
    document = random_document(rng, 1, 1)
    services = tuple(
        ServiceDocument(f"{number:06d}", ServiceTerms("sew", Unit.PIECE), Tags(), calendar)
        for number, calendar in enumerate(calendars)
    )
    rowset = build([replace(document, services=services)], TODAY)
    return rowset.weeks, rowset.tables.services["calendar"]


def daily(calendar: Calendar, day: date) -> int:
    """What a day still offers, in 420ths of an atom."""
    days = open_days(calendar, Week.containing(day))
    amount = still_open(calendar, Week.containing(day))
    return (amount or 0) * SCALE // len(days) if day in days else 0


def test_weeks_in_columns_equal_the_calendars() -> None:
    """Capacity before a day, the first open day, and the day on which a job is done."""
    rng = random.Random(6)
    calendars = [random_calendar(rng) for _ in range(120)]
    weeks, rows = with_calendars(rng, calendars)
    assert weeks.days == WEEKS * 7
    totals = np.zeros((len(calendars), weeks.days + 1), np.int64)
    for number, calendar in enumerate(calendars):
        for day in range(weeks.days):
            amount = daily(calendar, weeks.monday + timedelta(days=day))
            totals[number, day + 1] = totals[number, day] + amount
    for day in (*range(0, weeks.days, 5), 1, 6, 7, 8, weeks.days - 1, weeks.days):
        assert (weeks.before(rows, day) == totals[:, day]).all(), day
        assert (weeks.before_each(rows, np.full(len(rows), day)) == totals[:, day]).all(), day
    assert (weeks.before(rows, -3) == 0).all()
    assert (weeks.before(rows, weeks.days + 50) == totals[:, -1]).all()
    some = np.array([rng.randint(-4, weeks.days + 4) for _ in calendars])
    assert (weeks.before_each(rows, some) == totals[np.arange(len(rows)), np.clip(some, 0, weeks.days)]).all()


def test_finish_equals_the_plan() -> None:
    rng = random.Random(7)
    calendars = [random_calendar(rng) for _ in range(80)]
    weeks, rows = with_calendars(rng, calendars)
    planned = beyond = 0
    for _ in range(60):
        start = rng.choice((0, 6, 7, 9, rng.randrange(weeks.days), weeks.days - 1))
        needs = np.array([rng.choice((1, 2, 29, 30, 31, 300, 900, 5000)) for _ in calendars])
        begins, ends = weeks.finish(rows, start, needs * SCALE)
        for calendar, need, first, last in zip(calendars, needs.tolist(), begins.tolist(), ends.tolist(), strict=True):
            made = plan(calendar, need, weeks.monday + timedelta(days=start), None)
            done = (made.last_worked - weeks.monday).days if made else weeks.days
            assert last == min(done, weeks.days), (calendar, need, start)
            if made and done < weeks.days:
                planned += 1
                assert first == (made.starts - weeks.monday).days
            else:
                beyond += 1
    assert planned > 1000
    assert beyond > 200


# -- tables and bits ------------------------------------------------------------------------------------------------


def test_a_table_grows_and_keeps_what_it_has(tmp_path: Path) -> None:
    rng = random.Random(8)
    spec = {"one": ("i8", ()), "three": ("u1", (3,))}
    written = {name: np.zeros((*shape, 10), kind) for name, (kind, shape) in spec.items()}
    for name, array in written.items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {name: np.asarray(np.load(tmp_path / f"{name}.npy", mmap_mode="c")) for name in spec}
    for table in (Table.empty(spec), Table.empty(spec, 1), Table(mapped, 0)):
        ones: list[int] = []
        for _ in range(40):
            count = rng.choice((0, 1, 2, 70))
            fresh = [rng.randrange(10**12) for _ in range(count)]
            threes = np.array([[value % 251 + k for value in fresh] for k in range(3)], np.uint8).reshape(3, count)
            assert table.append({"one": np.array(fresh, np.int64), "three": threes}) == len(ones)
            ones += fresh
            assert table.count == len(ones) <= table.capacity
            assert table["one"].tolist() == ones
            assert table["three"].shape == (3, len(ones))
            assert table["three"][2].tolist() == [(value % 251 + 2) % 256 for value in ones]
    assert not np.load(tmp_path / "one.npy").any()  # copy on write: the file is everybody's


def test_bits_equal_a_set_of_pairs() -> None:
    rng = random.Random(9)
    for _ in range(12):
        values, rows = rng.choice((0, 1, 40)), rng.choice((0, 1, 63, 64, 65, 500))
        pairs = {(rng.randrange(values), rng.randrange(rows)) for _ in range(200) if values and rows}
        value, row = (np.array([pair[k] for pair in sorted(pairs)], np.int64) for k in (0, 1))
        bits = Bits.build(values, rows, value, row)
        if rng.random() < 0.5:
            bits = Bits(bits.padded(rows + rng.choice((0, 1, 700))))
        for _ in range(6):
            rows += rng.choice((1, 64, 300, 3000))
            values += rng.choice((0, 1, 500))
            fresh = {(rng.randrange(max(values, 1)), rng.randrange(rows)) for _ in range(rng.choice((0, 1, 80)))}
            values = max(values, 1)
            pairs |= fresh
            bits.set(*(np.array([pair[k] for pair in fresh], np.int64) for k in (0, 1)))
        every = np.arange(rows)
        asked = [rng.randrange(values) for _ in range(3)] + [values + 10_000]  # the last was never seen
        wanted = np.array([any((number, position) in pairs for number in asked) for position in range(rows)])
        reach = bits.words.shape[1] * 64
        assert reach >= max((position for _, position in pairs), default=-1) + 1
        within = min(rows, reach)
        assert (unpack(bits.any_of(asked, within), within) == wanted[:within]).all()
        assert not wanted[within:].any()
        assert (bits.has_any(asked, every[:within]) == wanted[:within]).all()
        some = np.array(sorted(rng.sample(range(within), min(within, 200))), np.int64)
        counts = bits.count(some, within, np.arange(len(bits.words)))
        chosen = set(some.tolist())
        for number in range(values):
            assert (counts[number] if number < len(counts) else 0) == sum(
                value == number and position in chosen for value, position in pairs
            )


def test_packing_and_slices() -> None:
    mask = np.array([1, 0, 0, 1, 1] + [0] * 59 + [1] * 64, np.uint8)
    assert unpack(pack(mask), 128).tolist() == mask.astype(bool).tolist()
    assert pack(mask)[0] == 0b11001
    assert slices(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert slices(np.array([5]), np.array([0])).tolist() == []
