"""An application from the draft to its end, on both sides: states, words, reminders, closing, and who may read it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from cast import Cast
from place_kit import Program, Workshop

from marketplace.applications import jobs

DAYS = 14


def notices(cast: Cast, name: str) -> list[str]:
    asked = "SELECT text FROM notice n JOIN person p ON p.id = n.person_id WHERE p.name = :name ORDER BY n.id"
    found = cast.sql(asked, name=name)
    return [text for (text,) in found]


def state(program: Program, application: str) -> str:
    found: str = program.does("GET", f"/applications/{application}")["state"]
    return found


def test_from_the_draft_to_the_place(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place(seats=2)["id"]
    tom = workshop.apprentice("Tom")
    draft = tom.does("POST", "/applications", {"placement": place, "statement": "I want to learn it."}, 201)
    assert (draft["state"], draft["sent_at"], draft["answer_by"]) == ("draft", None, None)
    assert workshop.firm.does("GET", "/received-applications")["applications"] == []
    path = f"/applications/{draft['id']}"
    assert tom.does("PATCH", path, {"experience": "Two coats."})["statement"] == "I want to learn it."
    sent = tom.does("POST", f"{path}/send")
    assert (sent["state"], sent["answer_by"][:10]) == ("sent", str((cast.now + timedelta(days=DAYS)).date()))
    assert tom.call("PATCH", path, {"statement": "Other"}).status_code == 409
    assert tom.does("POST", f"{path}/send")["state"] == "sent"  # once more is no error, and is told once
    (received,) = workshop.firm.does("GET", "/received-applications")["applications"]
    assert received["applicant"] == {"name": "Tom", "email": "tom@example.com"}
    theirs = f"/received-applications/{draft['id']}"
    assert workshop.firm.does("POST", f"{theirs}/seen")["state"] == "seen"
    refused = workshop.firm.call("POST", f"{theirs}/invite", {})
    assert refused.status_code == 422
    assert workshop.firm.does("POST", f"{theirs}/invite", {"invitation": "Tuesday at nine"})["state"] == "invited"
    assert tom.call("POST", f"{path}/accept").status_code == 409
    assert workshop.firm.does("POST", f"{theirs}/offer", {"terms": "From 4 May."})["state"] == "offered"
    assert tom.does("POST", f"{path}/accept")["state"] == "accepted"
    assert tom.does("POST", f"{path}/accept")["state"] == "accepted"
    assert cast.sql("SELECT seats_taken, status FROM placement") == [(1, "open")]
    assert notices(cast, "Tom") == [
        "Sartoria Aghi has opened your application for “Sewing and assembly: buttonhole”.",
        "Sartoria Aghi invites you to meet about “Sewing and assembly: buttonhole”. Tuesday at nine",
        "Sartoria Aghi offers you the place “Sewing and assembly: buttonhole”. From 4 May. Answer by "
        f"{_day(cast.now + timedelta(days=DAYS))}.",
    ]
    told = notices(cast, "Marta Aghi")
    assert [text.partition("“")[0] for text in told] == [
        "Tom applies for ",
        "Tom accepts the place ",
        "A learner changes your week: look at what ",
    ]
    assert workshop.firm.call("POST", f"{theirs}/decline", {"reason": "Too late"}).status_code == 409


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"


def test_a_decline_says_why_and_leaves_the_way_open(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom = workshop.apprentice("Tom")
    made = workshop.sent(tom, place)
    assert tom.call("POST", "/applications", {"placement": place}).status_code == 409
    assert workshop.firm.call("POST", f"/received-applications/{made}/decline", {"reason": " "}).status_code == 422
    workshop.firm.does("POST", f"/received-applications/{made}/decline", {"reason": "We need five days a week."})
    assert tom.does("GET", f"/applications/{made}")["words"] == "We need five days a week."
    assert "We need five days a week." in notices(cast, "Tom")[-1]
    assert workshop.sent(tom, place) != made


def test_the_last_place_ends_what_others_wait_for(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom, uwe, eva = (workshop.apprentice(name) for name in ("Tom", "Uwe", "Eva"))
    first, second = workshop.offered(tom, place), workshop.offered(uwe, place)
    draft = eva.does("POST", "/applications", {"placement": place}, 201)["id"]
    tom.does("POST", f"/applications/{first}/accept")
    assert uwe.call("POST", f"/applications/{second}/accept").status_code == 409
    assert [state(uwe, second), state(eva, draft)] == ["declined", "expired"]
    assert "All places are taken by now." in notices(cast, "Uwe")[-1]
    assert workshop.firm.client.get("/api/v1/placements").get_json()["total"] == 0
    assert eva.call("POST", "/applications", {"placement": place}).status_code == 409


def test_a_closed_place_ends_them_too(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom = workshop.apprentice("Tom")
    made = workshop.sent(tom, place)
    workshop.firm.does("PATCH", f"/placements/{place}", {"status": "paused"})
    assert jobs.run_due(cast.database, cast.now, DAYS) == 0  # a pause ends nothing
    workshop.firm.does("PATCH", f"/placements/{place}", {"status": "closed"})
    assert jobs.run_due(cast.database, cast.now, DAYS) == 1
    assert jobs.run_due(cast.database, cast.now, DAYS) == 0
    assert state(tom, made) == "declined"
    assert notices(cast, "Tom")[-1].endswith("was declined: The workshop has closed this placement.")


def test_nothing_waits_for_ever(workshop: Workshop, cast: Cast) -> None:
    """Two reminders to whoever's turn it is, then a polite end for both; in the states where the turn changes."""
    place = workshop.place(seats=2)["id"]
    tom, uwe = workshop.apprentice("Tom"), workshop.apprentice("Uwe")
    sent, offered = workshop.sent(tom, place), workshop.offered(uwe, place)
    before = (len(notices(cast, "Marta Aghi")), len(notices(cast, "Uwe")))

    def run(days: float) -> tuple[int, int]:
        """(notices to the firm, to Uwe) so far, after a run that many days later."""
        jobs.run_due(cast.database, cast.now + timedelta(days=days), DAYS)
        return len(notices(cast, "Marta Aghi")) - before[0], len(notices(cast, "Uwe")) - before[1]

    assert [run(days) for days in (6, 7.1, 9, 12.1, 13)] == [(0, 0), (1, 1), (1, 1), (2, 2), (2, 2)]
    assert "or it closes by itself" in notices(cast, "Marta Aghi")[-1]
    assert "accept the place" in notices(cast, "Uwe")[-1]
    late = cast.now + timedelta(days=DAYS, minutes=1)
    assert jobs.run_due(cast.database, late, DAYS) == 2
    assert jobs.run_due(cast.database, late, DAYS) == 0
    assert [state(tom, sent), state(uwe, offered)] == ["expired", "expired"]
    assert "nobody took the next step in time" in notices(cast, "Tom")[-1]
    assert uwe.call("POST", f"/applications/{offered}/accept").status_code == 409
    assert cast.sql("SELECT seats_taken FROM placement") == [(0,)]


