"""From an address and a pin to a site: what was found, what has to be chosen, what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from marketplace.places import Point, Precision
from marketplace.places.check import check_location
from marketplace.places.countries import country_name
from marketplace.places.model import Place
from marketplace.search.forms import is_clear
from marketplace.suppliers.model import Address, SiteDraft
from marketplace.web.context import places, system


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """`site` once it is clear where it is; else the `found` places to choose from, or `problems`."""

    site: SiteDraft | None = None
    found: tuple[Place, ...] = ()
    problems: dict[str, str] = field(default_factory=dict)

    def options(self) -> list[tuple[str, str]] | None:
        """The places to choose from, when there are several."""
        if len(self.found) < 2:
            return None
        return [(_place_id(place), place.label) for place in self.found]

    def form_values(self) -> dict[str, Any]:
        """What the look-up fills in: the pin of a single place."""
        if self.site is None or self.site.point is None:
            return {}
        point = self.site.point
        return {"lat": f"{point.lat:.7f}", "lon": f"{point.lon:.7f}", "pin_words": self.site.precision.label}


def choose_place(
    address: Address, point: Point | None, confirmed: bool, place_id: str, before: SiteDraft | None = None
) -> PlaceChoice:
    """Locate an address. A given pin wins; without one, the town decides, and an ambiguous town is asked about."""
    base = before or SiteDraft(address)
    if before and point == before.point and address.locality != before.address.locality and not confirmed:
        point = None  # the form still holds the old town's pin
    if point is not None:
        problem = check_location(point, address.country, system().gazetteer.nearest)
        if problem and not confirmed:
            return PlaceChoice(problems={"lat": f"{problem} Tick “the pin is at our door” if it is right."})
        moved = before is None or before.point != point
        precision = Precision.CONFIRMED if confirmed else base.precision if not moved else Precision.STREET
        return PlaceChoice(_site(base, address, point, precision))
    found = _find(address)
    if not found:
        return PlaceChoice(
            problems={"locality": f"“{address.locality}” was not found there: check the spelling, or set the pin"}
        )
    chosen = [place for place in found if _place_id(place) == place_id] or (found if len(found) == 1 else [])
    if not chosen and is_clear(address.locality, found):
        chosen = [found[0]]
    if not chosen:
        return PlaceChoice(found=tuple(found), problems={"place_id": "several places have this name: choose one"})
    region = address.region or chosen[0].region
    return PlaceChoice(_site(base, replace(address, region=region), chosen[0].point, chosen[0].precision))


def _find(address: Address) -> list[Place]:
    """Places of the town's name in that country, in that region where one is given and known."""
    country = country_name(address.country)
    if address.region:
        found = places().find(f"{address.locality}, {address.region}, {country}", address.country)
        if found:
            return found
    return places().find(f"{address.locality}, {country}", address.country)


def _site(base: SiteDraft, address: Address, point: Point, precision: Precision) -> SiteDraft:
    zone = places().timezone_at(point)
    return replace(base, address=address, point=point, precision=precision, timezone=zone)


def _place_id(place: Place) -> str:
    return f"{place.point.lat_e7},{place.point.lon_e7}"
