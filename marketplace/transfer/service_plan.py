"""What an import makes of one service and of the resource it draws on. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.audit.rules import changed
from marketplace.capacity.model import RATE_ONE, Resource, Use
from marketplace.suppliers.model import Service, ServiceDraft, ServiceId, Site, Status, Supplier
from marketplace.transfer.model import Verdict
from marketplace.transfer.row import Row
from marketplace.units import Unit


@dataclass(slots=True)
class Pool:
    """A resource of one site as the file will leave it."""

    name: str
    unit: Unit
    stored: Resource | None
    usual: int | None = None
    usual_line: int = 0  # of the row that states it
    is_stated: bool = False  # some row says something of the usual week, if only that there is none
    confirmed_at: datetime | None = None

    @property
    def changes(self) -> bool:
        if self.stored is None:
            return True
        calendar = self.stored.calendar
        return (self.is_stated and self.usual != calendar.usual) or (
            self.confirmed_at is not None and self.confirmed_at != calendar.confirmed_at
        )


@dataclass(slots=True)
class ServicePlan:
    """One service as the file will leave it."""

    site: Site
    stored: Service | None
    draft: ServiceDraft
    status: Status
    rows: list[Row]
    rule_lines: list[int]  # of draft.rules
    pool: Pool | None = None
    rate: int = RATE_ONE
    use: Use | None = None  # as it stands
    drew_on: str = ""  # the name of that resource

    @property
    def moves(self) -> bool:
        """Whether the service draws on another resource than it did, or at another rate."""
        if self.pool is None:
            return False
        stored = self.pool.stored
        return self.use is None or stored is None or self.use != Use(self.use.service_id, stored.id, self.rate)

    def listed_changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after of what is listed, in the fields that differ."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {"service": self.draft}
        if self.stored is not None:
            before, after = changed(self.stored.draft, self.draft)
        stood = self.stored.status if self.stored else Status.PUBLISHED
        if self.status is not stood:
            before["status"], after["status"] = stood, self.status
        return before, after

    def weeks_changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after of what the service draws on, and of the usual week of that."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        pool = self.pool
        if pool is not None and self.moves:
            before |= {"resource": self.drew_on, "rate": self.use.rate} if self.use else {}
            after |= {"resource": pool.name, "rate": self.rate}
        if pool is not None and pool.changes:
            before["usual"], after["usual"] = pool.stored.calendar.usual if pool.stored else None, pool.usual
            if pool.confirmed_at is not None:
                after["confirmed_at"] = pool.confirmed_at
        return before, after

    @property
    def verdict(self) -> Verdict:
        if self.stored is None:
            return Verdict.CREATED
        same = self.draft == self.stored.draft and self.status is self.stored.status
        changed = not same or self.moves or (self.pool is not None and self.pool.changes)
        return Verdict.UPDATED if changed else Verdict.UNCHANGED


@dataclass(slots=True)
class Firm:
    """What is known of one supplier while its rows are read."""

    supplier: Supplier
    resources: list[Resource]
    uses: dict[ServiceId, Use]
    pools: dict[tuple[int, str], Pool] = field(default_factory=dict)

    def pool(self, site: Site, name: str) -> Pool | None:
        key = (site.id, name)
        if key not in self.pools:
            stored = next((r for r in self.resources if r.site_id == site.id and r.name == name), None)
            if stored is not None:
                calendar = stored.calendar
                self.pools[key] = Pool(name, calendar.unit, stored, calendar.usual)
        return self.pools.get(key)
