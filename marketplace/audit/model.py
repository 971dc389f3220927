"""What an event of the audit trail says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class By(Protocol):
    """Who did it: an accounts.model.Actor, which this feature doesn't know."""

    @property
    def person_id(self) -> int | None: ...

    @property
    def token_id(self) -> int | None: ...

    @property
    def request_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event is to say, of many that are written at once; the fields are those of an Event."""

    action: str
    object_kind: str
    object_id: str
    organisation_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """`person_id` is None for what the system does by itself; `token_id` is the bearer token that was used."""

    id: int
    at: datetime
    person_id: int | None
    token_id: int | None
    request_id: str
    action: str
    object_kind: str
    object_id: str
    organisation_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events somebody wants to see; None means all. From `since` up to, not including, `until`."""

    person_id: int | None = None
    object_kind: str | None = None
    object_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
