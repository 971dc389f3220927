"""Reports, and what moderators decide about listings and people; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cast import Cast
from flask.testing import FlaskClient

from marketplace.accounts.model import Person
from marketplace.moderation.model import MAXIMUM_REPORTS
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status, Supplier, Verification

TODAY = datetime.now(UTC).date()


@pytest.fixture
def owner(cast: Cast) -> Person:
    return cast.person("Olga")


@pytest.fixture
def ada(cast: Cast) -> Person:
    return cast.person("Ada")


@pytest.fixture
def mod(cast: Cast) -> Person:
    return cast.person("Mo", is_moderator=True)


@pytest.fixture
def supplier(cast: Cast, owner: Person) -> Supplier:
    return cast.supplier(owner)


def now_of(cast: Cast, supplier: Supplier) -> Supplier:
    with cast.database.reading() as session:
        return suppliers.get(session, supplier.id)


def report(cast: Cast, person: Person, supplier: Supplier, reason: str = "gone", body: str = "") -> str:
    """Returns the report's public id."""
    answer = cast.client(person).post(f"/report/supplier/{supplier.public_id}", data={"reason": reason, "body": body})
    assert answer.status_code == 303, answer.text
    public_id: str = cast.sql("SELECT public_id FROM report ORDER BY id DESC LIMIT 1")[0][0]
    return public_id


def told(cast: Cast, person: Person) -> list[str]:
    return [row[0] for row in cast.sql("SELECT text FROM notice WHERE person_id = :id ORDER BY id", id=person.id)]


def trail(cast: Cast, action: str) -> list[tuple[int, str, str]]:
    return cast.sql("SELECT actor_id, object_kind, reason FROM audit_event WHERE action = :action", action=action)


def decide(client: FlaskClient, public_id: str, decision: str, outcome: str = "It closed in May.") -> int:
    return client.post(f"/moderation/reports/{public_id}", data={"decision": decision, "outcome": outcome}).status_code


# Reports


def test_a_report_reaches_the_desk_and_upholding_it_pauses_the_listing(
    cast: Cast, owner: Person, ada: Person, mod: Person, supplier: Supplier
) -> None:
    public_id = report(cast, ada, supplier, body="Shut since May.")
    assert told(cast, mod) == ["A report about Sartoria Aghi: the firm is gone, or does other work."]
    desk = cast.client(mod)
    assert "Sartoria Aghi" in desk.get("/moderation").text
    assert "Shut since May." in desk.get(f"/moderation/reports/{public_id}").text
    assert "ada@example.com" not in desk.get(f"/moderation/reports/{public_id}").text
    assert decide(desk, public_id, "act") == 303
    assert now_of(cast, supplier).status is Status.PAUSED
    assert told(cast, owner) == ["A moderator has paused your listing: It closed in May."]
    assert told(cast, ada) == ["Your report about Sartoria Aghi was right: It closed in May."]
    assert trail(cast, "moderation.report") == [(mod.id, "report", "It closed in May.")]
    assert trail(cast, "moderation.listing") == [(mod.id, "supplier", "It closed in May.")]
    assert decide(desk, public_id, "dismiss") == 409
    assert "Upheld" in desk.get(f"/moderation/reports/{public_id}").text
    assert "Nothing to do" in desk.get("/moderation").text


def test_dismissing_changes_nothing_and_is_told(
    cast: Cast, owner: Person, ada: Person, mod: Person, supplier: Supplier
) -> None:
    public_id = report(cast, ada, supplier)
    assert decide(cast.client(mod), public_id, "dismiss", "It is open, I called.") == 303
    assert now_of(cast, supplier).status is Status.PUBLISHED
    assert told(cast, owner) == []
    assert "nothing is changed: It is open, I called." in told(cast, ada)[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"reason": "x"}, "Choose what is wrong."),
        ({"reason": "other", "body": " "}, "Say in a few words"),
        ({"reason": "gone", "body": "x" * 2001}, "too long"),
    ],
)
def test_a_report_that_needs_changing(
    cast: Cast, ada: Person, supplier: Supplier, data: dict[str, str], words: str
) -> None:
    answer = cast.client(ada).post(f"/report/supplier/{supplier.public_id}", data=data)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert cast.sql("SELECT count(*) FROM report") == [(0,)]


