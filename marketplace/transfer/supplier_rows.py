"""One row of suppliers.csv: what it says of the firm and of one site, on top of what stands. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from marketplace.capacity.model import Closure
from marketplace.places import Point, Precision
from marketplace.places.model import parse_coordinate
from marketplace.suppliers.model import (
    WORKING_DAYS_DEFAULT,
    Address,
    ProfileDraft,
    SiteDraft,
    Status,
    Tags,
    Verification,
)
from marketplace.text import clean_line, clean_name, clean_text, clean_url, timezones
from marketplace.transfer.damage import lost_zero
from marketplace.transfer.escapes import read_text
from marketplace.transfer.lists import read_certificates, read_closures, read_machines, read_working_days
from marketplace.transfer.locating import Locator
from marketplace.transfer.row import Row, Terms, day, member
from marketplace.vocabulary import Facet
from marketplace.vocabulary.model import fold

PROFILE_COLUMNS = (
    "name", "kind", "description", "skills", "materials", "products", "certifications", "languages", "website",
    "machines", "status", "verification", "verified_at",
)  # fmt: skip
_MAXIMUM_STREET = 500


@dataclass(frozen=True, slots=True)
class Standing:
    status: Status = Status.PUBLISHED
    verification: Verification = Verification.SELF_DECLARED
    verified_at: date | None = None


@dataclass(frozen=True, slots=True)
class SiteSaid:
    """A site as a row has it; closures are None where the file has no such column."""

    draft: SiteDraft
    closures: tuple[Closure, ...] | None


def derived_id(row: Row, terms: Terms) -> str:
    """The key of a row without one: the same firm at the same address has it again next time."""
    try:
        country = terms.country(row.text("country"))
    except ValueError:
        country = row.text("country")  # the row will be refused
    parts = ("name", "street", "locality", "region", "postal_code")
    text = "\n".join([country, *(fold(row.text(part)) for part in parts)])
    return f"x-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def read_profile(row: Row, base: ProfileDraft | None, terms: Terms) -> ProfileDraft:
    stands = base or ProfileDraft("", "")
    none: frozenset[str] = frozenset()

    def tags(column: str, facet: Facet) -> frozenset[str]:
        return row.read(column, terms.terms(facet), blank=none, absent=stands.tags.of(facet))

    return ProfileDraft(
        name=row.need("name", clean_name, "") or "",
        kind=row.read("kind", lambda text: terms.term(Facet.KIND, text), blank="", absent=stands.kind),
        description=row.read(
            "description", lambda text: clean_text(read_text(text)), blank="", absent=stands.description
        ),
        website=row.read("website", clean_url, blank="", absent=stands.website),
        tags=Tags(
            skills=tags("skills", Facet.SKILL),
            materials=tags("materials", Facet.MATERIAL),
            products=tags("products", Facet.PRODUCT),
            languages=tags("languages", Facet.LANGUAGE),
        ),
        machines=row.read("machines", read_machines, blank=(), absent=stands.machines),
        certificates=row.read(
            "certifications", lambda text: read_certificates(text, terms), blank=(), absent=stands.certificates
        ),
    )


def read_standing(row: Row, stands: Standing) -> Standing:
    status = row.read("status", member(Status), blank=stands.status, absent=stands.status)
    verification = row.read("verification", member(Verification), blank=stands.verification, absent=stands.verification)
    verified_at = row.read("verified_at", day, blank=stands.verified_at, absent=stands.verified_at)
    if verification is Verification.SELF_DECLARED:
        verified_at = None
    return Standing(status, verification, verified_at)


def read_site(row: Row, name: str, base: SiteDraft | None, terms: Terms, locator: Locator) -> SiteSaid:
    """The site of a row. A place that is known better than the row says stays, while the address does."""
    address = _address(row, base, terms)
    same_address = base is not None and _folded(address) == _folded(base.address)
    draft = SiteDraft(
        address=address,
        name=name,
        working_days=row.read(
            "working_days",
            read_working_days,
            blank=base.working_days if base else WORKING_DAYS_DEFAULT,
            absent=base.working_days if base else WORKING_DAYS_DEFAULT,
        ),
    )
    if not row.problems:
        draft = _located(row, draft, base, same_address, locator)
        draft = replace(draft, timezone=_timezone(row, draft, base, locator))
    none: tuple[Closure, ...] = ()
    closures = row.read("closed", read_closures, blank=none, absent=none)
    return SiteSaid(draft, closures if row.has("closed") else None)


def _address(row: Row, base: SiteDraft | None, terms: Terms) -> Address:
    stands = base.address if base else Address()

    def line(column: str, absent: str, maximum: int = 200) -> str:
        return row.read(column, lambda text: _one_line(text, maximum), blank="", absent=absent)

    country = row.need("country", terms.country, "write its name or two-letter code") or ""
    postal_code = line("postal_code", stands.postal_code)
    if country and row.has("postal_code") and (short := lost_zero(postal_code, country)):
        row.refuse("postal_code", short)
    address = Address(
        street=line("street", stands.street, _MAXIMUM_STREET),
        locality=line("locality", ""),
        region=line("region", stands.region),
        postal_code=postal_code,
        country=country,
    )
    # A blank town may have been filled in from the address: it stays while the rest does.
    filled = replace(address, locality=stands.locality)
    same = not address.locality and base is not None and _folded(filled) == _folded(stands)
    return filled if same else address


def _one_line(text: str, maximum: int) -> str:
    """Addresses arrive on several lines; they are kept on one."""
    lines = (part.strip(" ,") for part in text.replace("\r", "\n").split("\n"))
    return clean_line(", ".join(filter(None, lines)) if "\n" in text else text, maximum=maximum)


def _located(row: Row, draft: SiteDraft, base: SiteDraft | None, same_address: bool, locator: Locator) -> SiteDraft:
    precision = row.read("precision", member(Precision), blank=None, absent=None)
    lat, lon = row.text("lat"), row.text("lon")
    stands = base if base is not None and same_address else None
    if not lat and not lon:
        if stands is not None:
            return replace(draft, point=stands.point, precision=stands.precision)
        if precision is Precision.NONE:
            return draft
        return _in_town(row, draft, locator)
    if not lat or not lon:
        row.refuse("lat" if not lat else "lon", "is missing: latitude and longitude come together")
        return draft
    lat_read = row.read("lat", lambda text: parse_coordinate(text, "latitude"), blank=None, absent=None)
    lon_read = row.read("lon", lambda text: parse_coordinate(text, "longitude"), blank=None, absent=None)
    if lat_read is None or lon_read is None:
        return draft
    if precision is Precision.NONE:
        row.refuse(
            "precision", "“none” says that the place is not known: remove lat and lon, or say how they were found"
        )
        return draft
    point = Point.of(lat_read, lon_read)
    if stands is not None and stands.point == point and precision in (None, stands.precision):
        return replace(draft, point=point, precision=stands.precision)  # looked at when it was first taken
    refuse, odd = locator.check(point, draft.address.country)
    if refuse:
        row.refuse("lat", odd)
    elif odd:
        row.warn("lat", odd)
    given = precision or Precision.EXACT
    if stands is not None and stands.point is not None and given.rank > stands.precision.rank:
        if stands.point != point:
            kept = f"The listed place is kept ({stands.precision.label}): it is known better than this one."
            row.warn("lat", kept)
        return replace(draft, point=stands.point, precision=stands.precision)
    return replace(draft, point=point, precision=given)


def _in_town(row: Row, draft: SiteDraft, locator: Locator) -> SiteDraft:
    address = draft.address
    found = locator.town(address)
    if found is None:
        where = ", ".join(address.lines)[:80]
        column = next((c for c in ("street", "locality", "lat") if row.has(c)), "country")
        what = f"“{where}” was not found on the map" if where else "there is no address and no lat and lon"
        row.refuse(column, f"{what}: add lat and lon, or a town")
        return draft
    located = replace(address, locality=address.locality or clean_line(found.locality))
    return replace(draft, address=located, point=found.point, precision=Precision.TOWN)


def _timezone(row: Row, draft: SiteDraft, base: SiteDraft | None, locator: Locator) -> str:
    given = row.read("timezone", _zone, blank="", absent="")
    if given:
        return given
    if base is not None and draft.point == base.point:
        return base.timezone
    return locator.timezone(draft.point) if draft.point else "UTC"


def _zone(text: str) -> str:
    if text not in timezones():
        raise ValueError(f"“{text[:40]}” is not a time zone: write its IANA name, such as Europe/Rome")
    return text


def _folded(address: Address) -> tuple[str, ...]:
    parts = (address.street, address.locality, address.region, address.postal_code, address.country)
    return tuple(fold(part) for part in parts)
