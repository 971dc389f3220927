"""Rows 25 to 33 of the list of bad inputs: numbers, units, money, weeks, dates and places, through HTTP.

Out until they exist: bookings and orders against a slot (28, 29: "sum checked"), VAT (30), deadlines shown in the
supplier's zone (32: weeks are dates here, so no hour can go missing), prices in JSON bodies (29, 30: no route takes
JSON yet, so `true` and `null` arrive as words).
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
import time_machine
from page_client import PageClient, both_engines
from web_site import OTHER, OWN, Site

from marketplace.places.model import Point
from marketplace.places.rules import geodesic_m

# What no number field takes, whatever its limits are.
NO_NUMBERS = (
    "nan NaN inf -inf Infinity 1e3 1E3 0x10 1_000 1,5 1.000,5 １２ ٣ ½ ² +-1 --1 1. .5 1.2.3 51.5N 51°30' "
    "true null [] {} 1;2 1/2 5% $5"
).split()
HUGE = ["1e9", "1e400", "9" * 40, "1" + "0" * 400, str(2**63), "9" * 5000]
ENDLESS = "0." + "3" * 5000
SEARCHES = ("/search", "/api/v1/search", "/api/v1/search.geojson", "/placements", "/api/v1/placements")


def refused(client: PageClient, path: str, field: str, **query: str) -> None:
    """The query is answered 422, and the answer names the field."""
    answer = client.client.get(path, query_string=urlencode(query))
    assert answer.status_code == 422, f"{path} {query} -> {answer.status_code}"
    if path.startswith("/api/"):
        client.check(answer, path)
        assert field in {error["pointer"] for error in answer.get_json()["errors"]}, (path, query, answer.text)


class OpenForm:
    """A form as its page shows it, sent again and again with something changed."""

    def __init__(self, site: Site, client: PageClient, page: str, action: str = "", **more: str) -> None:
        self.site, self.client, self.action = site, client, action or page
        self.filled = client.filled(page, self.action) | more
        self.seen: set[str] = set()

    def refused(self, named: str, text: str, **more: str) -> None:
        """With this text in the named field it is answered 422, the field has an error, nothing is saved."""
        what = f"{self.action} {named}={text[:50]} {more}"
        with self.site.unchanged(what):
            answer = self.client.client.post(self.action, data=self.filled | {named: text} | more)
        assert answer.status_code == 422, f"{what} -> {answer.status_code}"
        assert re.search(rf'id="[a-z]+-{named}-error"', answer.text), f"{what}: {named} is not named"
        if named not in self.seen:  # parsing a page with 300 boxes takes a tenth of a second
            self.client.check(answer, self.action)
        self.seen.add(named)


def test_row_25_coordinates_in_searches(still: Site) -> None:
    """Row 25: finite, in range, in decimal degrees, or 422."""
    client = still.stranger()
    bad = [*NO_NUMBERS, *HUGE, ENDLESS, "90.0001", "-91", "91", "-0-", "51.5N"]
    for path in SEARCHES:
        for text in bad if path == "/api/v1/search" else ("nan", "91", "9" * 40, "１２", "51.5N", "1e9"):
            refused(client, path, "lat", lat=text, lon="0")
        for text in ("181", "-180.0000001", "540", "1e9", "NaN", "0x1", "9" * 40):
            refused(client, path, "lon", lat="0", lon=text)
        refused(client, path, "lon", lat="1")
        refused(client, path, "lat", lon="1")
    for text in ("90", "-90", "+0.0", "-0", "51.507222222222222222"):
        client.get(f"/api/v1/search?{urlencode({'lat': text, 'lon': '-180'})}")
    edges = {"south": "1", "west": "1", "north": "2", "east": "2"}
    for name in edges:
        for text in ("", "nan", "inf", "1e3", "1_0", "１２", "9" * 40, "x"):
            assert client.client.get("/map/labels", query_string=edges | {name: text}).status_code == 422, (name, text)
    # A view may be wider than the world.
    client.get("/map/labels?south=-100&west=-540&north=100&east=540")


def test_row_25_coordinates_in_the_listing(site: Site) -> None:
    """Row 25: as above, in the form that sets the pin; what is stored is a whole number of 1e-7 degrees."""
    owner = site.owner()
    profile = OpenForm(site, owner, "/listing/profile")
    for text in ("nan", "inf", "90.0001", "-91", "1e9", "51.5N", "１２", "9" * 40):
        profile.refused("lat", text)
    for text in ("181", "540", "1e1", "4_0", "-180.1"):
        profile.refused("lon", text)
    profile.refused("lat", "0", lon="0", pin_confirmed="")
    form = profile.filled | {"lat": "34.03547041234567", "lon": "-118.2559", "pin_confirmed": "1"}
    owner.post("/listing/profile", form, 303)
    assert site.value("SELECT lat_e7 FROM site WHERE supplier_id = :id", id=site.supplier().id) == 340354704


@both_engines
def test_row_26_poles_and_antimeridian(site: Site) -> None:
    """Row 26: neighbours across 180° are neighbours; at a pole every longitude is the same place."""
    move = "UPDATE site SET lat_e7 = :lat, lon_e7 = :lon WHERE supplier_id = :id"
    for external_id, lon in ((OWN, 1_799_000_000), (OTHER, -1_799_000_000)):
        site.sql(move, lat=0, lon=lon, id=site.supplier(external_id).id)
    client = site.stranger()

    def found(**query: str) -> dict[str, float]:
        answer = client.get(f"/api/v1/search?{urlencode(query)}").get_json()
        return {hit["external_id"]: hit["distance_km"] for hit in answer["hits"]}

    across = round(geodesic_m(Point.of(0, 179.9), Point.of(0, -179.9))) / 1000
    assert across == 22.264
    assert found(lat="0", lon="179.9", radius_km="22.264") == {OWN: 0.0, OTHER: across}
    assert found(lat="0", lon="179.9", radius_km="22.263") == {OWN: 0.0}
    assert (
        set(found(lat="0", lon="180", radius_km="12"))
        == set(found(lat="0", lon="-180", radius_km="12"))
        == {OWN, OTHER}
    )
    client.get("/search?lat=0&lon=180&radius_km=12")
    client.get("/map/labels?south=-20&west=170&north=-10&east=-170")


@both_engines
def test_row_26_at_the_pole(site: Site) -> None:
    """Row 26: a site 0.01° from the pole is 1.1 km from it, whatever the longitudes."""
    site.sql("UPDATE site SET lat_e7 = 899900000, lon_e7 = 1700000000 WHERE supplier_id = :id", id=site.supplier().id)
    client = site.stranger()
    for lon in ("-10", "0", "180"):
        answer = client.get(f"/api/v1/search?lat=90&lon={lon}&radius_km=1.2").get_json()
        assert [(hit["external_id"], hit["distance_km"]) for hit in answer["hits"]] == [(OWN, 1.117)]


def test_row_27_radius(still: Site) -> None:
    """Row 27: 0.1 to 20,037 km, or 422; all of the world at the most."""
    client = still.stranger()
    for path in SEARCHES:
        for name in ("radius_km", "radius_mi"):
            for text in ("0", "-5", "1e9", "1000000000", "nan", "0.01", "20038", "１２", "9" * 400):
                refused(client, path, name, near="Prato, Italy", **{name: text})
        refused(client, path, "radius_mi", near="Prato, Italy", radius_km="1", radius_mi="1")
        refused(client, path, "near", radius_km="10")
    everywhere = client.get("/api/v1/search?lat=0&lon=0&radius_km=20037").get_json()
    assert everywhere["total"] == client.get("/api/v1/search").get_json()["total"]
    client.get("/api/v1/search?lat=0&lon=0&radius_km=0.1")


def test_row_28_units_that_do_not_fit(site: Site) -> None:
    """Row 28: metres are no pieces: a search says no and promises no date; a listing can't say so."""
    client = site.stranger()
    answer = client.get("/api/v1/search?process=sew&quantity=50&unit=metre").get_json()
    assert answer["total"] == 0
    for query in ("quantity=50&unit=metre", "quantity=50&unit=piece", "quantity=3&unit=kg"):
        for hit in client.get(f"/api/v1/search?{query}").get_json()["hits"]:
            for service in hit["services"]:
                if service["verdict"] == "no":
                    continue
                assert service["reasons"], hit
    refused(client, "/api/v1/search", "unit", quantity="50", unit="mtr")
    refused(client, "/api/v1/search", "unit", quantity="50", unit="PIECE")
    owner = site.owner()
    service = next(s for s in site.supplier().services if s.draft.process == "sew")
    page = f"/listing/services/{service.public_id}"
    form = OpenForm(site, owner, page)
    for unit in ("metre", "furlong", "minute"):  # sewing is counted in minutes too, but these weeks count pieces
        form.refused("unit", unit)
    form.refused("process", "cut")