def test_what_cannot_be_reported(cast: Cast, owner: Person, ada: Person, supplier: Supplier) -> None:
    for kind, public_id in (("supplier", "0" * 32), ("person", ada.public_id), ("message", "0" * 32)):
        assert cast.client(ada).get(f"/report/{kind}/{public_id}").status_code == 404
    assert cast.client(owner).get(f"/report/supplier/{supplier.public_id}").status_code == 404  # their own
    assert cast.client().post(f"/report/supplier/{supplier.public_id}", data={"reason": "gone"}).status_code == 401
    cast.sql("UPDATE supplier SET status = 'paused'")
    assert cast.client(ada).get(f"/report/supplier/{supplier.public_id}").status_code == 404


def test_the_same_report_twice_is_one_and_a_day_has_an_end(cast: Cast, ada: Person, supplier: Supplier) -> None:
    assert report(cast, ada, supplier) == report(cast, ada, supplier)
    assert cast.sql("SELECT count(*) FROM report") == [(1,)]
    cast.sql("UPDATE report SET object_id = 'another'")
    for number in range(MAXIMUM_REPORTS - 1):
        report(cast, ada, supplier)
        cast.sql("UPDATE report SET object_id = :new WHERE object_id = :id", new=f"n{number}", id=supplier.public_id)
    answer = cast.client(ada).post(f"/report/supplier/{supplier.public_id}", data={"reason": "gone"})
    assert answer.status_code == 429


def test_a_placement_that_is_upheld_is_closed(
    cast: Cast, owner: Person, ada: Person, mod: Person, supplier: Supplier
) -> None:
    cast.sql(
        "INSERT INTO placement "
        "(public_id, site_id, process, skills, seats, seats_taken, starts_on, months, status, note) "
        "SELECT 'p1', id, 'sew', '', 1, 0, '2027-09-01', 12, 'open', '' FROM site"
    )
    assert cast.client(ada).post("/report/placement/p1", data={"reason": "pay"}).status_code == 303
    ((public_id,),) = cast.sql("SELECT public_id FROM report")
    assert decide(cast.client(mod), public_id, "act", "The wage is below the law.") == 303
    assert cast.sql("SELECT status FROM placement WHERE public_id = 'p1'") == [("closed",)]
    assert told(cast, owner) == [
        "A moderator has closed Sewing and assembly at Sartoria Aghi: The wage is below the law."
    ]


def test_nobody_decides_about_their_own(cast: Cast, ada: Person, mod: Person, supplier: Supplier) -> None:
    cast.joins(mod, supplier.organisation_id)
    public_id, client = report(cast, ada, supplier), cast.client(mod)
    assert decide(client, public_id, "dismiss") == 403
    for path, data in (
        ("status", {"to": "paused", "reason": "x"}),
        ("verify", {"level": "visited", "seen_on": TODAY.isoformat()}),
        ("withdraw", {"reason": "x"}),
    ):
        answer = client.post(f"/moderation/suppliers/{supplier.public_id}/{path}", data=data)
        assert answer.status_code == 403, path
    assert now_of(cast, supplier) == supplier
    assert "Another moderator has to decide" in client.get(f"/moderation/suppliers/{supplier.public_id}").text


# Listings


