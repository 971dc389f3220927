"""Production routes: everybody may ask; kept ones are the studio's."""

from __future__ import annotations

from rows import Row

_REQUEST = {"lat": 43.88, "lon": 11.1, "pieces": 10, "steps": [{"process": "cut"}, {"process": "sew"}]}

ROWS = [Row("routes_api.find_routes", "POST", json=_REQUEST, events=0)]