def test_only_the_firm_applied_to_reads_it(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom = workshop.apprentice("Tom")
    made = tom.does("POST", "/applications", {"placement": place, "statement": "A secret of mine."}, 201)["id"]
    upload = {"file": (io.BytesIO(b"%PDF-1.4 my work"), "work.pdf")}
    added = tom.client.post(f"/api/v1/applications/{made}/files", data=upload, headers=tom._headers)
    file = added.get_json()["id"]
    # The draft is nobody's but Tom's.
    assert workshop.firm.call("GET", f"/received-applications/{made}").status_code == 404
    tom.does("POST", f"/applications/{made}/send")
    path = f"/received-applications/{made}"
    assert workshop.firm.call("GET", f"{path}/files/{file}").data == b"%PDF-1.4 my work"
    rival = cast.person("Rival")
    cast.supplier(rival, "Other room")
    moderator = cast.person("Ada", is_moderator=True)
    for person in (rival, moderator, cast.person("Somebody")):
        other = Program(cast, person)
        for where in (path, f"{path}/files/{file}", f"/applications/{made}", f"/applications/{made}/files/{file}"):
            assert other.call("GET", where).status_code == 404
    for (trail,) in cast.sql("SELECT before || after || reason FROM audit_event"):
        assert "secret" not in trail
    # What is withdrawn, the firm reads no more.
    tom.does("POST", f"/applications/{made}/withdraw")
    withdrawn = workshop.firm.does("GET", path)
    assert (withdrawn["state"], withdrawn["statement"], withdrawn["files"]) == ("withdrawn", None, [])
    assert workshop.firm.call("GET", f"{path}/files/{file}").status_code == 404
    page = cast.client(workshop.owner).get(f"/listing/applications/{made}").text
    assert "A secret of mine." not in page


def test_files_are_few_and_stay_as_they_were_sent(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom = workshop.apprentice("Tom")
    made = tom.does("POST", "/applications", {"placement": place, "statement": "I want to."}, 201)["id"]

    def add(name: str, content: bytes = b"%PDF-1.4 x") -> int:
        data = {"file": (io.BytesIO(content), name)}
        return tom.client.post(f"/api/v1/applications/{made}/files", data=data, headers=tom._headers).status_code

    assert [add(name) for name in ("a.pdf", "b.pdf", "run.exe", "c.pdf", "d.pdf")] == [201, 201, 422, 201, 422]
    ((quota_of,),) = cast.sql("SELECT count(DISTINCT organisation_id) FROM file")
    assert quota_of == 1
    assert cast.sql("SELECT count(*) FROM membership m JOIN file f ON f.organisation_id = m.organisation_id") == [(0,)]
    (first, *_) = tom.does("GET", f"/applications/{made}")["files"]
    tom.does("DELETE", f"/applications/{made}/files/{first['id']}")
    tom.does("POST", f"/applications/{made}/send")
    assert add("late.pdf") == 409


def test_an_account_takes_its_applications_and_its_log_with_it(workshop: Workshop, cast: Cast) -> None:
    from marketplace.applications import actions

    place = workshop.place(seats=2)["id"]
    tom = workshop.apprentice("Tom")
    made = tom.does("POST", "/applications", {"placement": place, "statement": "A secret of mine."}, 201)["id"]
    data = {"file": (io.BytesIO(b"%PDF-1.4 x"), "a.pdf")}
    tom.client.post(f"/api/v1/applications/{made}/files", data=data, headers=tom._headers)
    tom.does("POST", f"/applications/{made}/send")
    ((person_id,),) = cast.sql("SELECT id FROM person WHERE name = 'Tom'")
    from marketplace.privacy import store as privacy

    with cast.database.reading() as session:
        copy = privacy.copy_of(session, person_id, [])
    assert copy["application"][0]["statement"] == "A secret of mine."
    assert [event["state"] for event in copy["application_event"]] == ["draft", "sent"]
    assert len(copy["file"]) == 1
    with cast.database.writing() as session:
        actions.forget(session, person_id, "Tom", cast.now)
        from marketplace.accounts import store as accounts

        accounts.remove_person(session, person_id)
    for table in ("application", "application_event", "application_file", "applicant", "file"):
        assert cast.sql(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert notices(cast, "Marta Aghi")[-1].startswith("Tom has withdrawn")


def test_the_pages_of_both_sides(workshop: Workshop, cast: Cast) -> None:
    place = workshop.place()["id"]
    tom = cast.client(cast.person("Tom"))
    firm = cast.client(workshop.owner)
    empty = tom.post(f"/placements/{place}/apply", data={"available_from": "soon"})
    assert (empty.status_code, "is not a date" in empty.text) == (422, True)
    made = tom.post(f"/placements/{place}/apply", data={"statement": ""}).location
    assert tom.get(f"/placements/{place}/apply").location == made
    refused = tom.post(made, data={"statement": " ", "send": "1"})
    assert (refused.status_code, "say in a few words why" in refused.text) == (422, True)
    past = tom.post(made, data={"statement": "I want to.", "available_from": "2020-01-01", "send": "1"})
    assert (past.status_code, "has passed: say from when on" in past.text) == (422, True)
    again = {"statement": "I want to.", "available_from": "", "send": "1"}
    assert tom.post(made, data=again).status_code == 303
    assert "Sent: the workshop has not opened it yet" in tom.get(made).text
    theirs = made.replace("/account/", "/listing/")
    assert "I want to." in firm.get(theirs).text
    assert "Seen by the workshop" in tom.get(made).text  # to open its page says so
    assert firm.post(f"{theirs}/decline", data={}).status_code == 422
    assert firm.post(f"{theirs}/offer", data={}).status_code == 303
    assert "Accept the place" in tom.get(made).text
    asked = tom.get(f"{made}/accept").text  # one tap is not yet a yes
    assert "Yes, accept the place" in asked
    assert "Accept this place?" in asked
    assert "Yes, withdraw it" in tom.get(f"{made}/withdraw").text
    assert tom.post(f"{made}/accept").status_code == 303
    for question in ("accept", "withdraw"):
        answer = tom.get(f"{made}/{question}")
        assert (answer.status_code, answer.location) == (303, made)
        assert "The place is accepted already." in tom.get(made).text
    assert "Accepted: the place is yours" in tom.get("/account/applications").text
    assert "Accepted: the place is yours" in tom.get(f"/placements/{place}").text
    assert "look at what" in firm.get("/account/notices").text
