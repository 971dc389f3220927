"""All SQL of skills logs, their exports, and what firms say about retiring skills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.db.rows import changed, fresh
from marketplace.errors import NotFound
from marketplace.learning.model import Entry, EntryDraft, Export
from marketplace.learning.tables import SkillEntryRow, SkillExportRow, SkillRetiringRow


def add(
    session: Session,
    person_id: int,
    application_id: int,
    organisation_id: int,
    firm: str,
    draft: EntryDraft,
    now: datetime,
) -> Entry:
    row = SkillEntryRow(
        public_id=new_public_id(),
        person_id=person_id,
        application_id=application_id,
        organisation_id=organisation_id,
        firm=firm,
        written_at=now,
        signer="",
        **_columns(draft),
    )
    session.add(row)
    session.flush()
    return _entry(row)


def get(session: Session, public_id: str) -> Entry:
    """Errors: NotFound."""
    row = session.scalar(fresh(select(SkillEntryRow).where(SkillEntryRow.public_id == public_id)))
    if row is None:
        raise NotFound
    return _entry(row)


def remove_unsigned(session: Session, entry: Entry) -> bool:
    """False when it is signed by now: then it stays."""
    unsigned = (SkillEntryRow.id == entry.id, SkillEntryRow.signed_at.is_(None))
    return changed(session, delete(SkillEntryRow).where(*unsigned))


def sign(session: Session, entry: Entry, person_id: int, signer: str, now: datetime) -> bool:
    """Compare and swap: False when it was signed before, or is gone."""
    unsigned = (SkillEntryRow.id == entry.id, SkillEntryRow.signed_at.is_(None))
    return changed(
        session, update(SkillEntryRow).where(*unsigned).values(signed_by=person_id, signer=signer, signed_at=now)
    )


def list_of_person(session: Session, person_id: int) -> list[Entry]:
    """The latest day first."""
    query = select(SkillEntryRow).where(SkillEntryRow.person_id == person_id)
    order = (SkillEntryRow.day.desc(), SkillEntryRow.id.desc())
    return [_entry(row) for row in session.scalars(fresh(query.order_by(*order)))]


def list_of_firms(session: Session, organisation_ids: Collection[int], most: int = 200) -> list[Entry]:
    """What was learned at firms: unsigned first, then the latest."""
    query = select(SkillEntryRow).where(SkillEntryRow.organisation_id.in_(sorted(organisation_ids)))
    order = (SkillEntryRow.signed_at.is_not(None), SkillEntryRow.day.desc(), SkillEntryRow.id.desc())
    return [_entry(row) for row in session.scalars(fresh(query.order_by(*order).limit(most)))]


def count_of(session: Session, person_id: int) -> int:
    query = select(func.count()).select_from(SkillEntryRow).where(SkillEntryRow.person_id == person_id)
    return session.scalar(query) or 0


# --- exports


def add_export(session: Session, export: Export) -> None:
    session.add(
        SkillExportRow(code=export.code, person_id=export.person_id, document=export.document, made_at=export.made_at)
    )
    session.flush()


def find_export(session: Session, code: str) -> Export | None:
    row = session.scalar(select(SkillExportRow).where(SkillExportRow.code == code))
    return Export(row.code, row.person_id, row.document, row.made_at) if row else None


def list_exports(session: Session, person_id: int) -> list[Export]:
    """Newest first."""
    query = select(SkillExportRow).where(SkillExportRow.person_id == person_id).order_by(SkillExportRow.id.desc())
    return [Export(row.code, row.person_id, row.document, row.made_at) for row in session.scalars(query)]


def remove_export(session: Session, person_id: int, code: str) -> bool:
    mine = (SkillExportRow.person_id == person_id, SkillExportRow.code == code)
    return changed(session, delete(SkillExportRow).where(*mine))


# --- skills whose holders retire soon


def list_retiring(session: Session, supplier_id: int) -> list[str]:
    query = select(SkillRetiringRow.skill).where(SkillRetiringRow.supplier_id == supplier_id)
    return sorted(session.scalars(query))


def set_retiring(session: Session, supplier_id: int, skills: Sequence[str], now: datetime) -> None:
    """Those named; the day of one that stays stays."""
    session.execute(
        delete(SkillRetiringRow).where(
            SkillRetiringRow.supplier_id == supplier_id, SkillRetiringRow.skill.not_in(sorted(skills))
        )
    )
    new = sorted(set(skills) - set(list_retiring(session, supplier_id)))
    if new:
        rows = [{"supplier_id": supplier_id, "skill": skill, "said_at": now} for skill in new]
        session.execute(insert(SkillRetiringRow), rows)


def all_retiring(session: Session) -> list[tuple[int, str]]:
    """(supplier, skill) of all."""
    rows = session.execute(select(SkillRetiringRow.supplier_id, SkillRetiringRow.skill))
    return [(row.supplier_id, row.skill) for row in rows]


def _columns(draft: EntryDraft) -> dict[str, Any]:
    return {
        "operation": draft.operation,
        "process": draft.process,
        "skill": draft.skill,
        "day": draft.day,
        "minutes": draft.minutes,
        "pieces": draft.pieces,
        "note": draft.note,
    }


def _entry(row: SkillEntryRow) -> Entry:
    return Entry(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        firm=row.firm,
        draft=EntryDraft(row.operation, row.process, row.skill, row.day, row.minutes, row.pieces, row.note),
        written_at=row.written_at,
        signer=row.signer,
        signed_at=row.signed_at,
    )
