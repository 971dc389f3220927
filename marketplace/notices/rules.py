"""When a notice goes out by mail. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from marketplace import text
from marketplace.notices.model import Frequency, Setting

MORNING = time(7)  # daily mails, by the clock on the person's wall
# Nobody whose address is still unconfirmed wants last month's notices in one heap when they confirm it.
GIVEN_UP_AFTER = timedelta(days=7)


def zone_of(setting: Setting, site_timezone: str) -> ZoneInfo:
    return ZoneInfo(setting.timezone or site_timezone)


@cache
def timezones() -> tuple[str, ...]:
    """Those that people choose from: of a place, such as Europe/Rome."""
    return tuple(sorted(name for name in text.timezones() if "/" in name and not name.startswith("Etc/")))


def is_timezone(name: str) -> bool:
    return name == "UTC" or name in timezones()


def is_quiet(setting: Setting, zone: ZoneInfo, now: datetime) -> bool:
    """Whether now lies in the quiet hours; from 20:00 to 7:00 is over midnight."""
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if setting.quiet_from <= setting.quiet_to:
        return setting.quiet_from <= minute < setting.quiet_to
    return minute >= setting.quiet_from or minute < setting.quiet_to


def is_due(setting: Setting, zone: ZoneInfo, oldest: datetime, now: datetime) -> bool:
    """Whether notices go out now, the oldest of which waits since then. Daily ones wait for a morning that came
    after it, so there is one mail for each morning at most."""
    if setting.frequency is Frequency.NEVER:
        return False
    if is_quiet(setting, zone, now):
        return False
    return setting.frequency is Frequency.AT_ONCE or oldest < last_morning(zone, now)


def last_morning(zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    # Compared in UTC: two times of one zone are compared by their wall clocks, which jump twice a year.
    morning = datetime.combine(today, MORNING, zone).astimezone(UTC)
    if morning > now:
        morning = datetime.combine(today - timedelta(days=1), MORNING, zone).astimezone(UTC)
    return morning
