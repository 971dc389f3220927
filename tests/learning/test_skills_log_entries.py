"""A skills log: written, signed, exported, checked by anybody; and what tampering does."""

from __future__ import annotations

import base64
import json
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import Cast
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from place_kit import Program, Workshop

from marketplace.learning.signing import KEY_FILE, problem_of, public_key, signing_key
from marketplace.settings import Settings

# SELVEDGE_TAMPERINGS asks for more changed letters than a usual run.
TAMPERINGS = int(os.environ.get("SELVEDGE_TAMPERINGS", "60"))


@pytest.fixture
def tom(workshop: Workshop) -> Program:
    """Somebody who has a place at the workshop."""
    program = workshop.apprentice("Tom")
    workshop.accepted(program, workshop.place(seats=5)["id"])
    return program


def entry(tom: Program, **more: Any) -> str:
    body = {"operation": "Set collars", "skill": "buttonhole", "minutes": 90, "pieces": 12, **more}
    found: str = tom.does("POST", "/skills-log", body, 201)["id"]
    return found


def exported(workshop: Workshop, tom: Program) -> dict[str, Any]:
    made = entry(tom, note="Like Nonna: slowly.")
    workshop.firm.does("POST", f"/received-skills-logs/{made}/sign")
    return tom.does("POST", "/skills-log/export", status=201)


def test_what_is_signed_stays_as_it_is(workshop: Workshop, tom: Program, cast: Cast) -> None:
    first, second = entry(tom), entry(tom, operation="Pressed seams", minutes=None)
    (seen, _) = workshop.firm.does("GET", "/received-skills-logs")["entries"]
    assert (seen["learner"], seen["signed_by"]) == ("Tom", None)
    signed = workshop.firm.does("POST", f"/received-skills-logs/{first}/sign")
    again = workshop.firm.does("POST", f"/received-skills-logs/{first}/sign")
    assert (signed["signed_by"], signed["signed_at"]) == ("Marta Aghi", again["signed_at"])
    assert tom.call("DELETE", f"/skills-log/{first}").status_code == 409
    tom.does("DELETE", f"/skills-log/{second}")
    assert [each["id"] for each in tom.does("GET", "/skills-log")["entries"]] == [first]
    rival = cast.person("Rival")
    cast.supplier(rival, "Other room")
    other = Program(cast, rival)
    assert other.call("POST", f"/received-skills-logs/{first}/sign").status_code == 404
    assert other.call("DELETE", f"/skills-log/{first}").status_code == 404
    assert other.does("GET", "/received-skills-logs")["entries"] == []


def test_nobody_signs_their_own(workshop: Workshop, tom: Program, cast: Cast) -> None:
    made = entry(tom)
    ((person_id,),) = cast.sql("SELECT id FROM person WHERE name = 'Tom'")
    with cast.database.reading() as session:
        from marketplace.accounts import store as accounts

        person = accounts.find_person(session, person_id)
    assert person is not None
    cast.joins(person, workshop.supplier.organisation_id)
    assert tom.call("POST", f"/received-skills-logs/{made}/sign").status_code == 409


def test_wrong_entries_are_refused_and_there_is_a_place_first(workshop: Workshop, tom: Program) -> None:
    tomorrow = (workshop.today + timedelta(days=1)).isoformat()
    for change, field in (
        ({"operation": " "}, "operation"),
        ({"minutes": None, "pieces": None}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": "90"}, "minutes"),
        ({"pieces": 0}, "pieces"),
        ({"day": tomorrow}, "day"),
        ({"day": "2020-01-01"}, "day"),
        ({"skill": "juggling"}, "skill"),
        ({"placement": "0" * 32}, "placement"),
    ):
        body = {"operation": "Set collars", "minutes": 90, **change}
        answer = tom.call("POST", "/skills-log", body)
        assert answer.status_code == 422, (change, answer.text)
        assert [each["pointer"] for each in answer.get_json()["errors"]] == [field]
    eva = workshop.apprentice("Eva")
    assert eva.call("POST", "/skills-log", {"operation": "x", "minutes": 1}).status_code == 409


def test_an_export_holds_what_is_signed_and_anybody_can_check_it(workshop: Workshop, tom: Program) -> None:
    entry(tom, operation="Not signed")
    assert tom.call("POST", "/skills-log/export").status_code == 409
    made = exported(workshop, tom)
    log = made["log"]
    assert [row["operation"] for row in log["entries"]] == ["Set collars"]
    assert log["totals"] == [{"skill": "buttonhole", "entries": 1, "minutes": 90, "pieces": 12}]
    stranger = workshop.firm.client
    assert stranger.post("/api/v1/skills-log/check", json=log).get_json()["valid"] is True
    # Laid out anew, with its names in another order, it is the same log.
    mixed = json.dumps(dict(reversed(log.items())), indent=7, ensure_ascii=True)
    assert stranger.post("/api/v1/skills-log/check", data=mixed).get_json()["holder"] == "Tom"
    page = stranger.get(made["url"])
    assert (page.status_code, "Signed and unchanged" in page.text, "Set collars" in page.text) == (200, True, True)
    assert json.loads(stranger.get(f"{made['url']}/file").data) == log


def test_whoever_has_the_key_checks_it_without_this_site(workshop: Workshop, tom: Program) -> None:
    """As docs/integrators.md says, with nothing of ours."""
    document = exported(workshop, tom)["log"]
    signature = document.pop("signature")
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    published = workshop.firm.client.get("/api/v1/skills-log/key").get_json()
    assert published == {"algorithm": "Ed25519", "key": signature["key"]}
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(published["key"]))
    key.verify(base64.b64decode(signature["value"]), text.encode())


