"""A message between two parties that one of them reports: who may, and how a moderator reads it; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cast import Cast

from marketplace.accounts.model import Person
from marketplace.db.ids import new_public_id

WORDS = "You are a crook, said the canary."


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    names = {name: cast.person(name.title()) for name in ("ada", "olga", "eve")}
    return names | {"mod": cast.person("Mo", is_moderator=True)}


@pytest.fixture
def message(cast: Cast, people: dict[str, Person]) -> str:
    """Olga's workshop wrote it to Ada's studio; Eve has nothing to do with it."""
    supplier, studio = cast.supplier(people["olga"]), cast.studio(people["ada"])
    cast.supplier(people["eve"], "Sartoria Eve")
    ids, now = [new_public_id() for _ in range(3)], datetime.now(UTC).isoformat(timespec="microseconds")
    cast.sql(
        "INSERT INTO brief (public_id, studio_id, state, version, created_at, changed_at) "
        "VALUES (:id, :studio, 'open', 1, :now, :now)",
        id=ids[0],
        studio=studio,
        now=now,
    )
    cast.sql(
        "INSERT INTO enquiry (public_id, brief_id, brief_version, studio_id, supplier_id, service_id, state, sent_at, "
        "answer_by, reminded, decline_reason, decline_note) "
        "SELECT :id, brief.id, 1, :studio, :supplier, :service, 'sent', :now, :now, 0, '', '' FROM brief",
        id=ids[1],
        studio=studio,
        supplier=supplier.id,
        service=supplier.services[0].id,
        now=now,
    )
    cast.sql(
        "INSERT INTO message (public_id, enquiry_id, brief_id, organisation_id, kind, is_shared, body, at) "
        "SELECT :id, enquiry.id, brief_id, :organisation, 'message', :no, :body, :now FROM enquiry",
        id=ids[2],
        organisation=supplier.organisation_id,
        no=False,
        body=WORDS,
        now=now,
    )
    return ids[2]


def test_only_the_other_side_reports_it(cast: Cast, people: dict[str, Person], message: str) -> None:
    path = f"/report/message/{message}"
    assert {name: cast.client(person).get(path).status_code for name, person in people.items()} == {
        "ada": 200,
        "olga": 404,
        "eve": 404,
        "mod": 404,
    }
    assert cast.client(people["eve"]).post(path, data={"reason": "rude"}).status_code == 404
    assert cast.sql("SELECT count(*) FROM report") == [(0,)]


def test_a_moderator_reads_it_at_a_press_that_is_written_down(
    cast: Cast, people: dict[str, Person], message: str
) -> None:
    assert cast.client(people["ada"]).post(f"/report/message/{message}", data={"reason": "rude"}).status_code == 303
    ((public_id,),) = cast.sql("SELECT public_id FROM report")
    desk, path = cast.client(people["mod"]), f"/moderation/reports/{public_id}"
    assert WORDS not in desk.get(path).text
    assert cast.sql("SELECT count(*) FROM audit_event WHERE action = 'moderation.read'") == [(0,)]
    assert WORDS in desk.post(f"{path}/read").text
    assert cast.sql("SELECT actor_id, object_kind, object_id FROM audit_event WHERE action = 'moderation.read'") == [
        (people["mod"].id, "message", message)
    ]
    assert cast.client(people["eve"]).post(f"{path}/read").status_code == 404
    assert desk.post(path, data={"decision": "uphold", "outcome": "Keep to the work."}).status_code == 303
    told = cast.sql("SELECT text FROM notice WHERE person_id = :id", id=people["olga"].id)
    assert [("Keep to the work." in text, "Ada" in text) for (text,) in told] == [(True, False)]
    for words in cast.sql("SELECT text FROM notice"):
        assert WORDS not in words[0]
