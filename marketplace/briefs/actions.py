"""What a studio does with its briefs. Each is one write transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Actor, OrganisationKind
from marketplace.accounts.policy import authorize
from marketplace.audit import store as audit
from marketplace.briefs import store
from marketplace.briefs.model import MAXIMUM_BRIEFS, MAXIMUM_FILES, Brief, BriefId, BriefState, Content, Earlier
from marketplace.briefs.rules import changes_between
from marketplace.db import Database
from marketplace.db.ids import new_public_id
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.files.actions import FIELD, Cabinet, keep, receive
from marketplace.files.model import StoredFile

KIND = "brief"  # what the audit trail calls it


class Newer(Conflict):
    """Somebody else saved the brief meanwhile. `newest` is how it stands now, `seen` what the writer began from."""

    def __init__(self, newest: Brief, seen: Content) -> None:
        super().__init__(
            f"This brief was changed meanwhile: its version is {newest.version} now. Nothing was saved; "
            "look at what changed, then save again."
        )
        self.newest = newest
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that was taken off a brief, and can be put back for a day."""

    brief: Brief
    file: StoredFile


def studio_of(actor: Actor) -> int | None:
    """The studio that the actor writes briefs for."""
    return next(iter(actor.organisations(OrganisationKind.STUDIO)), None)


def get_own(session: Session, actor: Actor, public_id: str) -> Brief:
    """Errors: NotFound, also for somebody else's."""
    brief = store.get(session, public_id)
    authorize(actor, "brief.own", brief.studio_id)
    return brief


def write(database: Database, actor: Actor, content: Content, now: datetime) -> Brief:
    """A new brief. Errors: NotFound without a studio; Invalid when there are too many."""
    studio_id = studio_of(actor)
    authorize(actor, "brief.own", studio_id)
    assert studio_id is not None
    with database.writing() as session:
        return _add(session, actor, studio_id, content, ["Written"], now)


def edit(database: Database, actor: Actor, public_id: str, content: Content, seen: int, now: datetime) -> Brief:
    """Save what a brief says now as its next version; saving it unchanged makes none.

    `seen` is the version that was changed. Errors: Newer when another one was saved meanwhile; Conflict when the brief
    is archived; NotFound; Invalid for a version that never was.
    """
    with database.writing() as session:
        brief = _lock_open(session, actor, public_id)
        if not 1 <= seen <= brief.version:
            raise Invalid({"version": f"must be the version you changed, 1 to {brief.version}"})
        changes = changes_between(brief.content, content)
        if not changes:
            return brief
        if seen != brief.version:
            before = store.get_version(session, brief.id, seen)
            if before != brief.content:  # else only files came or went
                raise Newer(brief, before)
        return _save(session, actor, brief, content, changes, now)


def archive(database: Database, actor: Actor, public_id: str, now: datetime) -> Brief:
    """Put a brief away. Errors: NotFound."""
    return _set_state(database, actor, public_id, BriefState.ARCHIVED, now)


def restore(database: Database, actor: Actor, public_id: str, now: datetime) -> Brief:
    """Errors: NotFound."""
    return _set_state(database, actor, public_id, BriefState.OPEN, now)


def repeat(
    database: Database,
    actor: Actor,
    public_id: str,
    change: Callable[[Content], Content],
    now: datetime,
    earlier: Earlier | None = None,
) -> Brief:
    """Write a brief for another run of the same: `change` makes its content from the one before. The files come along.

    `earlier`: who made the run before and at what price, where that is known.
    Errors: NotFound; Invalid, also from `change`.
    """
    with database.writing() as session:
        before = get_own(session, actor, public_id)
        content = change(before.content)
        if earlier:
            content = replace(content, earlier=earlier)
        changes = [f"Repeats “{before.content.title}”", *changes_between(before.content, content)]
        brief = _add(session, actor, before.studio_id, content, changes, now, before)
        for file in before.files:
            store.add_file(session, brief.id, file.id)
        return store.get_by_id(session, brief.id)


# --- files


def add_file(
    database: Database, cabinet: Cabinet, actor: Actor, public_id: str, name: str, stream: IO[bytes], now: datetime
) -> StoredFile:
    """Add a file; the same one again changes nothing.

    Errors: Invalid, under "file"; Conflict when the brief is archived; NotFound.
    """
    with database.reading() as session:
        get_own(session, actor, public_id)
    with receive(cabinet, name, stream) as received, database.writing() as session:
        brief = _lock_open(session, actor, public_id)
        for file in brief.files:
            if (file.sha256, file.name) == (received.sha256, received.name):
                return file
        if len(brief.files) >= MAXIMUM_FILES:
            raise Invalid({FIELD: f"a brief has at most {MAXIMUM_FILES} files: take one off first"})
        file = keep(session, cabinet, received, organisation_id=brief.studio_id, person_id=actor.person_id, now=now)
        store.add_file(session, brief.id, file.id)
        _save(session, actor, brief, brief.content, [f"File added: {file.name}"], now)
        return file


