"""How a person wants to be told, as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from marketplace.errors import Invalid
from marketplace.notices.model import Frequency, Setting
from marketplace.notices.rules import is_timezone

_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")
_WHICH = "Choose when mails come."
_TIME = "Write a time such as 20:00, or leave both empty for no quiet hours."
_BOTH = "Give both times, or leave both empty for no quiet hours."


def read_setting(form: Mapping[str, str]) -> Setting:
    """Errors: Invalid."""
    errors: dict[str, str] = {}
    frequency = Frequency.AT_ONCE
    try:
        frequency = Frequency(form.get("frequency", ""))
    except ValueError:
        errors["frequency"] = _WHICH
    typed = {name: form.get(name, "").strip() for name in ("quiet_from", "quiet_to")}
    minutes: dict[str, int] = dict.fromkeys(typed, 0)
    for name, text in typed.items():
        found = _CLOCK.fullmatch(text)
        if found:
            minutes[name] = int(found[1]) * 60 + int(found[2])
        elif text:
            errors[name] = _TIME
        elif any(typed.values()):
            errors[name] = _BOTH
    zone = form.get("timezone", "").strip()
    if zone and not is_timezone(zone):
        errors["timezone"] = "No such time zone is known. Choose one from the list, such as Europe/Rome."
    if errors:
        raise Invalid(errors)
    return Setting(frequency, minutes["quiet_from"], minutes["quiet_to"], zone)
