"""When workshops shut: the customs of each country, without the feasts that follow the moon."""

from __future__ import annotations

import random
from datetime import date, timedelta

from marketplace.capacity.model import Closure
from marketplace.demo.dealing import chance

_DAY = timedelta(days=1)
_LONG_DAYS = 10  # a long closure starts a little earlier or later from firm to firm
_AHEAD = timedelta(days=365)

# (month, day, days, reason, chance in percent)
_CUSTOMS: dict[str, tuple[tuple[int, int, int, str, int], ...]] = {
    "US": ((12, 24, 10, "Winter break", 85), (7, 3, 3, "Independence Day", 90)),
    "GB": ((12, 24, 11, "Christmas shutdown", 95), (7, 27, 13, "Summer shutdown", 35)),
    "FR": ((8, 1, 22, "Congés d'été", 85), (12, 24, 10, "Fêtes de fin d'année", 85)),
    "IT": ((8, 5, 19, "Ferie d'agosto", 95), (12, 24, 14, "Christmas to Epiphany", 90)),
    "PT": ((8, 3, 15, "Férias de agosto", 85), (12, 24, 9, "Christmas", 85)),
    "ES": ((8, 3, 20, "Vacaciones de agosto", 90), (12, 24, 14, "Christmas to Epiphany", 75)),
    "JP": ((8, 11, 6, "Obon", 95), (12, 28, 9, "New Year", 100), (4, 29, 8, "Golden Week", 80)),
    "TR": ((10, 28, 2, "Republic Day", 80), (12, 31, 2, "New Year", 80), (8, 10, 7, "Summer maintenance", 45)),
    "IN": ((1, 14, 4, "Pongal", 100), (8, 15, 1, "Independence Day", 100), (10, 2, 1, "Gandhi Jayanti", 100)),
    "PL": ((5, 1, 3, "May holidays", 95), (12, 24, 9, "Christmas", 95), (8, 3, 13, "Summer break", 60)),
}
_OWN = ("Stocktaking", "Machine maintenance", "Trade fair", "Staff training")


def make_closures(rng: random.Random, country: str, today: date) -> tuple[Closure, ...]:
    """Closures of the coming year, in order, none overlapping another."""
    found: list[Closure] = []
    for month, day, days, reason, percent in _CUSTOMS[country]:
        if not chance(rng, percent):
            continue
        shift = rng.randint(-2, 2) if days >= _LONG_DAYS else 0
        for year in range(today.year - 1, today.year + 2):
            first = date(year, month, day) + shift * _DAY
            _put(found, Closure(first, first + (days - 1) * _DAY, reason), today)
    if country == "US":
        for year in (today.year, today.year + 1):
            thursday = _fourth_thursday_of_november(year)
            _put(found, Closure(thursday, thursday + _DAY, "Thanksgiving"), today)
    if chance(rng, 15):
        first = today + rng.randint(12, 150) * _DAY
        _put(found, Closure(first, first + rng.choice((0, 0, 1, 2)) * _DAY, rng.choice(_OWN)), today)
    return tuple(sorted(found, key=lambda closure: closure.first))


def _put(found: list[Closure], closure: Closure, today: date) -> None:
    clear = all(closure.last < other.first or other.last < closure.first for other in found)
    if clear and closure.last >= today and closure.first <= today + _AHEAD:
        found.append(closure)


def _fourth_thursday_of_november(year: int) -> date:
    first = date(year, 11, 1)
    return first + ((3 - first.weekday()) % 7 + 21) * _DAY
