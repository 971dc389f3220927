"""Routes are kept for a studio, looked at again when opened, and their suppliers asked in one go."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from cast import Cast
from district import REQUEST, Load
from flask.testing import FlaskClient
from test_route_pages import ASKED, words
from werkzeug.test import TestResponse

from marketplace.briefs import actions as briefs
from marketplace.briefs.model import Content, Line
from marketplace.enquiries import store as enquiries

pytestmark = pytest.mark.usefixtures("district")


class Studio:
    """A designer with a studio, signed in."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.person = cast, cast.person("Ines")
        self.studio_id = cast.studio(self.person)
        self.client: FlaskClient = cast.client(self.person)

    def fields(self, number: int = 1, **changes: Any) -> dict[str, str]:
        """The hidden fields of a route's buttons, as the page has them."""
        page = self.client.get("/routes", query_string={**ASKED, **changes}).text
        card = page.partition(f'id="route-{number}"')[2]
        found = re.findall(r'<input type="hidden" name="(request|services|figures|label)" value="([^"]*)">', card)
        return {name: unescape(value) for name, value in found[:4]}

    def keep(self, **changes: Any) -> str:
        answer = self.client.post("/account/routes", data=self.fields(**changes))
        assert answer.status_code == 303, words(answer.text)
        return answer.headers["Location"]

    def ask_all(self, **data: Any) -> TestResponse:
        return self.client.post("/account/routes/ask", data={**self.fields(), **data})

    def brief(self, title: str = "Jacket") -> str:
        content = Content(title=title, lines=(Line("M", "navy", 50),), processes=("cut", "sew"))
        return briefs.write(self.cast.database, self.cast.actor(self.person), content, self.cast.now).public_id

    def sent(self, brief_id: str) -> list[Any]:
        with self.cast.database.reading() as session:
            from marketplace.briefs import store

            return enquiries.list_of_brief(session, store.get(session, brief_id).id)


@pytest.fixture
def studio(cast: Cast) -> Studio:
    return Studio(cast)


def test_a_route_is_kept_once_and_looked_at_again(studio: Studio) -> None:
    where = studio.keep()
    assert studio.keep() == where
    page = words(studio.client.get(where).text)
    assert "All as it was when you kept it" in page
    assert "Tessitura Uno" in page
    listed = words(studio.client.get("/account/routes").text)
    assert "Tessitura Uno → Tintoria Due → Taglio Uno → Sartoria Uno" in listed


def test_what_has_changed_is_said_and_noted(studio: Studio, load: Load) -> None:
    where = studio.keep()
    header = (
        "supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity,price_minor,currency,price_per"
    )
    load("services", f"{header}\nS1,sew,10,piece,style,15,50,3300,EUR,piece")
    page = words(studio.client.get(where).text)
    assert "Changed since you kept it" in page
    assert "Sewing and assembly at Sartoria Uno: €1,650.00, was €1,500.00" in page
    assert re.search(r"With you on \w+ \d+ \w+, not on \w+ \d+ \w+", page)
    assert studio.client.post(f"{where}/update").status_code == 303
    assert "All as it was when you kept it" in words(studio.client.get(where).text)


def test_what_is_not_possible_any_more_says_why(studio: Studio, cast: Cast, load: Load) -> None:
    where = studio.keep()
    cast.sql("UPDATE supplier SET status = 'paused' WHERE external_id = 'D2'")
    page = words(studio.client.get(where).text)
    assert "This route is not possible any more" in page
    assert "Piece (fabric) dyeing: the workshop does not offer it any more" in page


def test_put_away_and_have_back(studio: Studio, cast: Cast) -> None:
    where = studio.keep()
    assert studio.client.post(f"{where}/remove").status_code == 303
    page = words(studio.client.get("/account/routes").text)
    assert "Until tomorrow you can have it back" in page
    assert "Have it back" in page
    assert studio.client.post(f"{where}/restore").status_code == 303
    assert "Have it back" not in words(studio.client.get("/account/routes").text)
    studio.client.post(f"{where}/remove")
    cast.sql("UPDATE kept_route SET removed_at = '2026-01-01T00:00:00.000000+00:00'")
    assert studio.client.post(f"{where}/restore").status_code == 404
    assert "Have it back" not in words(studio.client.get("/account/routes").text)


def test_others_see_nothing_of_it(studio: Studio, cast: Cast) -> None:
    where = studio.keep()
    other = cast.person("Jo")
    cast.studio(other, "Studio Altro")
    for path in (where, f"{where}/remove", f"{where}/restore", f"{where}/update"):
        method = cast.client(other).get if path == where else cast.client(other).post
        assert method(path).status_code == 404
    assert cast.client().get(where).status_code == 303  # to sign in
    assert cast.client().post("/account/routes", data=studio.fields()).status_code in (303, 401)