def test_row_29_quantities_in_searches(still: Site) -> None:
    """Row 29: a positive decimal of at most 10,000,000, whole where the unit is."""
    client = still.stranger()
    for text in [*NO_NUMBERS, *HUGE, "0", "-1", "-0", "0.0", "1.5", "10000001", "0.0000001"]:
        refused(client, "/api/v1/search", "quantity", quantity=text)
    for text in ("0", "-1", "1.5", "1e3", str(2**63), "1" + "0" * 400, "true"):
        refused(client, "/search", "quantity", quantity=text)
        for name in ("colours", "sizes", "styles"):
            refused(client, "/api/v1/search", name, quantity="50", **{name: text})
    refused(client, "/api/v1/search", "quantity", quantity="1.0001", unit="kg")
    refused(client, "/api/v1/search", "quantity", quantity="3", colours="2", styles="2")
    for text, unit in (("10000000", "piece"), ("1.5", "kg"), ("0.1", "m2"), ("50.0", "piece")):
        client.get(f"/api/v1/search?quantity={text}&unit={unit}")


def test_row_29_quantities_in_forms(site: Site) -> None:
    """Row 29: the same in every number of the listing, and nothing is saved."""
    owner = site.owner()
    form = OpenForm(site, owner, f"/listing/services/{site.supplier().services[0].public_id}")
    names = ("rule-0-quantity", "max_quantity", "load_min", "load_max", "break-0-from")
    for name in names:
        for text in ("0", "-1", "10000001"):
            form.refused(name, text)
    for text in ("1.5", str(2**63), "1" + "0" * 400, "true", "１２", "1_0", "٣", "nan"):
        form.refused("rule-0-quantity", text)
    form.refused("max_quantity", "1")  # below the minimum
    for name in ("lead_days", "sample_lead_days", "repeat_lead_days", "surcharge_percent"):
        for text in ("-1", "1.5", "731" if "lead" in name else "501", "9" * 40):
            form.refused(name, text)
    machines = OpenForm(site, owner, "/listing/machines", machine="weave:dobby loom")
    for name in ("count", "width_cm", "gauge", "load_min_kg", "load_max_kg", "heads", "colours", "field_cm"):
        for text in ("0", "-1", "1.5", str(2**63)):
            machines.refused(name, text)