def test_a_changed_log_is_refused(workshop: Workshop, tom: Program, settings: Settings) -> None:
    document = exported(workshop, tom)["log"]
    assert problem_of(document, settings.data_dir) is None
    rng = random.Random(6)
    text = json.dumps(document, ensure_ascii=False)
    caught = 0
    for _ in range(TAMPERINGS):
        place = rng.randrange(len(text))
        changed = text[:place] + rng.choice("0189aZ é") + text[place + 1 :]
        try:
            forged = json.loads(changed)
        except ValueError:
            continue
        if forged == document:
            continue
        caught += 1
        assert problem_of(forged, settings.data_dir), changed
    assert caught > TAMPERINGS / 3
    forged = json.loads(text)
    forged["entries"].append({**forged["entries"][0], "operation": "Cut patterns"})
    answer = workshop.firm.client.post("/api/v1/skills-log/check", json=forged).get_json()
    assert answer == {"valid": False, "problem": answer["problem"]}
    assert "changed after it was signed" in answer["problem"]
    page = workshop.cast.client().post("/skills-log/check", data={"text": json.dumps(forged)})
    assert "Not to be relied on" in page.text


def test_what_is_no_log_of_ours_is_refused_in_words(
    workshop: Workshop, tom: Program, tmp_path: Path, settings: Settings
) -> None:
    from marketplace.learning.signing import sign

    document = exported(workshop, tom)["log"]
    elsewhere = sign({name: value for name, value in document.items() if name != "signature"}, tmp_path / "other")
    assert "signed somewhere else" in (problem_of(elsewhere, settings.data_dir) or "")
    for bad in (b"", b"{", b"[]", b"{}", b"\xff", b'{"a": 1, "a": 2}', b"[" * 10_000, b"x" * 500_000):
        answer = workshop.firm.client.post("/api/v1/skills-log/check", data=bad)
        assert (answer.status_code, answer.get_json()["valid"]) == (200, False)
    for signature in (None, 1, {}, {"key": 1, "value": 2}, {**document["signature"], "value": "!!"}):
        assert problem_of({**document, "signature": signature}, settings.data_dir)


def test_an_export_is_taken_back(workshop: Workshop, tom: Program, cast: Cast) -> None:
    made = exported(workshop, tom)
    ((person_id,),) = cast.sql("SELECT id FROM person WHERE name = 'Tom'")
    with cast.database.reading() as session:
        from marketplace.accounts import store as accounts

        person = accounts.find_person(session, person_id)
    assert person is not None
    page = cast.client(person)
    assert page.post(f"/account/skills/exports/{made['code']}/take-back").status_code == 303
    assert page.get(made["url"]).status_code == 404
    assert workshop.firm.client.post("/api/v1/skills-log/check", json=made["log"]).get_json()["valid"] is True


def test_the_log_stays_when_firm_place_and_mentor_are_gone(workshop: Workshop, tom: Program, cast: Cast) -> None:
    made = exported(workshop, tom)
    with cast.database.writing() as session:
        from marketplace.accounts import store as accounts

        accounts.remove_person(session, workshop.owner.id)
    cast.sql("DELETE FROM placement")
    (kept,) = tom.does("GET", "/skills-log")["entries"]
    assert (kept["firm"], kept["signed_by"]) == ("Sartoria Aghi", "Marta Aghi")
    again = tom.does("POST", "/skills-log/export", status=201)["log"]
    assert again["entries"] == made["log"]["entries"]


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = public_key(tmp_path)
    assert public_key(tmp_path) == first
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert signing_key(tmp_path).public_key().public_bytes_raw() == base64.b64decode(first)
