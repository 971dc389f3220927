"""From a row of the store to a Resource and what draws on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

import orjson

from marketplace.capacity.model import Calendar, Closure, Resource, ResourceId, Use
from marketplace.suppliers.model import ServiceId, SiteId
from marketplace.units import Unit, Week

_UNITS = {unit.value: unit for unit in Unit}  # a fifth of the time that the enum takes


def to_resource(row: str, working_days: Mapping[SiteId, frozenset[int]]) -> tuple[Resource, dict[ServiceId, Use]]:
    """What belongs to the resource comes as JSON arrays, in no order."""
    number, public_id, site_id, name, unit, usual, confirmed_at, weeks, closures, uses, loads = orjson.loads(row)
    resource_id = ResourceId(number)
    calendar = Calendar(
        _UNITS[unit],
        usual,
        {_week(monday): offered for monday, offered in sorted(weeks)},
        tuple([Closure(_day(first), _day(last), reason) for first, last, reason in sorted(closures)]),
        working_days[site_id],
        None if confirmed_at is None else datetime.fromisoformat(confirmed_at).astimezone(UTC),
        {_week(monday): reserved for monday, reserved in sorted(loads) if reserved},
    )
    resource = Resource(resource_id, public_id, site_id, name, calendar)
    return resource, {service_id: Use(service_id, resource_id, rate) for service_id, rate in uses}


_day = date.fromisoformat


@lru_cache(maxsize=1024)
def _week(monday: str) -> Week:
    """Weeks are few, and every calendar has the same ones."""
    return Week(_day(monday))