def test_a_paused_listing_is_published_again_by_a_moderator_only(
    cast: Cast, owner: Person, mod: Person, supplier: Supplier
) -> None:
    path, client = f"/moderation/suppliers/{supplier.public_id}/status", cast.client(mod)
    assert client.post(path, data={"to": "paused", "reason": ""}).status_code == 422
    assert client.post(path, data={"to": "paused", "reason": "Not theirs."}).status_code == 303
    assert cast.client().get(f"/suppliers/{supplier.slug}").status_code == 404
    assert cast.client().get("/api/v1/search").get_json()["total"] == 0
    answer = cast.client(owner).post("/listing/status/published")
    assert (answer.status_code, "A moderator has paused this listing" in answer.text) == (409, True)
    assert client.post(path, data={"to": "published", "reason": "It is theirs."}).status_code == 303
    assert cast.client().get(f"/suppliers/{supplier.slug}").status_code == 200
    assert told(cast, owner) == [
        "A moderator has paused your listing: Not theirs.",
        "Your listing is published again: It is theirs.",
    ]
    client.post(path, data={"to": "published", "reason": "Once more."})
    assert len(trail(cast, "moderation.listing")) == 2


def test_verification_is_shown_filtered_by_and_withdrawn(
    cast: Cast, owner: Person, mod: Person, supplier: Supplier
) -> None:
    client, path = cast.client(mod), f"/moderation/suppliers/{supplier.public_id}"
    form = {"level": "document_seen", "seen_on": "2026-10-05", "note": "Extract of the register."}
    assert client.post(f"{path}/verify", data=form).status_code == 303
    assert client.post(f"{path}/verify", data={"level": "visited", "seen_on": "2026-11-03"}).status_code == 303
    assert client.post(f"{path}/verify", data=form).status_code == 303  # a lower level later takes nothing away
    found = now_of(cast, supplier)
    assert (found.verification, str(found.verified_at)) == (Verification.VISITED, "2026-11-03")
    page = cast.client().get(f"/suppliers/{supplier.slug}").text
    assert "Visited 3 Nov 2026" in page
    assert "Extract of the register" not in page
    assert "Extract of the register" in client.get(path).text
    assert cast.client().get("/api/v1/search?verified=true").get_json()["total"] == 1
    assert client.post(f"{path}/withdraw", data={"reason": ""}).status_code == 422
    assert client.post(f"{path}/withdraw", data={"reason": "The firm moved."}).status_code == 303
    assert now_of(cast, supplier).verification is Verification.SELF_DECLARED
    assert cast.client().get("/api/v1/search?verified=true").get_json()["total"] == 0
    assert told(cast, owner)[-1] == "The verification of your listing was withdrawn: The firm moved."
    assert len(trail(cast, "moderation.verify")) == 4
    assert cast.sql("SELECT count(*) FROM verification WHERE withdrawn_at IS NULL") == [(0,)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"level": "self_declared", "seen_on": "2026-10-05"}, "Choose what you saw."),
        ({"level": "visited", "seen_on": "2999-01-01"}, "has not come yet"),
        ({"level": "visited", "seen_on": "1999-01-01"}, "ten years"),
        ({"level": "visited", "seen_on": "soon"}, "Write the day."),
    ],
)
def test_a_verification_that_needs_changing(
    cast: Cast, mod: Person, supplier: Supplier, data: dict[str, str], words: str
) -> None:
    answer = cast.client(mod).post(f"/moderation/suppliers/{supplier.public_id}/verify", data=data)
    assert (answer.status_code, words in answer.text) == (422, True)


# People


def test_a_suspended_person_is_out_at_once_and_let_in_again(cast: Cast, ada: Person, mod: Person) -> None:
    hers, client = cast.client(ada), cast.client(mod)
    found = client.post("/moderation/people", data={"email": "ADA@example.com"})
    assert (found.status_code, "Ada" in found.text) == (200, True)
    assert trail(cast, "moderation.read") == [(mod.id, "person", "looked up by address")]
    path = f"/moderation/people/{ada.public_id}"
    assert client.post(f"{path}/suspended", data={"reason": ""}).status_code == 422
    assert hers.get("/account").status_code == 200
    assert client.post(f"{path}/suspended", data={"reason": "Insults."}).status_code == 303
    assert hers.get("/account").status_code == 303
    assert client.post(f"{path}/suspended", data={"reason": "Again."}).status_code == 409
    assert client.post(f"{path}/open", data={"reason": "Sorted out."}).status_code == 303
    assert cast.client(ada).get("/account").status_code == 200
    assert trail(cast, "moderation.person") == [(mod.id, "person", "Insults."), (mod.id, "person", "Sorted out.")]


