"""Certificates: most are valid, some run out soon, some have run out."""

from __future__ import annotations

import random
from datetime import date, timedelta

from marketplace.demo.dealing import chance, weighted
from marketplace.demo.model import Scale
from marketplace.suppliers.model import Certificate

_PERCENT = {Scale.MICRO: 16, Scale.SMALL: 36, Scale.MEDIUM: 62, Scale.LARGE: 90}
_WOOL = frozenset({"wool", "cashmere", "mohair", "alpaca"})
_ISSUERS = (
    "Arvenholt Textile Assurance (invented)",
    "Larkmoor Certification (invented)",
    "Ente Filo Verde (invented)",
    "Brightwater Audit Office (invented)",
)
_LABELS = {"gots": "GOTS", "ocs": "OCS", "grs": "GRS", "rcs": "RCS", "rws": "RWS", "oeko100": "OEKO", "zdhc": "ZDHC"}
# What a certificate covers, by kind of firm.
_SCOPES = {
    "spinner": "spinning of yarn",
    "weaver": "weaving and storage of cloth",
    "knitter": "knitting",
    "dye_house": "wet processing: dyeing",
    "printer": "printing",
    "finisher": "wet processing and finishing",
    "laundry": "garment washing",
    "sewing_room": "manufacturing of garments",
    "atelier": "manufacturing of garments",
    "cutter": "cutting",
    "embroiderer": "embroidery",
}
_CHEMICAL = frozenset({"dye_house", "printer", "finisher", "laundry"})
_MAKING = frozenset({"sewing_room", "atelier", "cutter", "embroiderer", "presser", "sample_room", "pleater"})
_YEARS = {"iso9001": 3, "iso14001": 3, "sa8000": 3, "bcorp": 3, "epv": 5}
_DESKS = frozenset({"pattern_maker", "grader"})


def make_certificates(
    rng: random.Random, kind: str, scale: Scale, country: str, materials: frozenset[str], name: str, today: date
) -> tuple[Certificate, ...]:
    if kind in _DESKS or not chance(rng, _PERCENT[scale]):
        return ()
    schemes = _schemes(kind, country, materials)
    count = min(len(schemes), rng.choice((1, 1, 1, 2, 2, 3)))
    return tuple(_certificate(rng, scheme, kind, name, today) for scheme in rng.sample(schemes, count))


def _schemes(kind: str, country: str, materials: frozenset[str]) -> list[str]:
    schemes = ["oeko100"] if kind not in _MAKING else ["sedex", "gots"]
    if "organic" in materials:
        schemes += ["gots", "ocs"]
    if materials & {"recycled_post_consumer", "recycled_pre_consumer"}:
        schemes += ["grs", "rcs"]
    if materials & _WOOL and kind not in _MAKING:
        schemes.append("rws")
    if kind in _CHEMICAL:
        schemes += ["zdhc", "oekostep", "bluesign", "iso14001"]
    if kind in _MAKING:
        schemes += ["sa8000", "fairwear"] if country in ("TR", "IN", "PT", "PL") else ["bcorp"]
    if country == "FR":
        schemes += ["epv", "ofg"]
    if country == "IN":
        schemes.append("wrap")
    return list(dict.fromkeys([*schemes, "iso9001"]))


def _certificate(rng: random.Random, scheme: str, kind: str, holder: str, today: date) -> Certificate:
    length = timedelta(days=365 * _YEARS.get(scheme, 1))
    state = weighted(rng, {"expired": 12, "soon": 12, "valid": 76})
    if state == "expired":
        ends = today - timedelta(days=rng.randint(3, 240))
    elif state == "soon":
        ends = today + timedelta(days=rng.randint(2, 40))
    else:
        ends = today + timedelta(days=rng.randint(60, length.days - 5))
    label = _LABELS.get(scheme, scheme.upper())
    return Certificate(
        scheme=scheme,
        number=f"DEMO-{label}-{rng.randint(10_000, 99_999)}",
        scope=_SCOPES.get(kind, "garment services"),
        holder=holder,
        issuer=rng.choice(_ISSUERS),
        valid_from=ends - length,
        valid_to=ends,
    )