def test_row_29_open_weeks(site: Site) -> None:
    """Row 29: what a week offers; 0 is a full week."""
    owner = site.owner()
    page = owner.page("/weeks")
    week = next(form for form in page.iter("form") if form.get("action") == "/weeks/week")
    fields = {f.get("name"): f.get("value", "") for f in week.iter("input")}
    for text in ("-1", "1.5", "1e3", "10000001", "1" + "0" * 400, "nan", "１２"):
        for action, data in (("/weeks/week", fields), ("/weeks/usual", {"resource": fields["resource"]})):
            with site.unchanged((action, text)):
                answer = owner.post(action, {**data, "offered": text}, 422)
                assert re.search(r'id="(usual-)?offered(-[0-9-]+)?-error"', answer.text)
                owner.post(action, {**data, "offered": text}, 422, headers={"HX-Request": "true"})
    owner.post("/weeks/week", {**fields, "offered": "0"}, 303)
    form = OpenForm(site, owner, "/listing/new/weeks")
    for text in ("-1", "1.5", "1e3", "", "nan"):
        form.refused("usual", text)


def test_row_30_money(site: Site) -> None:
    """Row 30: plain decimals with as many places as the currency has, kept in whole minor units."""
    owner = site.owner()
    page = f"/listing/services/{site.supplier().services[0].public_id}"
    form = OpenForm(site, owner, page)
    for name in ("price_unit", "price_setup"):
        for text in ("-1", "1,50", "0.001", "1e3", "100000001", "９", "nan", "$5", "1 000"):
            form.refused(name, text)
    no_breaks = {name: "" for name in form.filled if name.startswith("break-")} | {"price_setup": ""}
    form.refused("price_unit", "1.5", currency="JPY", **no_breaks)
    form.refused("currency", "XXX")
    owner.post(page, form.filled | no_breaks | {"currency": "EUR", "price_unit": "0.30"}, 303)
    stored = "SELECT unit_minor FROM service WHERE public_id = :id"
    assert site.value(stored, id=page.rpartition("/")[2]) == 30
    offer = "/listing/placements"
    filled = owner.filled(offer)
    good = {"process": "sew", "starts_on": "2199-01-04", "wage": "15.50", "seats": "2", "months": "6"}
    for name, text in (
        *(("wage", text) for text in ("", "0", "-1", "15,50", "0.001", "1e3", "nan", "10000001")),
        *(("seats", text) for text in ("0", "-1", "51", "1.5", "2e0")),
        *(("months", text) for text in ("0", "61", "x")),
    ):
        with site.unchanged((name, text)):
            answer = owner.post(offer, {**filled, **good, name: text}, 422)
            assert f"f-{name}-error" in answer.text
    with site.unchanged("two currencies"):
        owner.post(offer, {**filled, **good, "wage_currency": "ABC"}, 422)


