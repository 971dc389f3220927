"""What the mails say, and the headers that let mail programs stop them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from little_street import DAY, MONDAY, SEWING, SITE, Street

from marketplace.alerts.model import MOST_IN_MAIL
from marketplace.mail import store as mail_store
from marketplace.mail.sender import send_due, spool_dir
from marketplace.settings import Settings


def test_a_mail_in_full(street: Street) -> None:
    saved = street.save(street.person(), f"{SEWING}&skill=buttonhole&verified=1")
    street.room("Aghi")
    street.sql("UPDATE supplier SET verification = 'visited', verified_at = :day", day="2027-02-01")
    street.sql("INSERT INTO supplier_tag (supplier_id, facet, value) SELECT id, 'skill', 'buttonhole' FROM supplier")
    street.run()
    (mail,) = street.mails()
    assert mail.subject == "Selvedge: one supplier more for “Jackets”"
    assert mail.body == (
        f"""\
Sewing and assembly, 50 pieces, within 10 km of Prato, Italy; skills:
buttonhole; verified only

One supplier fits that did not before:

1. Aghi, Prato, 0 m
   Work: Sewing and assembly
   Skill: buttonhole
   Verified: visited
   From 20 pieces per order: your 50 pieces fit
   Starts Mon 1 Mar 2027, ready Wed 10 Mar 2027
   {SITE}/suppliers/aghi

The search, with the one that fits now:
{SITE}/search?{saved.wanted.question}

Change how often this comes, or what it asks:
{SITE}/alerts/{saved.public_id}

Stop these mails (one click, no sign-in):
{SITE}/alerts/stop/{saved.stop_token}

Selvedge
{SITE}
"""
    )
    assert mail.unsubscribe_url == f"{SITE}/alerts/stop/{saved.stop_token}"
    for secret in (saved.feed_token, "ada@example.com"):
        assert secret not in mail.body


def test_twenty_and_how_many_more(street: Street) -> None:
    street.save(street.person(), "process=sew")
    for number in range(MOST_IN_MAIL + 3):
        street.room(f"Room {number:02d}")
    street.run()
    (mail,) = street.mails()
    assert mail.subject == "Selvedge: 23 suppliers more for “Jackets”"
    assert len(street.mailed()[0]) == MOST_IN_MAIL
    assert "\nand 3 more: the search has them all.\n" in mail.body
    assert "with all 23 that fit now" in mail.body
    street.run_at(MONDAY + DAY)
    assert len(street.mails()) == 1  # those were told too


def test_miles_for_who_asked_in_miles(street: Street) -> None:
    street.save(street.person(), SEWING, unit="mi")
    street.room("Aghi")
    street.room("Bottoni")
    street.run()
    (mail,) = street.mails()
    assert "within 6.214 miles of Prato" in mail.body
    assert "2. Bottoni, Prato, 0.1 miles\n" in mail.body


def sent(street: Street, settings: Settings) -> EmailMessage:
    send_due(street.database, settings, datetime.now(UTC) + timedelta(days=400))
    (path,) = spool_dir(settings).glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_one_click_headers(street: Street, settings: Settings, scheme: str) -> None:
    """RFC 8058, 3.1: an https address that can't be folded, and the post header. The address stays whole."""
    url = f"{scheme}://a-rather-long-name-of-a-host.selvedge.example.org/alerts/stop/{'t' * 43}"
    with street.database.writing() as session:
        mail_store.enqueue(
            session, recipient="a@example.com", subject="S", body="Grüße\n", now=MONDAY, unsubscribe_url=url
        )
    message = sent(street, settings)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if scheme == "https" else None)
    (path,) = spool_dir(settings).glob("*.eml")
    assert f"List-Unsubscribe: <{url}>\n".encode() in path.read_bytes()
    assert max(len(line) for line in path.read_bytes().splitlines()) <= 998
    assert street.value("SELECT unsubscribe_url FROM mail") is None  # what was sent keeps no secret


def test_other_mails_have_none(street: Street, settings: Settings) -> None:
    with street.database.writing() as session:
        mail_store.enqueue(session, recipient="a@example.com", subject="S", body="x\n", now=MONDAY)
    message = sent(street, settings)
    assert [name for name in message if name.startswith("List-")] == []


def test_names_stay_in_their_line(street: Street, settings: Settings) -> None:
    """What a supplier is called can't make another line, another mail or another header."""
    street.save(street.person(), "process=sew", name="Bcc: eve@example.com")
    street.room("Bcc: eve@example.com " + "王" * 60 + " <b>&amp;")
    street.run()
    message = sent(street, settings)
    assert message["To"] == "ada@example.com"
    assert message["Bcc"] is None
    assert message["Subject"] == "Selvedge: one supplier more for “Bcc: eve@example.com”"
    assert "<b>&amp;" in message.get_content()
