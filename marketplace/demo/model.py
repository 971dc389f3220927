"""What the generator makes: suppliers as drafts, not yet in any database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.capacity.model import RATE_ONE, Calendar, Closure
from marketplace.placements.model import Placement
from marketplace.suppliers.model import ProfileDraft, ServiceDraft, SiteDraft, Status, Verification
from marketplace.units import Unit, Week


class Scale(StrEnum):
    """How large a firm is: 2 to 4 people, up to 12, up to 30, more."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class DemoResource:
    """Something that is busy or free. `usual` and `stated` in atoms of `unit`; `rates`: process -> rate."""

    name: str
    unit: Unit
    rates: Mapping[str, int]
    usual: int | None
    stated: Mapping[Week, int]
    confirmed_days_ago: int

    @property
    def is_published(self) -> bool:
        return self.usual is not None or bool(self.stated)


@dataclass(frozen=True, slots=True)
class DemoSite:
    """Placements carry no ids yet."""

    draft: SiteDraft
    services: tuple[ServiceDraft, ...]
    resources: tuple[DemoResource, ...]
    closures: tuple[Closure, ...] = ()
    placements: tuple[Placement, ...] = ()

    def calendar(self, process: str, now: datetime | None = None) -> tuple[Calendar, int]:
        """The calendar a service draws on, and its rate."""
        for resource in self.resources:
            if process in resource.rates:
                calendar = Calendar(
                    unit=resource.unit,
                    usual=resource.usual,
                    stated=resource.stated,
                    closures=self.closures,
                    working_days=self.draft.working_days,
                    confirmed_at=now,
                )
                return calendar, resource.rates[process]
        return Calendar(Unit.PIECE, None), RATE_ONE


@dataclass(frozen=True, slots=True)
class DemoSupplier:
    external_id: str
    district: str
    speciality: str
    scale: Scale
    profile: ProfileDraft
    sites: tuple[DemoSite, ...]
    status: Status
    verification: Verification
    verified_at: date | None


@dataclass(frozen=True, slots=True)
class World:
    today: date
    suppliers: tuple[DemoSupplier, ...]