def test_a_decision_without_a_reason_shows_nobody_unnoted(cast: Cast, ada: Person, mod: Person) -> None:
    client = cast.client(mod)
    answer = client.post(f"/moderation/people/{ada.public_id}/suspended", data={"reason": ""})
    assert (answer.status_code, "ada@example.com" in answer.text) == (422, True)
    assert trail(cast, "moderation.read") == [(mod.id, "person", "decided about without a reason")]
    assert client.post(f"/moderation/people/{'0' * 32}/suspended", data={"reason": ""}).status_code == 404


def test_moderators_do_not_decide_about_moderators(cast: Cast, mod: Person) -> None:
    other = cast.person("Mia", is_moderator=True)
    for person in (mod, other):
        answer = cast.client(mod).post(f"/moderation/people/{person.public_id}/suspended", data={"reason": "x"})
        assert answer.status_code == 403
    assert cast.sql("SELECT count(*) FROM person WHERE suspended_at IS NOT NULL") == [(0,)]


# Rights


def test_the_desk_is_not_there_for_others(cast: Cast, owner: Person, supplier: Supplier) -> None:
    client, stranger = cast.client(owner), cast.client()
    before = cast.sql("SELECT count(*) FROM audit_event")
    paths = [
        "/moderation",
        "/moderation/people",
        "/moderation/audit",
        "/moderation/duplicates",
        "/moderation/suppliers",
    ]
    for path in [*paths, f"/moderation/suppliers/{supplier.public_id}"]:
        assert client.get(path).status_code == 404, path
        assert stranger.get(path).status_code == 303, path
    for path in (
        f"/moderation/suppliers/{supplier.public_id}/status",
        f"/moderation/suppliers/{supplier.public_id}/verify",
        f"/moderation/suppliers/{supplier.public_id}/withdraw",
        "/moderation/people",
        f"/moderation/people/{owner.public_id}/suspended",
        "/moderation/audit",
    ):
        form = {"reason": "x", "level": "visited", "seen_on": "2026-01-01", "email": "olga@example.com"}
        assert client.post(path, data=form).status_code == 404, path
        assert stranger.post(path, data=form).status_code == 401, path
    assert cast.sql("SELECT count(*) FROM audit_event") == before


def test_the_trail_is_filtered_and_before_and_after_are_shown_at_a_press(
    cast: Cast, owner: Person, mod: Person, supplier: Supplier
) -> None:
    client = cast.client(mod)
    client.post(f"/moderation/suppliers/{supplier.public_id}/status", data={"to": "paused", "reason": "Not theirs."})
    page = client.get("/moderation/audit?who=mo@example.com&kind=supplier").text
    assert "moderation.listing" in page
    assert "Not theirs." in page
    assert "Before and after</summary>" not in page
    assert "published" in client.post("/moderation/audit?kind=supplier").text
    assert trail(cast, "moderation.read") == [(mod.id, "audit", "kind=supplier")]
    for query in ("who=nobody@example.com", "action=order.booked", "to=2020-01-01", "id=x", "who=999999"):
        assert "No event fits." in client.get(f"/moderation/audit?{query}").text, query
    assert "Write a day such as" in client.get("/moderation/audit?from=soon").text
    assert client.get("/moderation/audit?before=99999999999999999999&to=9999-12-31").status_code == 200
    own = cast.client(owner).get("/account/trail").text
    assert "a moderator" in own
    assert "Mo (" not in own
    assert cast.client(cast.person("Eve")).get("/account/trail").status_code == 200
