"""Send what is queued: by SMTP, or into a spool folder that a person can read."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from marketplace.db import Database
from marketplace.mail import store
from marketplace.settings import Settings

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=5)
_TIMEOUT_S = 20
# An address in a header can't be folded; with 78 characters to a line it would be sent as an encoded word,
# which no mail program takes for an address. RFC 5322 allows 998.
_POLICY = policy.default.clone(max_line_length=900)


def send_due(database: Database, settings: Settings, now: datetime, *, most: int = 100) -> int:
    """Send due mails, oldest first; returns how many were sent. A failed one is tried again later."""
    sent = 0
    for _ in range(most):
        with database.writing() as session:
            mail = store.claim(session, now, _LEASE)
        if mail is None:
            break
        try:
            _deliver(mail, settings)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail %s not sent: %s", mail.id, error)
            with database.writing() as session:
                store.mark_failed(session, mail.id, str(error), now)
            continue
        with database.writing() as session:
            store.mark_sent(session, mail.id, datetime.now(UTC))
        sent += 1
    return sent


def spool_dir(settings: Settings) -> Path:
    return settings.data_dir / "mail"


def _unsubscribe_headers(url: str | None) -> Iterator[tuple[str, str]]:
    """For the button that mail programs show beside the sender (RFC 2369). They press it themselves, over https
    only (RFC 8058)."""
    if url:
        yield "List-Unsubscribe", f"<{url}>"
        if url.startswith("https://"):
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _deliver(mail: store.Mail, settings: Settings) -> None:
    message = EmailMessage(policy=_POLICY)
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    for name, value in _unsubscribe_headers(mail.unsubscribe_url):
        message[name] = value
    message.set_content(mail.body)
    if not settings.mail_url:
        folder = spool_dir(settings)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.id}.eml").write_bytes(message.as_bytes())
        return
    url = urlsplit(settings.mail_url)
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    trusted = ssl.create_default_context()  # the server shows a certificate for its name, or gets no password
    port = url.port or (465 if secure else 587)
    with (
        smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=trusted)
        if secure
        else smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    ) as smtp:
        smtp.ehlo()  # before it no extension is known, and the password would go out in the clear
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=trusted)
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        smtp.send_message(message)