def test_what_is_no_route_is_not_kept(studio: Studio) -> None:
    good = studio.fields()
    for change in (
        {"services": ""},
        {"services": "x"},
        {"services": ",".join(["a" * 32] * 5)},
        {"request": "{"},
        {"request": "[]"},
        {"request": json.dumps({**REQUEST, "hats": 1})},
        {"label": "\u202e"},
    ):
        answer = studio.client.post("/account/routes", data={**good, **change})
        assert answer.status_code in (400, 409, 422), change


def test_everybody_on_a_route_is_asked_in_one_go(studio: Studio) -> None:
    brief_id = studio.brief()
    page = words(studio.ask_all().text)
    assert "Send 5 enquiries" in page
    assert "Your part of a run through 5 workshops" in page
    sent = studio.ask_all(send="1", brief=brief_id)
    assert sent.status_code == 303, words(sent.text)
    assert len(studio.sent(brief_id)) == 5
    threads = [words(studio.client.get(f"/account/enquiries/{one.public_id}").text) for one in studio.sent(brief_id)]
    (dyer,) = [text for text in threads if "Tintoria Due" in text.partition("Your part of a run")[0]]
    assert "Piece (fabric) dyeing, 106 metres: arrives" in dyer
    assert "From you it goes on to Taglio Uno." in dyer


def test_a_supplier_of_two_steps_is_asked_once(studio: Studio, load: Load) -> None:
    header = "supplier_external_id,process,unit,lead_days,weekly_capacity,price_minor,currency,price_per"
    load("services", f"{header}\nS1,cut,piece,1,100,100,EUR,piece")
    brief_id = studio.brief()
    assert "Send 4 enquiries" in words(studio.ask_all().text)
    assert studio.ask_all(send="1", brief=brief_id).status_code == 303
    texts = [words(studio.client.get(f"/account/enquiries/{one.public_id}").text) for one in studio.sent(brief_id)]
    (both,) = [text for text in texts if "- Spreading and cutting, 50 pieces" in text]
    assert "- Sewing and assembly, 50 pieces" in both


def test_a_brief_is_made_of_the_route_where_there_is_none(studio: Studio) -> None:
    refused = studio.ask_all(send="1", brief="")
    assert refused.status_code == 422
    assert "choose the brief" in words(refused.text)
    assert studio.ask_all(send="1", brief="new", title="").status_code == 422
    sent = studio.ask_all(send="1", brief="new", title="Spring jacket")
    assert sent.status_code == 303, words(sent.text)
    page = words(studio.client.get("/account/briefs").text)
    assert "Spring jacket" in page


def test_nothing_is_sent_when_the_route_has_changed(studio: Studio, load: Load) -> None:
    brief_id, seen = studio.brief(), studio.fields()
    header = (
        "supplier_external_id,process,min_quantity,unit,basis,lead_days,weekly_capacity,price_minor,currency,price_per"
    )
    load("services", f"{header}\nS1,sew,10,piece,style,1,50,3300,EUR,piece")
    refused = studio.client.post("/account/routes/ask", data={**seen, "send": "1", "brief": brief_id})
    assert refused.status_code == 409
    assert "Nothing was sent" in words(refused.text)
    assert "Sewing and assembly at Sartoria Uno: €1,650.00, was €1,500.00" in words(refused.text)
    assert studio.sent(brief_id) == []
    # The page has the figures of now: sending from there goes through.
    found = dict(re.findall(r'<input type="hidden" name="(figures)" value="([^"]*)">', refused.text))
    again = {**seen, "figures": unescape(found["figures"]), "send": "1", "brief": brief_id}
    assert studio.client.post("/account/routes/ask", data=again).status_code == 303
    # Figures that were tampered with or lost are as good as changed ones.
    assert studio.client.post("/account/routes/ask", data={**again, "figures": "[["}).status_code == 409


def test_the_cap_on_enquiries_holds(studio: Studio, cast: Cast) -> None:
    brief_id = studio.brief()
    for _ in range(2):  # the same version twice to the same suppliers is refused
        answer = studio.ask_all(send="1", brief=brief_id)
    assert answer.status_code == 422
    assert "has this version of the brief already" in words(answer.text)
    assert len(studio.sent(brief_id)) == 5


def test_others_briefs_are_not_sent(studio: Studio, cast: Cast) -> None:
    other = cast.person("Jo")
    cast.studio(other, "Studio Altro")
    content = Content(title="Coat", lines=(Line("", "", 50),), processes=("sew",))
    theirs = briefs.write(cast.database, cast.actor(other), content, cast.now).public_id
    assert studio.ask_all(send="1", brief=theirs).status_code == 404
    unconfirmed = cast.person("Kim", is_confirmed=False)
    cast.studio(unconfirmed, "Studio Nuovo")
    answer = cast.client(unconfirmed).post("/account/routes/ask", data=studio.fields())
    assert answer.status_code == 403