def remove_file(database: Database, actor: Actor, public_id: str, file_public_id: str, now: datetime) -> Removed:
    """Take a file off a brief: nobody can open it any more. For a day it can be put back.

    Errors: NotFound, Conflict.
    """
    with database.writing() as session:
        brief = _lock_open(session, actor, public_id)
        file = _find(brief.files, file_public_id)
        store.set_file_removed(session, brief.id, file.id, now)
        return Removed(_save(session, actor, brief, brief.content, [f"File removed: {file.name}"], now), file)


def restore_file(database: Database, actor: Actor, public_id: str, file_public_id: str, now: datetime) -> StoredFile:
    """Errors: NotFound, also when the day is over; Invalid when there are too many by now; Conflict."""
    with database.writing() as session:
        brief = _lock_open(session, actor, public_id)
        file = _find(store.list_removed_files(session, brief.id), file_public_id)
        if len(brief.files) >= MAXIMUM_FILES:
            raise Invalid({FIELD: f"a brief has at most {MAXIMUM_FILES} files: take one off first"})
        store.set_file_removed(session, brief.id, file.id, None)
        _save(session, actor, brief, brief.content, [f"File put back: {file.name}"], now)
        return file


def file_for(session: Session, brief_id: BriefId, file_public_id: str) -> StoredFile:
    """A file of a brief, for whoever was shown the brief: the caller has checked that. Errors: NotFound."""
    return _find(store.get_by_id(session, brief_id).files, file_public_id)


# --- what they share


def _add(
    session: Session,
    actor: Actor,
    studio_id: int,
    content: Content,
    changes: list[str],
    now: datetime,
    repeats: Brief | None = None,
) -> Brief:
    accounts.lock(session, f"briefs:{studio_id}")  # of two at once the second counts the first
    if sum(store.count_for_studio(session, studio_id).values()) >= MAXIMUM_BRIEFS:
        raise Invalid({"": f"a studio has at most {MAXIMUM_BRIEFS:,} briefs"})
    brief = store.add(
        session,
        public_id=new_public_id(),
        studio_id=studio_id,
        person_id=actor.person_id,
        content=content,
        changes=changes,
        now=now,
        repeats_id=repeats.id if repeats else None,
    )
    after: dict[str, object] = {"version": 1, "title": content.title}
    if repeats:
        after["repeats"] = repeats.public_id
    audit.record(session, now, actor, "brief.write", KIND, brief.public_id, organisation_id=studio_id, after=after)
    return brief


def _save(session: Session, actor: Actor, brief: Brief, content: Content, changes: list[str], now: datetime) -> Brief:
    saved = store.save_version(session, brief, actor.person_id, content, changes, now)
    audit.record(
        session,
        now,
        actor,
        "brief.edit",
        KIND,
        brief.public_id,
        organisation_id=brief.studio_id,
        before={"version": brief.version},
        after={"version": saved.version, "changes": changes[:20]},
    )
    return saved


def _set_state(database: Database, actor: Actor, public_id: str, state: BriefState, now: datetime) -> Brief:
    with database.writing() as session:
        brief = _lock(session, actor, public_id)
        if brief.state is state:
            return brief
        store.set_state(session, brief.id, state, now)
        audit.record(
            session,
            now,
            actor,
            "brief.archive" if state is BriefState.ARCHIVED else "brief.restore",
            KIND,
            brief.public_id,
            organisation_id=brief.studio_id,
            before={"state": brief.state.value},
            after={"state": state.value},
        )
        return replace(brief, state=state, changed_at=now)


def _lock(session: Session, actor: Actor, public_id: str) -> Brief:
    brief = store.lock(session, public_id)
    authorize(actor, "brief.own", brief.studio_id)
    return brief


def _lock_open(session: Session, actor: Actor, public_id: str) -> Brief:
    brief = _lock(session, actor, public_id)
    if brief.state is BriefState.ARCHIVED:
        raise Conflict("This brief is archived: take it out of the archive first.")
    return brief


def _find(files: tuple[StoredFile, ...] | list[StoredFile], file_public_id: str) -> StoredFile:
    for file in files:
        if file.public_id == file_public_id:
            return file
    raise NotFound
