"""All SQL of the mail queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.mail.tables import MailRow

MAXIMUM_TRIES = 8


@dataclass(frozen=True, slots=True)
class Mail:
    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime
    unsubscribe_url: str | None = None


def enqueue(
    session: Session, *, recipient: str, subject: str, body: str, now: datetime, unsubscribe_url: str | None = None
) -> None:
    """Queue a mail in the caller's transaction. A POST to `unsubscribe_url` ends mails of this kind (RFC 8058)."""
    session.add(
        MailRow(
            recipient=recipient,
            subject=subject,
            body=body,
            created_at=now,
            not_before=now,
            unsubscribe_url=unsubscribe_url,
        )
    )


def claim(session: Session, now: datetime, lease: timedelta) -> Mail | None:
    """Take the next due mail; another worker sees it again only when the lease is over."""
    query = (
        select(MailRow)
        .where(MailRow.sent_at.is_(None), MailRow.not_before <= now, MailRow.tries < MAXIMUM_TRIES)
        .order_by(MailRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalar(query)
    if row is None:
        return None
    row.tries += 1
    row.not_before = now + lease
    return Mail(row.id, row.recipient, row.subject, row.body, row.created_at, row.unsubscribe_url)


def forget(session: Session, recipient: str) -> None:
    """Every mail to an address, sent or not: it is erased."""
    session.execute(delete(MailRow).where(MailRow.recipient == recipient))


def mark_sent(session: Session, mail_id: int, now: datetime) -> None:
    row = session.get_one(MailRow, mail_id)
    row.sent_at, row.body, row.last_error = now, "", ""  # a link that signs people in is not kept
    row.unsubscribe_url = None


def mark_failed(session: Session, mail_id: int, error: str, now: datetime) -> None:
    """Try again later: after 1, 2, 4, ... minutes."""
    row = session.get_one(MailRow, mail_id)
    row.last_error = error[:500]
    row.not_before = now + timedelta(minutes=2 ** (row.tries - 1))