def test_row_31_weeks_in_the_api(still: Site) -> None:
    """Row 31: 2026, 2020 and 2032 have a week 53, 2027 has not; a week is its Monday."""
    client = still.stranger()
    path = f"/api/v1/suppliers/{still.supplier().public_id}/capacity"
    for text in (
        *("2027-W53", "2026-W00", "2026-W54", "0000-W01", "0001-W01", "9999-W52", "9999-12-27", "2201-W02"),
        *("2027-W1", "2027W01", "2027-w01", "2027-W01-1", "2027-01-05", "04/01/2027", "W01", "2027", "２０２７-W01"),
        *("2027-02-29", "2027-01-04T00:00", "-2027-W01", "nan", "9" * 5000),
    ):
        refused(client, path, "from", **{"from": text})
    for text in ("0", "-1", "105", "1.5", "1e1", "１２", "9" * 40):
        refused(client, path, "weeks", weeks=text)
    for name, monday, after in (
        ("2026-W53", "2026-12-28", "2027-W01"),
        ("2020-W53", "2020-12-28", "2021-W01"),
        ("2032-W53", "2032-12-27", "2033-W01"),
        ("2027-01-04", "2027-01-04", "2027-W02"),
    ):
        answer = client.get(f"{path}?from={name}&weeks=2").get_json()
        first, second = answer["services"][0]["weeks"]
        assert (answer["from"], first["week_start"], second["week"]) == (monday, monday, after)


@both_engines
def test_row_31_a_week_across_the_year_end(site: Site) -> None:
    """Row 31: the owner sets 2026-W53, and it is kept as Monday 28 December."""
    with time_machine.travel("2026-12-01T12:00:00Z"):
        owner = site.owner()
        resource = site.supplier().services[0].public_id
        data = {"resource": resource, "offered": "7"}
        owner.post("/weeks/week", {**data, "monday": "2026-W53"}, 303)
        for text in ("2027-W53", "2026-W54", "2026-12-29", "0001-01-01", "9999-12-27", "2026-11-23", "2028-12-11", ""):
            with site.unchanged(text):
                owner.post("/weeks/week", {**data, "monday": text}, 422)
        weeks = owner.get(f"/api/v1/suppliers/{site.supplier().public_id}/capacity?from=2026-W53").get_json()
    stated = next(s for s in weeks["services"] if s["id"] == resource)["weeks"][0]
    assert (stated["week_start"], stated["open"], stated["stated"]) == ("2026-12-28", 7, True)


