"""Snapshots on disk: which are trusted, who makes them, and what is left of one that was killed.

Nothing in them is the truth. Whatever is in the folder, a site shows what its database says, and makes a new one.
SELVEDGE_REBUILDS says how often the index is made anew while others write and search.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from herd import herd
from killed_builder import STEPS
from worlds import NOW, TODAY, random_supplier

from marketplace.changes import store as changes
from marketplace.db import Database, open_database
from marketplace.search import store
from marketplace.search import sync as sync_module
from marketplace.search.columns import ColumnIndex
from marketplace.search.columns import files as files_module
from marketplace.search.query import SearchQuery
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, SupplierId

REBUILDS = int(os.environ.get("SELVEDGE_REBUILDS", "1"))
KILLS = int(os.environ.get("SELVEDGE_SNAPSHOT_KILLS", "3"))
EVERYTHING = SearchQuery(today=TODAY, per_page=100)


@pytest.fixture(autouse=True)
def no_world_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "SMALL", 1)


@pytest.fixture
def world(database: Database) -> list[SupplierId]:
    rng = random.Random(21)
    return [random_supplier(database, rng, number) for number in range(25)]


@pytest.fixture
def snapshots(database: Database, tmp_path: Path) -> Snapshots:
    return Snapshots(database, tmp_path / "index")


def live_index(database: Database, snapshots: Snapshots | None = None) -> LiveIndex:
    return LiveIndex(database, ColumnIndex.empty(TODAY), snapshots)


def is_right(live: LiveIndex, database: Database) -> None:
    """The index shows what one shows that has just read the whole database."""
    plain = live_index(database)
    for query in (EVERYTHING, SearchQuery(today=TODAY, text="sartoria", per_page=100)):
        ours, theirs = live.search(query), plain.search(query)
        assert (ours.total, ours.hits, ours.facets) == (theirs.total, theirs.hits, theirs.facets)
    assert live.count() == plain.count() > 0


def published(snapshots: Snapshots) -> Path:
    folder = snapshots.newest()
    assert folder
    return folder


def close(database: Database, supplier_id: SupplierId) -> None:
    with database.writing() as session:
        suppliers.set_status(session, supplier_id, Status.CLOSED, NOW)
        changes.record(session, supplier_id)


# -- opening and publishing -----------------------------------------------------------------------------------------


def test_a_snapshot_is_opened_where_it_stands_and_brought_up_to_date(
    database: Database, snapshots: Snapshots, world: list[SupplierId]
) -> None:
    assert snapshots.newest() is None
    assert snapshots.open() is None
    assert snapshots.build(TODAY) == 25
    with database.reading() as session:
        position = changes.current_position(session)
    opened = snapshots.open()
    assert opened
    assert opened.folder == published(snapshots)
    assert 0 < opened.position <= position
    assert opened.rowset.live_sites == 25
    close(database, world[3])
    random_supplier(database, random.Random(5), 900)
    live = live_index(database, snapshots)
    is_right(live, database)
    assert live.count() == 25  # one closed, one came
    opened = snapshots.open()
    assert opened
    assert opened.folder == published(snapshots)  # it was mapped, not made anew
    assert opened.rowset.live_sites == 25


def test_only_the_newest_is_kept_and_it_is_nobody_elses(
    database: Database, snapshots: Snapshots, world: list[SupplierId]
) -> None:
    folders = []
    for _ in range(3):
        snapshots.build(TODAY)
        folders.append(published(snapshots))
    assert len(set(folders)) == 3
    there = {path.name for path in folders[0].parent.iterdir()}
    assert there == {"CURRENT", "LOCK", folders[1].name, folders[2].name}  # who maps the one before may still open it
    assert (folders[2].stat().st_mode & 0o77, folders[0].parent.stat().st_mode & 0o77) == (0, 0)


def test_a_running_process_takes_up_the_new_snapshot(
    database: Database, snapshots: Snapshots, world: list[SupplierId]
) -> None:
    live, other = live_index(database, snapshots), live_index(database, snapshots)
    is_right(live, database)
    is_right(other, database)
    first = published(snapshots)
    close(database, world[0])
    snapshots.build(TODAY)
    snapshots.build(TODAY)  # the first one is gone from the disk, but mapped still
    assert not first.exists()
    close(database, world[1])
    for index in (live, other):
        is_right(index, database)
        assert index._folder == published(snapshots)


def test_nothing_is_built_where_nothing_is_needed(
    database: Database, snapshots: Snapshots, world: list[SupplierId]
) -> None:
    snapshots.build(TODAY)
    before = published(snapshots)
    assert snapshots.build(TODAY, unless=lambda: True) is None
    assert published(snapshots) == before
    live_index(database, snapshots).count()
    assert published(snapshots) == before


def test_a_world_that_is_small_needs_no_snapshot(
    database: Database, snapshots: Snapshots, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "SMALL", 26)
    live = live_index(database, snapshots)
    is_right(live, database)
    assert snapshots.newest() is None


# -- what is not trusted --------------------------------------------------------------------------------------------


def edit_manifest(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def edit_mark(folder: Path, **fields: object) -> None:
    edit_manifest(folder, mark=json.loads((folder / "manifest.json").read_text())["mark"] | fields)


def cut(name: str, share: float) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    do.__name__ = f"{name} cut to {share}"
    return do


DAMAGES: list[Callable[[Path], object]] = [
    lambda folder: (folder / "manifest.json").unlink(),
    lambda folder: (folder / "manifest.json").write_text("[]"),
    lambda folder: (folder / "manifest.json").write_text("{}"),
    lambda folder: (folder / "manifest.json").write_text("null"),
    lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"),
    lambda folder: edit_manifest(folder, mark=None),
    lambda folder: edit_manifest(folder, program="another version"),
    lambda folder: edit_mark(folder, token="f" * 32),
    lambda folder: edit_mark(folder, position=1 << 60),
    lambda folder: edit_mark(folder, database="another cluster"),
    lambda folder: (folder / "postings.docs.npy").unlink(),
    lambda folder: (folder / "documents.bin").unlink(),
    lambda folder: (folder / "papers.npy").write_bytes(b"no array at all"),
    lambda folder: (folder.parent / "CURRENT").unlink(),
    lambda folder: (folder.parent / "CURRENT").write_text(""),
    lambda folder: (folder.parent / "CURRENT").write_text("../../../etc"),
    lambda folder: (folder.parent / "CURRENT").write_text("a" * 32),
    lambda folder: (folder.parent / "CURRENT").write_bytes(b"\xff\x00"),
    lambda folder: shutil.rmtree(folder),
    cut("manifest.json", 0.5),
    cut("manifest.json", 0),
    cut("documents.bin", 0.9),
    cut("documents.bin", 0),
    cut("sites.site_id.npy", 0),
    cut("sites.site_id.npy", 0.5),
    cut("bits.service.npy", 0.999),
    cut("calendars.before.npy", 0.01),
    cut("suppliers.keys.npy", 0.9),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_what_is_damaged_or_foreign_is_made_anew(
    damage: Callable[[Path], object], database: Database, snapshots: Snapshots, world: list[SupplierId]
) -> None:
    snapshots.build(TODAY)
    close(database, world[0])
    before = published(snapshots)
    damage(before)
    assert snapshots.open() is None
    live = live_index(database, snapshots)
    is_right(live, database)
    assert published(snapshots) != before
    assert snapshots.open() is not None


def test_a_snapshot_is_trusted_whatever_file_is_cut_off_never(
    database: Database, snapshots: Snapshots, world: list[SupplierId], tmp_path: Path
) -> None:
    """Each file in turn, by one byte."""
    snapshots.build(TODAY)
    folder = published(snapshots)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) > 50
    for name in names:
        whole = (folder / name).read_bytes()
        assert whole
        (folder / name).write_bytes(whole[:-1])
        assert snapshots.open() is None, name
        (folder / name).write_bytes(whole)
    assert snapshots.open() is not None


def test_another_version_of_the_program_makes_its_own(
    database: Database, snapshots: Snapshots, world: list[SupplierId], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots.build(TODAY)
    monkeypatch.setattr(files_module, "program", lambda: "another")
    assert snapshots.open() is None
    is_right(live_index(database, snapshots), database)
    assert snapshots.open() is not None
    monkeypatch.undo()
    assert snapshots.open() is None


def test_a_snapshot_of_another_database_is_not_trusted(
    database: Database, snapshots: Snapshots, world: list[SupplierId], tmp_path: Path, sqlite_template: Path
) -> None:
    """Two sites that were pointed at one folder: each shows its own firms."""
    snapshots.build(TODAY)
    shutil.copy(sqlite_template, tmp_path / "other.sqlite3")
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    for number in range(40):
        random_supplier(other, random.Random(number), number)
    foreign = Snapshots(other, tmp_path / "index")
    assert foreign.open() is None
    is_right(live_index(other, foreign), other)
    assert snapshots.open() is None
    is_right(live_index(database, snapshots), database)
    other.dispose()


def test_a_database_that_was_put_back_does_not_trust_what_is_newer(tmp_path: Path, sqlite_template: Path) -> None:
    """Row 27: the copy names the snapshot that was the newest then. It is gone, or the log does not reach so far."""
    path, copy = tmp_path / "site.sqlite3", tmp_path / "copy.sqlite3"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    rng = random.Random(3)
    ids = [random_supplier(database, rng, number) for number in range(10)]
    snapshots = Snapshots(database, tmp_path / "index")
    snapshots.build(TODAY)
    with database.writing() as session:  # the copy has everything: no log beside the file is needed
        assert store.snapshot_token(session)
    database.dispose()
    shutil.copy(path, copy)

    database = open_database(f"sqlite:///{path}")
    snapshots = Snapshots(database, tmp_path / "index")
    close(database, ids[0])
    random_supplier(database, rng, 700)
    snapshots.build(TODAY)
    database.dispose()
    shutil.copy(copy, path)

    database = open_database(f"sqlite:///{path}")
    snapshots = Snapshots(database, tmp_path / "index")
    assert snapshots.open() is None
    live = live_index(database, snapshots)
    is_right(live, database)
    assert live.count() == 10
    # The same token, but a log that ends before it: nor is that believed.
    edit_mark(published(snapshots), position=10_000)
    assert snapshots.open() is None
    database.dispose()


# -- killed, and two at once ----------------------------------------------------------------------------------------


class Builders:
    """The processes of killed_builder.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *orders: str) -> list[int]:
        """Start one for each order, wait for all; returns how each ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("".join(f"{order}\n" for order in (*orders, "wait")))
        self._process.stdin.flush()
        return [int(status) for status in self._process.stdout.readline().split()]


@pytest.fixture
def builders(database_url: str, tmp_path: Path) -> Iterator[Builders]:
    command = [sys.executable, str(Path(__file__).with_name("killed_builder.py")), database_url, f"{tmp_path}/index"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Builders(process)
        assert process.stdin
        process.stdin.close()


def is_usable(database: Database, snapshots: Snapshots) -> None:
    """A process that starts now is right, and the next build leaves nothing of the killed one."""
    is_right(live_index(database, snapshots), database)
    opened = snapshots.open()
    assert opened
    snapshots.build(TODAY)
    left = {path.name for path in published(snapshots).parent.iterdir()}
    assert left <= {"CURRENT", "LOCK", opened.folder.name, published(snapshots).name}
    is_right(live_index(database, snapshots), database)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "another"])
def test_killed_before_each_step(
    step: str, first: bool, database: Database, snapshots: Snapshots, builders: Builders, world: list[SupplierId]
) -> None:
    if not first:
        snapshots.build(TODAY)
    close(database, world[0])
    assert builders.run(f"before {step}") == [-9]
    close(database, world[1])
    is_usable(database, snapshots)


def test_killed_at_random_moments(
    database: Database, snapshots: Snapshots, builders: Builders, world: list[SupplierId]
) -> None:
    assert builders.run("") == [0]  # once its modules are loaded, the time of a run says something
    began = time.monotonic()
    assert builders.run("") == [0]
    whole = time.monotonic() - began
    rng = random.Random(8)
    killed = 0
    for number in range(KILLS):
        close(database, world[number % len(world)]) if number < 20 else None
        killed += builders.run(f"after {rng.uniform(0, whole):.4f}") == [-9]
        is_usable(database, snapshots)
    assert killed


def test_two_processes_that_start_at_once_make_one(
    database: Database, snapshots: Snapshots, builders: Builders, world: list[SupplierId], tmp_path: Path
) -> None:
    assert builders.run("start", "start", "start") == [0, 0, 0]
    assert (tmp_path / "writes").read_text() == "1\n"
    assert [path.read_text() for path in tmp_path.glob("count-*")] == ["25"] * 3


# -- under writes ---------------------------------------------------------------------------------------------------


def test_made_anew_under_writes_with_nobody_noticing(database: Database, database_url: str, tmp_path: Path) -> None:
    """Row 26: two processes write some fifty times a second, one searches all the while, one makes snapshots.
    Every search is compared with the database (killed.py): nothing is missing, back again or old, at any moment, so
    there is no empty one either; and the searching process takes up what was made."""
    with herd(database_url, tmp_path) as found:
        found.start(0, "writer")
        found.start(1, "writer")
        time.sleep(1)
        found.start(10, "watcher")
        found.wait_for_searches(2)
        found.start(20, "builder")
        until = time.monotonic() + 60 + 10 * REBUILDS
        while count(tmp_path / "built") < REBUILDS:
            assert time.monotonic() < until, "no snapshot was made"
            time.sleep(0.05)
        found.kill(20)
        found.wait_for_searches(2)
        for number in (0, 1):
            found.kill(number)
        found.wait_for_searches(2)
        found.kill(10)
        built, swaps = count(tmp_path / "built"), count(tmp_path / "swaps")
        assert found.wrong == []
    print(f"{built} made, {swaps} taken up, {found.searches} searches: 0 wrong")  # noqa: T201
    assert swaps >= 2
    assert found.searches > REBUILDS


def count(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0
