"""All SQL of reports and verifications. Merges stand in merging/store.py."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.db.ids import new_public_id
from marketplace.errors import NotFound
from marketplace.moderation.model import Kind, Reason, Report, State, Verified
from marketplace.moderation.tables import ReportRow, VerificationRow
from marketplace.suppliers.model import SupplierId, Verification

# --- reports


def add_report(
    session: Session, kind: Kind, object_id: str, reporter_id: int | None, reason: Reason, body: str, now: datetime
) -> Report:
    row = ReportRow(
        public_id=new_public_id(),
        object_kind=kind.value,
        object_id=object_id,
        reporter_id=reporter_id,
        reason=reason.value,
        body=body,
        state=State.OPEN.value,
        at=now,
    )
    session.add(row)
    session.flush()
    return _report(row)


def count_reports_of(session: Session, reporter_id: int, since: datetime) -> int:
    query = select(func.count()).where(ReportRow.reporter_id == reporter_id, ReportRow.at > since)
    return session.scalar(query) or 0


def count_unnamed(session: Session, kind: Kind, object_id: str, since: datetime) -> int:
    """Reports about one thing from nobody in particular."""
    about = (ReportRow.object_kind == kind.value, ReportRow.object_id == object_id)
    query = select(func.count()).where(*about, ReportRow.reporter_id.is_(None), ReportRow.at > since)
    return session.scalar(query) or 0


def find_open_of(session: Session, reporter_id: int, kind: Kind, object_id: str) -> Report | None:
    query = select(ReportRow).where(
        ReportRow.reporter_id == reporter_id,
        ReportRow.object_kind == kind.value,
        ReportRow.object_id == object_id,
        ReportRow.state == State.OPEN.value,
    )
    row = session.scalar(query.limit(1))
    return _report(row) if row else None


def get_report(session: Session, public_id: str, *, lock: bool = False) -> Report:
    """Errors: NotFound."""
    query = select(ReportRow).where(ReportRow.public_id == public_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return _report(row)


def list_open(session: Session, most: int) -> list[Report]:
    """Oldest first."""
    query = select(ReportRow).where(ReportRow.state == State.OPEN.value).order_by(ReportRow.id).limit(most)
    return [_report(row) for row in session.scalars(query)]


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).where(ReportRow.state == State.OPEN.value)) or 0


def list_of_object(session: Session, kind: Kind, object_id: str) -> list[Report]:
    """Newest first."""
    query = select(ReportRow).where(ReportRow.object_kind == kind.value, ReportRow.object_id == object_id)
    return [_report(row) for row in session.scalars(query.order_by(ReportRow.id.desc()))]


def list_reports_of(session: Session, reporter_id: int) -> list[Report]:
    query = select(ReportRow).where(ReportRow.reporter_id == reporter_id).order_by(ReportRow.id)
    return [_report(row) for row in session.scalars(query)]


def handle(session: Session, report: Report, state: State, outcome: str, person_id: int, now: datetime) -> None:
    """Of a report that this transaction has locked."""
    row = session.get_one(ReportRow, report.id)
    row.state, row.outcome, row.handled_by, row.handled_at = state.value, outcome, person_id, now
    session.flush()


def forget_words(session: Session, reporter_id: int) -> None:
    """What somebody wrote in their reports goes with their account; that there was a report stays."""
    for row in session.scalars(select(ReportRow).where(ReportRow.reporter_id == reporter_id)):
        row.body, row.reporter_id = "", None
    session.flush()


# --- verifications


def add_verification(
    session: Session,
    supplier_id: SupplierId,
    level: Verification,
    seen_on: date,
    person_id: int,
    note: str,
    now: datetime,
) -> str:
    """Returns its public id."""
    row = VerificationRow(
        public_id=new_public_id(),
        supplier_id=supplier_id,
        level=level.value,
        seen_on=seen_on,
        person_id=person_id,
        note=note,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id


def list_verifications(session: Session, supplier_id: SupplierId) -> list[Verified]:
    """Newest first, withdrawn ones too."""
    query = select(VerificationRow).where(VerificationRow.supplier_id == supplier_id)
    return [_verified(row) for row in session.scalars(query.order_by(VerificationRow.id.desc()))]


def withdraw(session: Session, supplier_id: SupplierId, now: datetime) -> None:
    """All that stand."""
    standing = (VerificationRow.supplier_id == supplier_id, VerificationRow.withdrawn_at.is_(None))
    for row in session.scalars(select(VerificationRow).where(*standing).with_for_update()):
        row.withdrawn_at = now
    session.flush()


def _report(row: ReportRow) -> Report:
    return Report(
        row.id,
        row.public_id,
        Kind(row.object_kind),
        row.object_id,
        row.reporter_id,
        Reason(row.reason),
        row.body,
        State(row.state),
        row.at,
        row.handled_at,
        row.outcome,
    )


def _verified(row: VerificationRow) -> Verified:
    level = Verification(row.level)
    return Verified(row.public_id, level, row.seen_on, row.person_id, row.note, row.at, row.withdrawn_at)
