"""What a studio does with briefs, in the database: versions, archive, repeats, files. On both engines."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cast import Cast

from marketplace.accounts.model import Actor, Person
from marketplace.audit import store as audit
from marketplace.briefs import actions, store
from marketplace.briefs.actions import Newer
from marketplace.briefs.jobs import forget_removed
from marketplace.briefs.model import Brief, BriefState, Content, Earlier, Line
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.files.actions import Cabinet
from marketplace.files.jobs import remove_orphans
from marketplace.files.model import StoredFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
JACKETS = Content("Chore jacket", lines=(Line("S", "navy", 10), Line("M", "navy", 20)), by=date(2027, 3, 31))
PDF = b"%PDF-1.7\n" + b"x" * 500


def write(cast: Cast, person: Person, content: Content = JACKETS) -> Brief:
    return actions.write(cast.database, cast.actor(person), content, NOW)


def edit(cast: Cast, person: Person, brief: Brief, seen: int | None = None, **change: object) -> Brief:
    content = replace(brief.content, **change)  # type: ignore[arg-type]
    seen = brief.version if seen is None else seen
    return actions.edit(cast.database, cast.actor(person), brief.public_id, content, seen, LATER)


def read(cast: Cast, brief: Brief) -> Brief:
    with cast.database.reading() as session:
        return store.get(session, brief.public_id)


def trail(cast: Cast, brief: Brief) -> list[str]:
    with cast.database.reading() as session:
        return [event.action for event in audit.list_for_object(session, "brief", brief.public_id)][::-1]


def test_a_brief_is_written_and_read(cast: Cast, ada: Person) -> None:
    brief = write(cast, ada)
    assert read(cast, brief) == brief
    assert (brief.version, brief.state, brief.content) == (1, BriefState.OPEN, JACKETS)
    assert trail(cast, brief) == ["brief.write"]


def test_each_change_is_a_version_and_the_same_again_is_none(cast: Cast, ada: Person, bea: Person) -> None:
    brief = write(cast, ada)
    second = edit(cast, bea, brief, by=date(2027, 4, 30))
    assert (second.version, second.changed_at) == (2, LATER)
    assert edit(cast, ada, second) == second
    assert edit(cast, ada, second, seen=1) == second  # who types what stands there already changes nothing
    with cast.database.reading() as session:
        versions = store.list_versions(session, brief.id)
        assert store.get_version(session, brief.id, 1) == JACKETS
        with pytest.raises(NotFound):
            store.get_version(session, brief.id, 3)
    assert [(v.number, v.person, v.changes) for v in versions] == [
        (2, "Bea", ("Needed by: 31 March 2027, now 30 April 2027",)),
        (1, "Ada", ("Written",)),
    ]
    assert trail(cast, brief) == ["brief.write", "brief.edit"]


def test_the_later_of_two_is_told_and_nothing_is_saved(cast: Cast, ada: Person, bea: Person) -> None:
    brief = write(cast, ada)
    theirs = edit(cast, bea, brief, title="Work jacket")
    with pytest.raises(Newer, match="its version is 2 now") as told:
        edit(cast, ada, brief, by=date(2027, 5, 1))
    assert (told.value.newest, told.value.seen) == (theirs, JACKETS)
    assert read(cast, brief) == theirs


def test_a_file_that_came_meanwhile_stops_nobody(cast: Cast, ada: Person, bea: Person, cabinet: Cabinet) -> None:
    brief = write(cast, ada)
    add(cast, cabinet, bea, brief)
    assert edit(cast, ada, brief, title="Work jacket").version == 3


@pytest.mark.parametrize("seen", [0, -1, 2, 10**9])
def test_a_version_that_never_was(cast: Cast, ada: Person, seen: int) -> None:
    with pytest.raises(Invalid, match="the version you changed"):
        edit(cast, ada, write(cast, ada), seen=seen, title="x")


def test_of_many_at_once_one_saves(cast: Cast, ada: Person) -> None:
    brief, actor = write(cast, ada), cast.actor(ada)
    told: list[str] = []

    def run(number: int) -> None:
        try:
            content = replace(brief.content, title=f"Jacket {number}")
            actions.edit(cast.database, actor, brief.public_id, content, 1, LATER)
            told.append("saved")
        except Newer:
            told.append("newer")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["newer"] * 5 + ["saved"]
    assert read(cast, brief).version == 2


def test_what_others_may_not(cast: Cast, ada: Person, eve: Person, cabinet: Cabinet) -> None:
    brief = write(cast, ada)
    file = add(cast, cabinet, ada, brief)
    workshop = cast.person("Wes")
    cast.supplier(workshop)
    for person in (eve, workshop, cast.person("Nobody")):
        actor = cast.actor(person)
        for act in _everything(cast, cabinet, actor, brief, file):
            with pytest.raises(NotFound):
                act()
    assert read(cast, brief).version == 2


def _everything(cast: Cast, cabinet: Cabinet, actor: Actor, brief: Brief, file: StoredFile):  # type: ignore[no-untyped-def]
    database, public_id = cast.database, brief.public_id
    with database.reading() as session:
        yield lambda: actions.get_own(session, actor, public_id)
    yield lambda: actions.edit(database, actor, public_id, Content("mine"), 2, NOW)
    yield lambda: actions.archive(database, actor, public_id, NOW)
    yield lambda: actions.restore(database, actor, public_id, NOW)
    yield lambda: actions.repeat(database, actor, public_id, lambda content: content, NOW)
    yield lambda: actions.add_file(database, cabinet, actor, public_id, "a.pdf", io.BytesIO(PDF), NOW)
    yield lambda: actions.remove_file(database, actor, public_id, file.public_id, NOW)
    yield lambda: actions.restore_file(database, actor, public_id, file.public_id, NOW)


def test_nobody_writes_without_a_studio(cast: Cast) -> None:
    with pytest.raises(NotFound):
        write(cast, cast.person("Nobody"))


def test_archived_and_back(cast: Cast, ada: Person) -> None:
    brief, actor = write(cast, ada), cast.actor(ada)
    assert actions.archive(cast.database, actor, brief.public_id, LATER).state is BriefState.ARCHIVED
    actions.archive(cast.database, actor, brief.public_id, LATER)  # a second click
    with pytest.raises(Conflict, match="take it out of the archive first"):
        edit(cast, ada, brief, title="x")
    with cast.database.reading() as session:
        assert store.list_for_studio(session, brief.studio_id, BriefState.OPEN) == []
        assert len(store.list_for_studio(session, brief.studio_id, BriefState.ARCHIVED)) == 1
    actions.restore(cast.database, actor, brief.public_id, LATER)
    assert edit(cast, ada, brief, title="x").version == 2
    assert trail(cast, brief) == ["brief.write", "brief.archive", "brief.restore", "brief.edit"]


def test_a_repeat_run_says_what_is_different_and_keeps_the_files(cast: Cast, ada: Person, cabinet: Cabinet) -> None:
    brief = write(cast, ada)
    file = add(cast, cabinet, ada, brief)
    earlier = Earlier("s" * 32, "Sartoria Aghi")
    again = actions.repeat(
        cast.database,
        cast.actor(ada),
        brief.public_id,
        lambda content: replace(content, pattern_revision="B", what_changed="Collar 1 cm narrower"),
        LATER,
        earlier,
    )
    assert (again.repeats_id, again.version, again.files) == (brief.id, 1, (file,))
    assert again.content.earlier == earlier
    with cast.database.reading() as session:
        (version,) = store.list_versions(session, again.id)
        assert store.list_repeats(session, brief.id) == [again]
    assert version.changes == (
        "Repeats “Chore jacket”",
        "Pattern revision: B",
        "Different from the run before: Collar 1 cm narrower",
    )
    assert read(cast, brief).content == JACKETS


def test_a_studio_has_so_many_briefs(cast: Cast, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAXIMUM_BRIEFS", 1)
    write(cast, ada)
    with pytest.raises(Invalid, match="at most 1 briefs"):
        write(cast, ada)


# Files


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    return Cabinet(tmp_path / "files", 100_000, 1_000_000)


def add(
    cast: Cast, cabinet: Cabinet, person: Person, brief: Brief, name: str = "tech pack.pdf", data: bytes = PDF
) -> StoredFile:
    return actions.add_file(cast.database, cabinet, cast.actor(person), brief.public_id, name, io.BytesIO(data), LATER)


def test_files_come_and_go_with_a_version_each(cast: Cast, ada: Person, cabinet: Cabinet) -> None:
    brief, actor = write(cast, ada), cast.actor(ada)
    file = add(cast, cabinet, ada, brief)
    assert add(cast, cabinet, ada, brief) == file  # the same again is the same
    assert read(cast, brief).files == (file,)
    removed = actions.remove_file(cast.database, actor, brief.public_id, file.public_id, LATER)
    assert (removed.file, removed.brief.files) == (file, ())
    with cast.database.reading() as session:
        with pytest.raises(NotFound):
            actions.file_for(session, brief.id, file.public_id)
        assert store.list_removed_files(session, brief.id) == [file]
    with pytest.raises(NotFound):
        actions.remove_file(cast.database, actor, brief.public_id, file.public_id, LATER)
    actions.restore_file(cast.database, actor, brief.public_id, file.public_id, LATER)
    with cast.database.reading() as session:
        assert actions.file_for(session, brief.id, file.public_id) == file
        changes = [version.changes[0] for version in store.list_versions(session, brief.id)]
    assert changes == [
        "File put back: tech pack.pdf",
        "File removed: tech pack.pdf",
        "File added: tech pack.pdf",
        "Written",
    ]


def test_a_file_belongs_to_its_brief_only(cast: Cast, ada: Person, cabinet: Cabinet) -> None:
    one, two = write(cast, ada), write(cast, ada)
    file = add(cast, cabinet, ada, one)
    with cast.database.reading() as session, pytest.raises(NotFound):
        actions.file_for(session, two.id, file.public_id)


def test_a_brief_has_so_many_files(cast: Cast, ada: Person, cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAXIMUM_FILES", 2)
    brief, actor = write(cast, ada), cast.actor(ada)
    first = add(cast, cabinet, ada, brief, "a.pdf")
    add(cast, cabinet, ada, brief, "b.pdf")
    with pytest.raises(Invalid, match="at most 2 files"):
        add(cast, cabinet, ada, brief, "c.pdf")
    actions.remove_file(cast.database, actor, brief.public_id, first.public_id, LATER)
    add(cast, cabinet, ada, brief, "c.pdf")
    with pytest.raises(Invalid, match="at most 2 files"):
        actions.restore_file(cast.database, actor, brief.public_id, first.public_id, LATER)


def test_an_archived_brief_takes_no_file(cast: Cast, ada: Person, cabinet: Cabinet) -> None:
    brief = write(cast, ada)
    actions.archive(cast.database, cast.actor(ada), brief.public_id, NOW)
    with pytest.raises(Conflict):
        add(cast, cabinet, ada, brief)
    assert not [path for path in cabinet.folder.rglob("*") if path.is_file()]


def test_what_was_removed_is_forgotten_after_a_day(cast: Cast, ada: Person, cabinet: Cabinet) -> None:
    brief, actor = write(cast, ada), cast.actor(ada)
    gone, shared, kept = (add(cast, cabinet, ada, brief, f"{n}.pdf") for n in "abc")
    actions.remove_file(cast.database, actor, brief.public_id, gone.public_id, LATER)
    again = actions.repeat(cast.database, actor, brief.public_id, lambda content: content, LATER)
    actions.remove_file(cast.database, actor, brief.public_id, shared.public_id, LATER)
    assert forget_removed(cast.database, LATER + timedelta(hours=23)) == 0
    assert forget_removed(cast.database, LATER + timedelta(hours=25)) == 1
    assert remove_orphans(cast.database, cabinet, datetime.now(UTC) + timedelta(days=2)) == 1
    names = {path.name for path in cabinet.folder.rglob("*") if path.is_file()}
    assert names == {shared.public_id, kept.public_id}
    assert read(cast, again).files == (shared, kept)
    with pytest.raises(NotFound):
        actions.restore_file(cast.database, actor, brief.public_id, gone.public_id, LATER)
