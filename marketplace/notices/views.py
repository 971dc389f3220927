"""Values for the pages of notices, and the JSON of one. Pure."""

from __future__ import annotations

from typing import Any

from marketplace.notices.model import Frequency, Notice, Setting


def frequency_choices() -> list[tuple[str, str]]:
    words = {
        Frequency.AT_ONCE: "At once",
        Frequency.DAILY: "Once a day, at 7 in the morning",
        Frequency.NEVER: "Never",
    }
    return [(frequency.value, text) for frequency, text in words.items()]


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def setting_form(setting: Setting) -> dict[str, str]:
    """As it stands; no quiet hours are two empty fields."""
    has_quiet = setting.quiet_from != setting.quiet_to
    return {
        "frequency": setting.frequency.value,
        "quiet_from": clock(setting.quiet_from) if has_quiet else "",
        "quiet_to": clock(setting.quiet_to) if has_quiet else "",
        "timezone": setting.timezone,
    }


def setting_words(setting: Setting, site_timezone: str) -> str:
    """'At once, but not between 20:00 and 07:00 (Europe/Rome)'."""
    if setting.frequency is Frequency.NEVER:
        return "No mails"
    when = "At once" if setting.frequency is Frequency.AT_ONCE else "Once a day, at 7 in the morning"
    zone = setting.timezone or site_timezone
    if setting.quiet_from == setting.quiet_to:
        return f"{when} ({zone})"
    return f"{when}, but not between {clock(setting.quiet_from)} and {clock(setting.quiet_to)} ({zone})"


def notice_json(notice: Notice, site_url: str) -> dict[str, Any]:
    return {
        "id": notice.public_id,
        "at": notice.at.isoformat(timespec="seconds"),
        "kind": notice.kind,
        "text": notice.text,
        "url": f"{site_url}{notice.path}",
        "read_at": notice.read_at.isoformat(timespec="seconds") if notice.read_at else None,
    }
