"""Quiet hours, mornings and time zones: when a notice goes out. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from marketplace.errors import Invalid
from marketplace.notices.forms import read_setting
from marketplace.notices.model import Frequency, Setting
from marketplace.notices.rules import is_due, is_quiet, last_morning
from marketplace.notices.views import setting_form, setting_words

ROME, LOS_ANGELES, KIRITIMATI = ZoneInfo("Europe/Rome"), ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Kiritimati")
DAILY = Setting(Frequency.DAILY)


def at(text: str, zone: ZoneInfo = ROME) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("19:59", False), ("20:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_from_the_evening_to_the_morning(clock: str, quiet: bool) -> None:
    assert is_quiet(Setting(), ROME, at(f"2026-11-23T{clock}")) is quiet
    assert is_quiet(Setting(), LOS_ANGELES, at(f"2026-11-23T{clock}", LOS_ANGELES)) is quiet


@pytest.mark.parametrize(("clock", "quiet"), [("11:59", False), ("12:00", True), ("13:59", True), ("14:00", False)])
def test_quiet_at_noon(clock: str, quiet: bool) -> None:
    assert is_quiet(Setting(quiet_from=12 * 60, quiet_to=14 * 60), ROME, at(f"2026-11-23T{clock}")) is quiet


def test_two_equal_times_are_no_quiet_hours() -> None:
    for hour in range(24):
        assert not is_quiet(Setting(quiet_from=480, quiet_to=480), ROME, at(f"2026-11-23T{hour:02d}:00"))


def test_at_once_waits_for_the_end_of_the_quiet_hours() -> None:
    came = at("2026-11-23T22:00")
    assert not is_due(Setting(), ROME, came, came)
    assert not is_due(Setting(), ROME, came, at("2026-11-24T06:59"))
    assert is_due(Setting(), ROME, came, at("2026-11-24T07:00"))


def test_daily_waits_for_seven_in_the_morning() -> None:
    came = at("2026-11-23T09:00")
    assert not is_due(DAILY, ROME, came, at("2026-11-23T19:00"))
    assert is_due(DAILY, ROME, came, at("2026-11-24T07:00"))
    late = at("2026-11-24T07:00")  # came with the mail of that morning: it waits for the next
    assert not is_due(DAILY, ROME, late, at("2026-11-24T18:00"))
    assert is_due(DAILY, ROME, late, at("2026-11-25T07:00"))


def test_daily_with_a_quiet_morning_waits_until_it_is_over() -> None:
    sleeper = Setting(Frequency.DAILY, 22 * 60, 9 * 60)
    came = at("2026-11-23T12:00")
    assert not is_due(sleeper, ROME, came, at("2026-11-24T08:59"))
    assert is_due(sleeper, ROME, came, at("2026-11-24T09:00"))


def test_never_is_never() -> None:
    assert not is_due(Setting(Frequency.NEVER), ROME, at("2026-01-01T00:00"), at("2026-11-24T12:00"))


@pytest.mark.parametrize("zone", [ROME, LOS_ANGELES, KIRITIMATI])
def test_one_morning_a_day_through_both_changes_of_the_clock(zone: ZoneInfo) -> None:
    """Hour by hour through two years: exactly one new morning for each day, at 7 on the wall."""
    now, seen = datetime(2026, 1, 2, tzinfo=UTC), []
    while now < datetime(2028, 1, 2, tzinfo=UTC):
        morning = last_morning(zone, now)
        assert morning <= now < morning + timedelta(hours=25)
        assert morning.astimezone(zone).strftime("%H:%M") == "07:00"
        if not seen or seen[-1] != morning:
            seen.append(morning)
        now += timedelta(minutes=30)
    days = [morning.astimezone(zone).date() for morning in seen]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


def test_a_form_says_what_it_was_given() -> None:
    typed = {"frequency": "daily", "quiet_from": "21:30", "quiet_to": "06:15", "timezone": "Europe/Rome"}
    wanted = read_setting(typed)
    assert wanted == Setting(Frequency.DAILY, 1290, 375, "Europe/Rome")
    assert setting_form(wanted) == typed
    assert setting_words(wanted, "UTC") == (
        "Once a day, at 7 in the morning, but not between 21:30 and 06:15 (Europe/Rome)"
    )
    without = read_setting({"frequency": "at_once", "quiet_from": "", "quiet_to": "", "timezone": ""})
    assert setting_form(without)["quiet_from"] == ""
    assert setting_words(without, "UTC") == "At once (UTC)"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"frequency": "hourly"}, "frequency"),
        ({"frequency": ""}, "frequency"),
        ({"quiet_from": "24:00"}, "quiet_from"),
        ({"quiet_to": "7"}, "quiet_to"),
        ({"quiet_to": ""}, "quiet_to"),
        ({"quiet_from": "٢٠:00"}, "quiet_from"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": "posixrules"}, "timezone"),
    ],
)
def test_a_wrong_form_is_named(typed: dict[str, str], field: str) -> None:
    form = {"frequency": "daily", "quiet_from": "20:00", "quiet_to": "07:00", "timezone": ""} | typed
    with pytest.raises(Invalid) as caught:
        read_setting(form)
    assert set(caught.value.problems) == {field}
