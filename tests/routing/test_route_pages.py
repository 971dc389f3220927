"""The page of routes without JavaScript: compose, read, swap, choose a place, and be told what is wrong."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cast import Cast
from district import Ask
from flask.testing import FlaskClient

from marketplace.briefs import actions as briefs
from marketplace.briefs.model import BriefCloth, Content, Line
from marketplace.places import Point

# Of the SQL, kept routes and the acceptance cases are asked on both engines.
pytestmark = [pytest.mark.usefixtures("district"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ASKED = {
    "lat": "43.88",
    "lon": "11.1",
    "near": "Studio",
    "radius_km": "30",
    "start": "2027-03-01",
    "pieces": "50",
    "metres": "2",
    "width_cm": "150",
    "gsm": "200",
    "step-0": "pattern",
    "step-1": "weave",
    "step-2": "dye_fabric",
    "step-3": "cut",
    "step-4": "sew",
}


def words(html: str) -> str:
    text = re.sub(r"<(script|style|datalist).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(text).split())


def look(client: FlaskClient, **changes: Any) -> str:
    answer = client.get("/routes", query_string={**ASKED, **changes})
    assert answer.status_code == 200, words(answer.text)
    return answer.text


def hrefs(html: str, part: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', html) if part in unescape(url)]


def test_the_first_visit_offers_chains_to_begin_from(client: FlaskClient) -> None:
    page = client.get("/routes")
    assert page.status_code == 200
    for outline in ("jacket", "dress", "knit", "make", "cloth"):
        assert f"/routes?outline={outline}" in page.text
        begun = client.get(f"/routes?outline={outline}")
        assert begun.status_code == 200
        assert "selected" in begun.text


def test_a_chain_near_a_place_is_answered_at_once(client: FlaskClient) -> None:
    """The link that the front page of the demonstration shows."""
    page = client.get("/routes?outline=cloth&near=Prato,+Italy")
    assert page.status_code == 200
    assert "near=Prato" in "".join(hrefs(page.text, "/routes?"))
    assert "Tessitura Uno" in words(page.text)


def test_page_and_program_answer_the_same(client: FlaskClient, ask: Ask) -> None:
    from district import REQUEST

    page = words(look(client))
    steps = [{"process": "pattern", "before": "cut"}, *REQUEST["steps"]]
    answer = ask(steps=steps).get_json()
    best = answer["routes"][0]
    for step in best["steps"]:
        assert step["supplier"]["name"] in page
        for text in step["why"]:
            assert " ".join(text.split()) in page
    for text in best["why"]:
        assert text in page
    assert f"€{best['money_minor'] / 100:,.2f}" in page


def test_the_map_has_the_route_as_lines_with_the_days_of_handing_over(client: FlaskClient) -> None:
    page = look(client)
    data = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', page, re.DOTALL)
    assert data
    import json

    shown = json.loads(data[1])
    assert len(shown["routes"]) == 4  # weaver to dyer to cutter to sewer to the studio: patterns travel as files
    assert all(len(line["points"]) == 2 and line["stop"]["text"] for line in shown["routes"])
    assert shown["routes"][-1]["points"][1] == [43.88, 11.1]
    assert len(shown["hits"]) == 5


def test_a_step_is_swapped_and_the_swap_undone(client: FlaskClient) -> None:
    page = look(client)
    first = next(url for url in hrefs(page, "not-4="))
    swapped = client.get(first)
    assert "Sewing and assembly: without Sartoria Uno" in words(swapped.text)
    assert "Sartoria Due" in swapped.text
    # The link asks for everything else as before, and its ticket leads back.
    assert {k: v for k, v in parse_qsl(urlsplit(first).query) if k in ("pieces", "metres", "radius_km")} == {
        "pieces": "50", "metres": "2", "radius_km": "30"
    }  # fmt: skip
    (back,) = re.findall(r'class="ticket"[^>]*href="([^"]+)"', swapped.text)
    assert "not-4" not in back
    settled = next(url for url in hrefs(page, "only-4="))
    assert "Sewing and assembly: only Sartoria Uno" in words(client.get(settled).text)


def test_one_route_alone_to_print(client: FlaskClient) -> None:
    page = look(client)
    alone = client.get(next(url for url in hrefs(page, "alone=1")))
    assert alone.text.count('class="card route-card"') == 1


def test_what_is_missing_or_wrong_is_said_at_its_field(client: FlaskClient) -> None:
    nothing = client.get("/routes?find=1")
    assert nothing.status_code == 422
    assert 'href="#f-near"' in nothing.text
    assert 'href="#f-step-0"' in nothing.text
    wrong = client.get("/routes", query_string={**ASKED, "gsm": "", "skill-4": "juggling", "due": "2027-02-30"})
    assert wrong.status_code == 422
    for field in ("gsm", "skill-4", "due"):
        assert f'href="#f-{field}"' in wrong.text
    assert 'value="juggling"' in wrong.text  # nothing typed is lost
    assert client.get("/routes", query_string={**ASKED, "pieces": "many"}).status_code == 422
    assert (
        client.get("/routes", query_string={**ASKED, "show": "-1", "alone": "9999999999", "k": "x"}).status_code == 200
    )


def test_a_name_of_several_places_is_asked_about(client: FlaskClient) -> None:
    given = {name: value for name, value in ASKED.items() if name not in ("lat", "lon")}
    page = client.get("/routes", query_string={**given, "near": "Vernon, CA"})
    assert page.status_code == 200
    choice = next(url for url in hrefs(page.text, "near=Vernon"))
    assert dict(parse_qsl(urlsplit(choice).query))["step-4"] == "sew"
    assert client.get(choice).status_code == 200


def test_a_brief_becomes_a_route(cast: Cast) -> None:
    designer, stranger = cast.person("Ines"), cast.person("Jo")
    cast.studio(designer)
    content = Content(
        title="Chore jacket",
        product="jackets_blazers",
        lines=(Line("S", "navy", 20), Line("M", "navy", 30)),
        processes=("cut", "sew"),
        cloth=BriefCloth("80 % wool, 20 % polyamide", 200, 150),
        start=date(2027, 1, 4),  # has passed
        by=date(2027, 6, 1),
        place="Prato",
        point=Point.of(43.88, 11.1),
    )
    brief = briefs.write(cast.database, cast.actor(designer), content, cast.now)
    page = cast.client(designer).get(f"/routes?brief={brief.public_id}")
    assert page.status_code == 200
    text = words(page.text)
    assert "For your brief Chore jacket" in text
    assert "Taglio Uno" in text
    assert "Sartoria Uno" in text
    assert f'name="brief" value="{brief.public_id}"' in page.text
    assert f"brief={brief.public_id}" in "".join(hrefs(page.text, "not-"))
    assert cast.client(stranger).get(f"/routes?brief={brief.public_id}").status_code == 404
    assert cast.client().get(f"/routes?brief={brief.public_id}").status_code in (303, 401)
    assert f"/routes?brief={brief.public_id}" in cast.client(designer).get(f"/account/briefs/{brief.public_id}").text


def test_pages_lead_to_routes(client: FlaskClient) -> None:
    assert 'href="/routes"' in client.get("/").text
    search = client.get("/search?process=sew&quantity=50&near=Prato").text
    (link,) = hrefs(search, "/routes?")
    assert dict(parse_qsl(urlsplit(link).query)) == {"near": "Prato", "pieces": "50", "step-0": "sew"}
    assert client.get(link).status_code == 200


def test_hostile_fields_are_only_text(client: FlaskClient) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    page = client.get(
        "/routes", query_string={**ASKED, "near": bad, "skill-1": bad, "step-0": bad, "not-1": bad, "rank_by": bad}
    )
    assert page.status_code in (200, 422)
    assert "<img" not in page.text
