"""Reports of unpaid or unsafe work: nothing of who sent them is kept, anywhere."""

from __future__ import annotations

import re

from cast import Cast
from place_kit import Workshop

WORDS = {"reason": "unsafe", "body": "The guards are off."}


def everything(cast: Cast) -> str:
    """All rows of all tables but those that a visit writes whoever comes."""
    names = [name for (name,) in cast.sql(_TABLES[cast.database.is_sqlite])]
    kept = [name for name in names if name not in ("session", "alembic_version")]
    return "\n".join(f"{name} {cast.sql(f'SELECT * FROM {name}')}" for name in kept)


_TABLES = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table'",
    False: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
}


def test_nothing_is_kept_of_who_sent_it(cast: Cast) -> None:
    workshop = Workshop(cast)
    place = workshop.place()["id"]
    moderator = cast.person("Ada", is_moderator=True)
    tom = cast.person("Tom Tailor")
    client = cast.client(tom)
    client.get(f"/report/unnamed/{place}")
    before = everything(cast)
    sent = client.post(
        f"/report/unnamed/{place}",
        data=WORDS,
        headers={"User-Agent": "A telling browser"},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    assert sent.status_code == 303
    new = "\n".join(set(everything(cast).splitlines()) - set(before.splitlines()))
    assert "The guards are off." in new
    assert cast.sql("SELECT reporter_id, reason FROM report") == [(None, "unsafe")]
    assert cast.sql("SELECT actor_id, token_id, request_id FROM audit_event WHERE object_kind = 'report'") == [
        (None, None, "")
    ]
    for trace in ("203.0.113.77", "telling", tom.public_id, tom.email, "Tom Tailor"):
        assert trace not in new, trace
    assert not re.search(rf"\b{tom.id}\b", str(cast.sql("SELECT reporter_id, handled_by FROM report")))
    ((text,),) = cast.sql("SELECT text FROM notice WHERE person_id = :id", id=moderator.id)
    assert "not safe" in text


def test_words_are_needed_and_there_is_an_end(cast: Cast) -> None:
    workshop = Workshop(cast)
    place = workshop.place()["id"]
    client = workshop.firm.client
    body = {"placement": place, "reason": "unpaid", "text": "No pay since May."}
    for bad in ({"text": ""}, {"reason": "rude"}, {"reason": ""}, {"placement": ""}, {"placement": 1}):
        assert client.post("/api/v1/reports/unnamed", json=body | bad).status_code == 422
    assert client.post("/api/v1/reports/unnamed", json=body | {"placement": "0" * 32}).status_code == 404
    answers = [client.post("/api/v1/reports/unnamed", json=body).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
    assert cast.sql("SELECT count(*) FROM report") == [(5,)]