def test_row_33_dates_in_searches(still: Site) -> None:
    """Row 33: year-month-day, an existing day of 2000 to 2200, or 422."""
    client = still.stranger()
    bad = (
        *("03/04/2027", "3.4.2027", "2027-02-29", "2027-13-01", "2027-00-10", "2027-01-32", "27-03-04", "2027-3-4"),
        *("2027-03-31T00:00:00", "2027-03-31T00:00+14:00", "2027-03-31Z", "20270331", "2027-W13-3", "2027-090"),
        *("0", "1806451200", "0000-00-00", "1999-12-31", "2201-01-01", "9999-12-31", "２０２７-03-31", "tomorrow"),
    )
    for text in bad:
        refused(client, "/api/v1/search", "by", by=text)
        refused(client, "/api/v1/search", "from", **{"from": text})
        refused(client, "/api/v1/placements", "start_from", start_from=text)
    for path, name in (("/search", "by"), ("/search", "from"), ("/placements", "start_to")):
        for text in bad[:5]:
            refused(client, path, name, **{name: text})
    refused(client, "/api/v1/search", "by", **{"from": "2027-03-02", "by": "2027-03-01"})
    refused(client, "/api/v1/search", "by", by="2000-01-01")
    client.get("/api/v1/search?from=2000-01-01&quantity=5")
    for text in ("2028-02-29", "2038-01-20", "2200-12-31"):
        client.get(f"/api/v1/search?by={text}&quantity=5")
        client.get(f"/api/v1/search?from={text}&quantity=5")


def test_row_33_dates_in_forms(site: Site) -> None:
    """Row 33: the same for closures, certificates and placements, and nothing is saved."""
    owner = site.owner()
    bad = ("03/04/2027", "2027-02-29", "2027-03-31T00:00+14:00", "0", "9999-12-31", "２０２７-03-31", "2027-13-01")
    forms = [
        (OpenForm(site, owner, "/weeks", "/weeks/closures"), ("from", "to")),
        (OpenForm(site, owner, "/listing/certificates"), ("valid_from", "valid_to")),
        (OpenForm(site, owner, "/listing/placements"), ("starts_on",)),
        (OpenForm(site, owner, "/listing/new/weeks", usual="5"), ("closed_from", "closed_to")),
    ]
    for form, names in forms:
        for name in names:
            for text in bad:
                form.refused(name, text)
    good = {"from": "2027-08-02", "to": "2027-08-10", "reason": "fair"}
    with site.unchanged("turned round"):
        owner.post("/weeks/closures", {**good, "to": "2027-08-01"}, 422)
        owner.post("/weeks/closures", {**good, "to": "2029-08-01"}, 422)
        certificate = {"scheme": "gots", "valid_from": "2027-02-02", "valid_to": "2027-02-01"}
        owner.post("/listing/certificates", certificate, 422)
        owner.post("/listing/placements", {**owner.filled("/listing/placements"), "starts_on": "2020-01-06"}, 422)


@both_engines
def test_row_33_the_last_step_of_the_guide_saves_all_or_nothing(site: Site) -> None:
    """Closed days that overlap others are refused together with the usual week; who may not publish saves nothing."""
    owner, path = site.owner(), "/listing/new/weeks"
    days = {"from": "2027-08-02", "to": "2027-08-10", "reason": ""}
    owner.post("/weeks/closures", days, 303)
    with site.unchanged("overlap"):
        owner.post(path, {"usual": "77", "closed_from": "2027-08-05", "closed_to": "2027-08-20"}, 422)
    colleague = site.colleague()
    with site.unchanged("colleague"):
        colleague.post(path, {"usual": "78"}, 404)
    # Sent twice, as impatient people do.
    for _ in range(2):
        owner.post(path, {"usual": "77", "closed_from": "2027-08-02", "closed_to": "2027-08-10"}, 303)


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_row_29_blank_is_not_zero(still: Site, text: str) -> None:
    """A blank field of a search asks for nothing."""
    answer = still.stranger().get(f"/api/v1/search?{urlencode({'quantity': text, 'radius_km': text, 'by': text})}")
    assert answer.get_json()["total"] > 0
