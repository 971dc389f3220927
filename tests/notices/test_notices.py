"""Notices in the account, by JSON and by mail, on both engines."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from cast import Cast
from sqlalchemy import event

from marketplace.accounts.model import Person
from marketplace.mail.sender import send_due, spool_dir
from marketplace.notices import actions, store
from marketplace.notices.jobs import mail_due
from marketplace.notices.model import PER_PAGE, Frequency, Setting
from marketplace.settings import Settings

SITE = "https://selvedge.example.org"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell(cast: Cast, person: Person, text: str = "Something happened.", at: datetime = NOON) -> None:
    with cast.database.writing() as session:
        store.tell_person(session, person.id, "example", text, "/help", at)


def run(cast: Cast, now: datetime) -> list[str]:
    """The bodies of the mails that a run of the worker queues."""
    before = cast.sql("SELECT coalesce(max(id), 0) FROM mail")[0][0]
    count = mail_due(cast.database, SITE, "UTC", now)
    bodies = [row[0] for row in cast.sql("SELECT body FROM mail WHERE id > :before ORDER BY id", before=before)]
    assert len(bodies) == count
    return bodies


def setting(cast: Cast, person: Person, frequency: Frequency, **more: object) -> None:
    wanted = Setting(frequency, **more)  # type: ignore[arg-type]
    actions.set_how(cast.database, cast.actor(person), wanted, NOON)


@pytest.fixture
def ada(cast: Cast) -> Person:
    return cast.person("Ada")


# In the account


def test_every_member_of_an_organisation_is_told_and_nobody_else(cast: Cast, ada: Person) -> None:
    bea, eve = cast.person("Bea"), cast.person("Eve")
    studio = cast.studio(ada)
    cast.joins(bea, studio)
    with cast.database.writing() as session:
        store.tell(session, studio, "example", "The order is ready.", "/help", NOON)
        assert [store.count_unread(session, person.id) for person in (ada, bea, eve)] == [1, 1, 0]


def test_what_is_rolled_back_tells_nobody(cast: Cast, ada: Person) -> None:
    def fail() -> None:
        with cast.database.writing() as session:
            store.tell_person(session, ada.id, "example", "Never happened.", "/help", NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cast.sql("SELECT count(*) FROM notice") == [(0,)]


def test_the_page_shows_unread_ones_first_and_counts_them_in_the_header(cast: Cast, ada: Person) -> None:
    tell(cast, ada, "The first.")
    tell(cast, ada, "The second.", NOON + HOUR)
    client = cast.client(ada)
    page = client.get("/account/notices").text
    assert page.index("The second.") < page.index("The first.")
    assert "2 not read" in page
    found = re.search(r'action="(/account/notices/[0-9a-f]{32}/open)"', page)  # of the newest
    assert found
    answer = client.post(found[1])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help")
    page = client.get("/account/notices").text
    assert page.index("The first.") < page.index("The second.")
    assert "1 not read" in client.get("/help").text
    assert client.get("/account/notices?page=2").status_code == 404
    assert "not read" not in cast.client().get("/help").text


def test_marking_all_read_leaves_what_came_since_the_page_was_made(cast: Cast, ada: Person) -> None:
    tell(cast, ada, "Shown.", datetime.now(UTC) - HOUR)
    client = cast.client(ada)
    found = re.search(r'name="until" value="([^"]+)"', client.get("/account/notices").text)
    assert found
    tell(cast, ada, "Came later.", datetime.now(UTC) + timedelta(seconds=1))
    assert client.post("/account/notices/read", data={"until": found[1]}).status_code == 303
    assert cast.sql("SELECT text FROM notice WHERE read_at IS NULL") == [("Came later.",)]
    assert client.post("/account/notices/read", data={"until": "9999-12-31T23:59:59-23:00"}).status_code == 303


def test_pages_of_many(cast: Cast, ada: Person) -> None:
    for number in range(PER_PAGE + 1):
        tell(cast, ada, f"Number {number}.")
    client = cast.client(ada)
    assert "Number 0." not in client.get("/account/notices").text
    assert "Number 0." in client.get("/account/notices?page=2").text
    assert client.get("/account/notices?page=-1").status_code == 200


def test_the_header_costs_one_count(cast: Cast, ada: Person) -> None:
    client, seen = cast.client(ada), []
    tell(cast, ada)
    event.listen(cast.database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    client.get("/help")
    assert len([statement for statement in seen if "FROM notice" in statement]) == 1


def test_somebody_elses_notice_is_not_there(cast: Cast, ada: Person) -> None:
    tell(cast, ada)
    ((public_id,),) = cast.sql("SELECT public_id FROM notice")
    eve = cast.client(cast.person("Eve"))
    assert eve.post(f"/account/notices/{public_id}/open").status_code == 404
    assert eve.post(f"/account/notices/{public_id}/read").status_code == 404
    assert cast.client().post(f"/account/notices/{public_id}/read").status_code == 401
    assert cast.sql("SELECT count(*) FROM notice WHERE read_at IS NULL") == [(1,)]


# By mail


def test_several_that_wait_come_in_one_mail_once(cast: Cast, ada: Person) -> None:
    tell(cast, ada, "The first.")
    tell(cast, ada, "The second.")
    (body,) = run(cast, NOON)
    assert body.index("The first.") < body.index("The second.")
    assert run(cast, NOON + HOUR) == []


def test_nothing_in_quiet_hours_and_everything_after_them(cast: Cast, ada: Person) -> None:
    setting(cast, ada, Frequency.AT_ONCE, timezone="Europe/Rome")
    late = NOON.replace(hour=19)  # 20:00 in Rome
    tell(cast, ada, at=late)
    assert run(cast, late) == []
    assert run(cast, late + 10 * HOUR) == []  # 6:00 in Rome
    assert len(run(cast, late + 11 * HOUR)) == 1


def test_daily_ones_come_at_seven(cast: Cast, ada: Person) -> None:
    setting(cast, ada, Frequency.DAILY, timezone="America/Los_Angeles")
    tell(cast, ada, "In the morning.")
    tell(cast, ada, "And later.", NOON + HOUR)
    seven = NOON.replace(hour=15)  # the same day in California
    assert run(cast, seven - HOUR) == []
    (body,) = run(cast, seven)
    assert "And later." in body


def test_who_wants_none_gets_none_also_later(cast: Cast, ada: Person) -> None:
    setting(cast, ada, Frequency.NEVER)
    tell(cast, ada)
    assert run(cast, NOON) == []
    setting(cast, ada, Frequency.AT_ONCE)
    assert run(cast, NOON + HOUR) == []  # it was settled: nobody wanted it


def test_what_was_read_in_the_account_is_not_mailed(cast: Cast, ada: Person) -> None:
    tell(cast, ada, "Read.")
    tell(cast, ada, "Not read.")
    ((public_id,),) = cast.sql("SELECT public_id FROM notice WHERE text = 'Read.'")
    actions.mark_read(cast.database, cast.actor(ada), public_id, NOON)
    (body,) = run(cast, NOON)
    assert "Not read." in body
    assert "\nRead." not in f"\n{body}"


def test_an_unconfirmed_address_is_told_after_it_is_confirmed_unless_that_takes_long(cast: Cast) -> None:
    bea, cleo = cast.person("Bea", is_confirmed=False), cast.person("Cleo", is_confirmed=False)
    for person in (bea, cleo):
        tell(cast, person)
    assert run(cast, NOON + DAY) == []
    cast.sql("UPDATE person SET confirmed_at = created_at WHERE name = 'Bea'")
    assert len(run(cast, NOON + DAY)) == 1
    assert run(cast, NOON + 8 * DAY) == []
    cast.sql("UPDATE person SET confirmed_at = created_at WHERE name = 'Cleo'")
    assert run(cast, NOON + 9 * DAY) == []


def test_a_suspended_person_is_not_written_to(cast: Cast, ada: Person) -> None:
    tell(cast, ada)
    cast.sql("UPDATE person SET suspended_at = created_at")
    assert run(cast, NOON) == []


def test_the_mail_has_the_header_of_one_click_and_the_click_ends_them(
    cast: Cast, ada: Person, settings: Settings
) -> None:
    tell(cast, ada)
    mail_due(cast.database, SITE, "UTC", NOON)
    assert send_due(cast.database, settings, NOON) == 1
    (path,) = spool_dir(settings).glob("*.eml")
    text = path.read_text().replace("=\n", "")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in text
    found = re.search(rf"^List-Unsubscribe: <{SITE}(/notices/stop/\S+)>", text, re.MULTILINE)
    assert found
    cast.app.config["WTF_CSRF_ENABLED"] = True  # a mail program has no token
    stranger = cast.app.test_client()
    assert "Stop these mails?" in stranger.get(found[1]).text
    assert len(cast.sql("SELECT * FROM notice_setting WHERE frequency = 'at_once'")) == 1  # looking stops nothing
    answer = stranger.post(found[1], data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "No more mails" in answer.text) == (200, True)
    tell(cast, ada, "Later.", NOON + HOUR)
    assert run(cast, NOON + HOUR) == []
    assert stranger.post("/notices/stop/wrong").status_code == 404
    assert cast.client().post(f"{found[1]}/undo").status_code == 303
    assert cast.sql("SELECT frequency FROM notice_setting") == [("daily",)]
    assert cast.sql("SELECT action, actor_id FROM audit_event") == [("notice.settings", None)] * 2


def test_a_setting_is_saved_refused_and_written_to_the_trail(cast: Cast, ada: Person) -> None:
    client = cast.client(ada)
    typed = {"frequency": "daily", "quiet_from": "21:00", "quiet_to": "08:00", "timezone": "Europe/Rome"}
    refused = client.post("/account/notices/settings", data=typed | {"timezone": "Mars"})
    assert (refused.status_code, "No such time zone" in refused.text) == (422, True)
    assert client.post("/account/notices/settings", data=typed).status_code == 303
    assert client.post("/account/notices/settings", data=typed).status_code == 303  # nothing changes
    page = client.get("/account/notices/settings").text
    assert 'value="21:00"' in page
    assert "between 21:00 and 08:00 (Europe/Rome)" in client.get("/account/notices").text
    assert cast.sql("SELECT actor_id, object_kind FROM audit_event") == [(ada.id, "person")]
