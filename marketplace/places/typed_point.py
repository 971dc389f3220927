"""Coordinates typed into a box that asks for a place: '34.0867, -118.2702', '51.5074 N 0.1278 W'."""

from __future__ import annotations

import re

from marketplace.places.model import Point

_PAIR = re.compile(
    r"\(?\s*(?P<lat>[+\-−]?\d{1,2}(?:\.\d{1,15})?)\s*°?\s*(?P<ns>[NS])?(?:\s*[,;]\s*|\s+)"
    r"(?P<lon>[+\-−]?\d{1,3}(?:\.\d{1,15})?)\s*°?\s*(?P<ew>[EW])?\s*\)?",
    re.IGNORECASE | re.ASCII,
)


def typed_point(text: str) -> Point | None:
    """Read latitude and longitude in decimal degrees; None when the text is something else or out of range.

    Two whole numbers need a sign or a letter: '10 12' is more likely a house number than a point.
    """
    match = _PAIR.fullmatch(text.strip()[:80])
    if not match:
        return None
    lat_text, lon_text = (match[name].replace("−", "-") for name in ("lat", "lon"))
    hemispheres = match["ns"] is not None, match["ew"] is not None
    if hemispheres[0] != hemispheres[1]:
        return None
    signed = lat_text[0] in "+-" or lon_text[0] in "+-"
    if any(hemispheres):
        if signed:
            return None
    elif "." not in lat_text + lon_text and not signed:
        return None
    lat = float(lat_text) * (-1 if (match["ns"] or "").upper() == "S" else 1)
    lon = float(lon_text) * (-1 if (match["ew"] or "").upper() == "W" else 1)
    try:
        return Point.of(lat, lon)
    except ValueError:
        return None
