"""When a mail is sent, what stands in it, and to whom it goes; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from little_street import DAY, HOUR, MONDAY, SEWING, Street

# -- digests


def test_a_daily_mail_holds_the_day_before(street: Street) -> None:
    street.save(street.person(), SEWING, "daily")
    six = MONDAY.replace(hour=6) + DAY
    street.room("Aghi")
    street.run_at(MONDAY)
    street.room("Bottoni")
    street.run_at(six - timedelta(seconds=1))
    assert street.mailed() == []
    street.room("Cuciture")  # found in the very run that mails: the first of the others was found before
    street.run_at(six)
    assert street.mailed() == [["Aghi", "Bottoni", "Cuciture"]]
    street.room("Ditale")
    for hours in range(1, 24):
        street.run_at(six + hours * HOUR)
    assert len(street.mails()) == 1
    street.run_at(six + DAY)
    assert street.mailed()[1:] == [["Ditale"]]
    street.run_at(six + 2 * DAY)
    assert len(street.mails()) == 2  # no news, no mail


def test_a_weekly_mail_comes_on_monday(street: Street) -> None:
    street.save(street.person(), SEWING, "weekly")
    for day, name in enumerate(("Aghi", "Bottoni", "Cuciture", "Ditale")):
        street.room(name)
        street.run_at(MONDAY + day * DAY)
    sent = {}
    for hours in range(4 * 24, 30 * 24):
        street.run_at(MONDAY + hours * HOUR)
        for mail in street.mails():
            sent.setdefault(mail.id, street.now)
    assert list(sent.values()) == [datetime(2027, 3, 8, 6, tzinfo=UTC)]
    assert street.mailed() == [["Aghi", "Bottoni", "Cuciture", "Ditale"]]


def test_a_worker_that_slept_tells_when_it_wakes(street: Street) -> None:
    street.save(street.person(), SEWING, "weekly")
    street.room("Aghi")
    street.run_at(MONDAY)
    street.run_at(MONDAY + 10 * DAY)
    assert street.mailed() == [["Aghi"]]


def test_mails_are_in_the_order_of_the_results(street: Street) -> None:
    street.save(street.person(), SEWING, "daily")
    for name in ("Aghi", "Bottoni", "Cuciture"):
        street.room(name)
    far_first = street.save(street.person("b@example.com"), f"{SEWING}&sort=finish", "daily")
    assert far_first.wanted.question.endswith("sort=finish")
    street.run_at(MONDAY)
    street.run_at(MONDAY + DAY)
    assert street.mailed() == [["Aghi", "Bottoni", "Cuciture"]]


# -- to whom


def test_mails_go_to_confirmed_addresses_only_and_wait_for_them(street: Street) -> None:
    actor = street.person(is_confirmed=False)
    saved = street.save(actor, SEWING)
    street.room("Aghi")
    street.run()
    assert street.news(saved) == ["Aghi"]
    assert street.mails() == []
    street.sql("UPDATE person SET confirmed_at = created_at")
    street.run_at(MONDAY + DAY)
    assert street.mailed() == [["Aghi"]]


def test_a_suspended_person_gets_none(street: Street) -> None:
    street.save(street.person(), SEWING)
    street.sql("UPDATE person SET suspended_at = created_at")
    street.room("Aghi")
    street.run()
    assert street.mails() == []


def test_an_account_that_goes_takes_all_with_it(street: Street) -> None:
    saved = street.save(street.person(), SEWING)
    street.room("Aghi")
    street.run()
    street.sql("DELETE FROM person WHERE id = :id", id=saved.person_id)
    for table in ("saved_search", "saved_search_known", "saved_search_news"):
        assert street.value(f"SELECT count(*) FROM {table}") == 0


def test_each_has_news_of_their_own(street: Street) -> None:
    near, everywhere = street.save(street.person("a@example.com")), street.save(street.person("b@example.com"), "")
    street.room("Aghi", process="cut")
    street.run()
    assert (street.news(near), street.news(everywhere)) == ([], ["Aghi"])
    assert [mail.recipient for mail in street.mails()] == ["b@example.com"]
