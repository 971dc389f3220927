"""The iCalendar text: lines, folding and escaping, as RFC 5545 has them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from marketplace.feeds.ical import calendar, escape, fold
from marketplace.feeds.model import Event, Status

SITE = "https://selvedge.example.org"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def event(**more: object) -> Event:
    values = {
        "uid": "one",
        "first": date(2026, 12, 28),
        "last": date(2027, 1, 3),
        "summary": "Booked",
        "changed_at": NOON,
    }
    return Event(**(values | more))  # type: ignore[arg-type]


def test_a_calendar_in_full() -> None:
    body = calendar(
        "Sartoria Aghi", [event(status=Status.TENTATIVE, sequence=2, description="a", path="/orders/1")], SITE
    )
    assert body.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Selvedge//Calendar 1//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Sartoria Aghi",
        "X-WR-CALNAME:Sartoria Aghi",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "UID:one@selvedge.example.org",
        "DTSTAMP:20261123T120000Z",
        "LAST-MODIFIED:20261123T120000Z",
        "SEQUENCE:2",
        "DTSTART;VALUE=DATE:20261228",
        "DTEND;VALUE=DATE:20270104",
        "SUMMARY:Booked",
        "DESCRIPTION:a",
        "URL:https://selvedge.example.org/orders/1",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a, b; c", "a\\, b\\; c"),
        ("C:\\new", "C:\\\\new"),
        ("two\nlines\r\nor\rthree", "two\\nlines\\nor\\nthree"),
        ("x\nEND:VEVENT\nBEGIN:VEVENT", "x\\nEND:VEVENT\\nBEGIN:VEVENT"),
        ("bell\x07 and nul\x00", "bell  and nul "),
    ],
)
def test_escaping(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(st.text(max_size=300))
def test_folding_loses_nothing_and_no_line_is_too_long(text: str) -> None:
    line = "SUMMARY:" + escape(text)
    folded = fold(line)
    assert folded.endswith("\r\n")
    pieces = folded.removesuffix("\r\n").split("\r\n")
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_another_program_reads_what_was_meant(text: str) -> None:
    body = calendar(text, [event(summary=text, description=f"{text}\n{text}")], SITE)
    (read,) = Calendar.from_ical(body).walk("VEVENT")
    assert str(read["SUMMARY"]) == text
    assert str(read["DESCRIPTION"]) == f"{text}\n{text}"


def test_a_name_can_add_no_event() -> None:
    name = "Aghi\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Mine"
    assert len(Calendar.from_ical(calendar(name, [event(summary=name)], SITE)).walk("VEVENT")) == 1
