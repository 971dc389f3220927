"""What the worker finds, when it tells, and what it costs; on both engines."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from little_street import DAY, HOUR, JACKETS, MONDAY, SEWING, SITE, Street, service

from marketplace.alerts import actions, store
from marketplace.alerts.forms import ChangeForm
from marketplace.alerts.jobs import RESTORABLE, run_due
from marketplace.alerts.model import Frequency, State
from marketplace.changes import store as changes
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.search.query import SearchQuery
from marketplace.search.sync import LiveIndex
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Status

# -- what is news


def test_what_fits_when_it_is_saved_is_no_news(street: Street) -> None:
    street.room("Aghi")
    saved = street.save(street.person())
    assert street.run() == 1
    assert street.run() == 0  # nothing changed since
    assert street.news(saved) == []
    assert street.mails() == []


CHANGES: list[tuple[str, Callable[[Street], None], Callable[[Street], None]]] = [
    ("somebody new", lambda s: None, lambda s: s.room("Bottoni")),
    ("a week opens", lambda s: s.room("Bottoni", usual=0), lambda s: s.weeks("Bottoni", 40)),
    ("a minimum is lowered", lambda s: s.room("Bottoni", minimum=60), lambda s: s.minimum("Bottoni", 50)),
    ("a service is added", lambda s: s.room("Bottoni", process="cut"), lambda s: s.also("Bottoni", "sew")),
    (
        "a listing opens again",
        lambda s: (s.room("Bottoni"), s.pause("Bottoni"))[0],
        lambda s: s.pause("Bottoni", Status.PUBLISHED),
    ),
]


@pytest.mark.parametrize(("before", "after"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_what_newly_fits_is_news_once(
    street: Street, before: Callable[[Street], None], after: Callable[[Street], None]
) -> None:
    street.room("Aghi")
    before(street)
    question = SEWING if after is CHANGES[3][2] else JACKETS  # a new service has no weeks yet
    saved = street.save(street.person(), question)
    street.run()
    assert street.news(saved) == []
    after(street)
    assert street.run() == 1
    assert street.news(saved) == ["Bottoni"]
    assert street.mailed() == [["Bottoni"]]
    for days in range(1, 20):
        street.run_at(MONDAY + days * DAY)
    street.weeks("Aghi", 39)  # something else changes
    street.run()
    assert street.news(saved) == ["Bottoni"]
    assert len(street.mails()) == 1


def test_news_says_when_where_and_why(street: Street) -> None:
    street.room("Aghi")
    saved = street.save(street.person(), JACKETS)
    street.room("Bottoni", minimum=60)
    street.run()
    street.minimum("Bottoni", 45)
    street.run()
    (news,) = street.all_news(saved)
    assert news.found_at == street.now
    assert (news.find.name, news.find.place, news.find.metres) == ("Bottoni", "Prato", 222)
    assert news.find.why == (
        "Work: Sewing and assembly",
        "From 45 pieces per order: your 50 pieces fit",
        "Starts Mon 1 Mar 2027, ready Wed 10 Mar 2027",
    )


def test_everybody_is_a_question_too(street: Street) -> None:
    saved = street.save(street.person(), "")
    street.room("Aghi", usual=None)
    street.run()
    (news,) = street.all_news(saved)
    assert news.find.metres is None
    assert news.find.why == ("Sewing and assembly: minimum 20 pieces per order",)


# -- coming and going


def test_what_is_gone_is_forgotten_and_news_when_it_fits_again(street: Street) -> None:
    street.room("Aghi")
    saved = street.save(street.person(), JACKETS)
    street.weeks("Aghi", 0)
    street.run()
    assert street.value("SELECT count(*) FROM saved_search_known") == 0
    street.weeks("Aghi", 40)
    street.run()
    assert street.news(saved) == ["Aghi"]  # it was never told before


def test_a_week_that_is_turned_on_and_off_is_told_once_in_seven_days(street: Street) -> None:
    street.room("Aghi", usual=0)
    saved = street.save(street.person(), JACKETS)
    told = []
    for hour in range(24 * 20):
        street.weeks("Aghi", 40 if hour % 2 == 0 else 0)
        street.run_at(MONDAY + hour * HOUR)
        told += [street.now] * (len(street.mails()) - len(told))
    assert told == [MONDAY, MONDAY + 7 * DAY, MONDAY + 14 * DAY]
    assert street.news(saved) == ["Aghi"] * 3


def test_what_came_back_too_soon_is_told_when_the_seven_days_are_over(street: Street) -> None:
    """A room that is free again after two days, and stays so, is worth a mail; just not yet."""
    street.room("Aghi", usual=0)
    street.save(street.person(), JACKETS)
    street.weeks("Aghi", 40)
    street.run_at(MONDAY)
    street.weeks("Aghi", 0)
    street.run_at(MONDAY + DAY)
    street.weeks("Aghi", 40)
    for hours in range(2 * 24, 7 * 24):
        street.run_at(MONDAY + hours * HOUR)
    assert len(street.mails()) == 1
    for hours in range(7 * 24, 10 * 24):
        street.run_at(MONDAY + hours * HOUR)
    assert street.mailed() == [["Aghi"], ["Aghi"]]


def test_only_what_is_still_true_is_mailed(street: Street) -> None:
    saved = street.save(street.person(), JACKETS, "daily")
    for name in ("Aghi", "Bottoni", "Cuciture"):
        street.room(name)
    street.run()
    street.weeks("Bottoni", 0)
    street.run_at(MONDAY + DAY)
    assert street.mailed() == [["Aghi", "Cuciture"]]
    assert street.news(saved) == ["Aghi", "Bottoni", "Cuciture"]  # the feed has it, with its time
    street.weeks("Bottoni", 40)
    street.run_at(MONDAY + DAY + HOUR)
    street.run_at(MONDAY + 2 * DAY)
    assert street.mailed() == [["Aghi", "Cuciture"], ["Bottoni"]]
    assert street.news(saved) == ["Aghi", "Bottoni", "Cuciture"]
    for days in range(3, 20):
        street.run_at(MONDAY + days * DAY)
    assert len(street.mails()) == 2


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


# -- time passing


def test_time_alone_is_enough_to_look_again(street: Street) -> None:
    street.save(street.person(), SEWING)
    street.run()
    ran = [hours for hours in range(1, 49) if street.run_at(MONDAY + hours * HOUR)]
    assert ran == [15, 21, 39, 45]  # midnight and six in the morning, each once


def test_a_date_that_passes_ends_it_with_a_last_notice(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor, f"{SEWING}&by=2027-04-15", "weekly")
    street.room("Aghi")
    street.run_at(datetime(2027, 4, 15, 23, 59, tzinfo=UTC))
    assert street.again(saved).state is State.ACTIVE
    before = len(street.mails())
    street.run_at(datetime(2027, 4, 16, 0, 0, 3, tzinfo=UTC))
    assert street.again(saved).state is State.ENDED
    (mail,) = street.mails()[before:]
    assert mail.subject == "Selvedge: “Jackets” has ended"
    assert "its date has passed" in mail.body
    street.room("Bottoni")
    for days in range(1, 15):
        street.run_at(datetime(2027, 4, 16, 9, tzinfo=UTC) + days * DAY)
    assert len(street.mails()) == before + 1
    with pytest.raises(Invalid):
        actions.start(street.database, actor, saved.public_id, street.now)


def test_another_date_lets_it_go_on(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor, f"{SEWING}&by=2027-04-15")
    street.room("Aghi")
    street.run_at(datetime(2027, 4, 16, 9, tzinfo=UTC))
    form = ChangeForm("Jackets", Frequency.AT_ONCE, date(2027, 7, 1))
    actions.change(street.database, street.live, actor, saved.public_id, form, street.now)
    saved = street.again(saved)
    assert saved.state is State.ACTIVE
    assert "by=2027-07-01" in saved.wanted.question
    street.run()
    assert street.news(saved) == []  # what fits on the new day is what it begins with
    street.room("Bottoni")
    street.run()
    assert street.news(saved) == ["Bottoni"]


def test_a_term_that_is_gone_ends_it_in_words(street: Street) -> None:
    saved = street.save(street.person(), f"{SEWING}&skill=buttonhole")
    street.sql("UPDATE saved_search SET question = replace(question, 'buttonhole', 'spinning_gold')")
    street.room("Aghi")
    street.run()
    assert street.again(saved).state is State.ENDED
    (mail,) = street.mails()
    assert "it can't be asked any more (skill: “spinning_gold” is not a skill we know" in mail.body


# -- its owner


def test_stop_and_start_again(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor)
    actions.stop(street.database, actor, saved.public_id, street.now)
    street.room("Aghi")
    assert street.run_at(MONDAY + DAY) == 0
    actions.start(street.database, actor, saved.public_id, street.now)
    street.run()
    assert street.mailed() == [["Aghi"]]  # what came meanwhile is news: nobody stops by mistake and misses it


def test_stopping_by_the_link_of_a_mail_and_undoing_it(street: Street) -> None:
    saved = street.save(street.person())
    stopped = street.now
    actions.stop_by_link(street.database, saved.stop_token, stopped)
    actions.stop_by_link(street.database, saved.stop_token, stopped + HOUR)  # a second click
    assert street.again(saved).stopped_at == stopped
    assert street.again(saved).state is State.STOPPED
    actions.start_by_link(street.database, saved.stop_token, street.now)
    assert street.again(saved).state is State.ACTIVE
    for token in (saved.feed_token, saved.public_id, "", "x"):
        with pytest.raises(NotFound):
            actions.stop_by_link(street.database, token, street.now)


def test_deleted_for_a_day_then_gone(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor)
    actions.remove(street.database, actor, saved.public_id, street.now)
    with pytest.raises(NotFound):
        actions.stop(street.database, actor, saved.public_id, street.now)
    with pytest.raises(NotFound):
        actions.stop_by_link(street.database, saved.stop_token, street.now)
    street.room("Aghi")
    assert street.run() == 0
    actions.restore(street.database, actor, saved.public_id, street.now)
    street.run()
    assert street.mailed() == [["Aghi"]]
    actions.remove(street.database, actor, saved.public_id, street.now)
    street.run(RESTORABLE - HOUR)
    assert street.value("SELECT count(*) FROM saved_search") == 1
    street.run(2 * HOUR)
    assert street.value("SELECT count(*) FROM saved_search") == 0
    with pytest.raises(NotFound):
        actions.restore(street.database, actor, saved.public_id, street.now)


def test_a_new_question_begins_anew(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor, SEWING, "daily")
    street.room("Aghi")
    street.run()
    street.room("Forbici", process="cut")
    replaced = street.save(actor, "process=cut", "daily", name="Cutting", replaces=saved.public_id)
    assert replaced.id == saved.id
    assert street.again(saved).wanted.name == "Cutting"
    street.run_at(MONDAY + DAY)
    assert street.news(saved) == []
    assert street.mails() == []
    assert street.value("SELECT count(*) FROM saved_search") == 1


def test_a_new_name_does_not_begin_anew(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor, JACKETS, "daily")
    street.room("Aghi")
    street.run()
    form = ChangeForm("Spring", Frequency.WEEKLY, date(2027, 6, 30))
    actions.change(street.database, street.live, actor, saved.public_id, form, street.now)
    assert street.news(saved) == ["Aghi"]
    street.run_at(MONDAY + 7 * DAY)
    (mail,) = street.mails()
    assert "Spring" in mail.subject


def test_nobody_else_can_touch_it(street: Street) -> None:
    saved, eve = street.save(street.person()), street.person("eve@example.com")
    form = ChangeForm("Mine", Frequency.DAILY, None)
    for act in (
        lambda: actions.stop(street.database, eve, saved.public_id, street.now),
        lambda: actions.start(street.database, eve, saved.public_id, street.now),
        lambda: actions.remove(street.database, eve, saved.public_id, street.now),
        lambda: actions.restore(street.database, eve, saved.public_id, street.now),
        lambda: actions.change(street.database, street.live, eve, saved.public_id, form, street.now),
        lambda: street.save(eve, replaces=saved.public_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert street.again(saved) == saved


def test_fifty_are_the_most(street: Street) -> None:
    actor = street.person()
    saved = [street.save(actor, name=str(n)) for n in range(50)]
    with pytest.raises(Invalid, match="50 saved searches"):
        street.save(actor)
    street.save(actor, replaces=saved[0].public_id)  # needs no room
    street.save(street.person("b@example.com"))  # somebody else's room
    actions.remove(street.database, actor, saved[1].public_id, street.now)
    street.save(actor)
    with pytest.raises(Invalid):
        actions.restore(street.database, actor, saved[1].public_id, street.now)


def test_two_who_change_the_question_at_once(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form that was opened before another question was given does not bring the old one back."""
    actor = street.person()
    saved = street.save(actor, JACKETS)
    read = store.get_own

    def then_replaced(*arguments: object, **more: object) -> object:
        found = read(*arguments, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(store, "get_own", read)
        street.sql("UPDATE saved_search SET question = 'process=cut', version = version + 1")
        return found

    monkeypatch.setattr(store, "get_own", then_replaced)
    form = ChangeForm("Late", Frequency.DAILY, None)
    with pytest.raises(Conflict):
        actions.change(street.database, street.live, actor, saved.public_id, form, street.now)
    assert street.again(saved).wanted.question == "process=cut"


# -- cost, and what goes wrong


class _Counting:
    """The index, and how often it was asked."""

    def __init__(self, live: LiveIndex, then: Callable[[], None] = lambda: None) -> None:
        self._live, self._then = live, then
        self.asked = self.decided = 0

    def site_ids(self, query: SearchQuery) -> object:
        self.asked += 1
        found = self._live.site_ids(query)
        self._then()
        return found

    def documents(self, site_ids: tuple[int, ...]) -> object:
        self.decided += len(site_ids)
        return self._live.documents(site_ids)


def test_each_costs_one_search_and_a_decision_for_each_new_site(street: Street) -> None:
    for number in range(30):
        street.room(f"Room {number}")
    actor = street.person()
    for number in range(10):
        street.save(actor, name=str(number))
    street.run()
    for name in ("Aghi", "Bottoni"):
        street.room(name)
    counting = _Counting(street.live)
    assert run_due(street.database, counting, SITE, street.now) == 10  # type: ignore[arg-type]
    assert (counting.asked, counting.decided) == (10, 20)
    assert run_due(street.database, counting, SITE, street.now) == 0  # type: ignore[arg-type]
    assert counting.asked == 10


def test_of_two_workers_one_tells(street: Street) -> None:
    saved = street.save(street.person())
    street.room("Aghi")
    street.now += HOUR

    def meanwhile() -> None:
        run_due(street.database, LiveIndex(street.database, street.live._index), SITE, street.now)

    slow = _Counting(street.live, meanwhile)
    run_due(street.database, slow, SITE, street.now)  # type: ignore[arg-type]
    assert street.news(saved) == ["Aghi"]
    assert street.mailed() == [["Aghi"]]


def test_stopped_while_it_runs(street: Street) -> None:
    actor = street.person()
    saved = street.save(actor)
    street.room("Aghi")
    slow = _Counting(street.live, lambda: actions.stop(street.database, actor, saved.public_id, street.now) and None)
    run_due(street.database, slow, SITE, street.now)  # type: ignore[arg-type]
    assert street.mails() == []


def test_a_change_that_is_committed_late_is_not_missed(street: Street) -> None:
    """On PostgreSQL a change may be committed after a later one was seen; SQLite has one writer at a time."""
    saved = street.save(street.person(), SEWING)
    street.room("Aghi", usual=40, minimum=60)
    street.room("Bottoni")
    street.run()
    assert street.run() == 0
    if street.database.is_sqlite:
        return
    # A thread of its own has a connection of its own.
    with street.database.writing() as session, ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(street.weeks, "Bottoni", 39).result()  # another connection writes and commits in between
        service_id = suppliers.get(session, street.rooms["Aghi"]).services[0].id
        suppliers.update_service(session, service_id, service(20))
        changes.record(session, street.rooms["Aghi"])
        session.flush()
        elsewhere.submit(street.room, "Cuciture").result()
        elsewhere.submit(street.run).result()
        assert street.news(saved) == ["Bottoni", "Cuciture"]
    street.run()
    assert street.news(saved) == ["Bottoni", "Cuciture", "Aghi"]
    assert street.run() == 0


def test_one_that_fails_does_not_keep_the_others(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    actor = street.person()
    poison, good = street.save(actor, name="poison"), street.save(actor, name="good")
    street.room("Aghi")
    known = store.list_known

    def fail(session: object, saved_search_id: int) -> set[int]:
        if saved_search_id == poison.id:
            raise RuntimeError("poison")
        return known(session, saved_search_id)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "list_known", fail)
    with caplog.at_level(logging.ERROR):
        street.run()
    assert "poison" in caplog.text
    assert (street.news(poison), street.news(good)) == ([], ["Aghi"])
    assert street.run() == 0  # not again every five seconds
    monkeypatch.setattr(store, "list_known", known)
    street.run_at(MONDAY + DAY)
    assert street.news(poison) == ["Aghi"]  # nothing is lost


def test_old_news_is_forgotten_but_for_what_the_feed_shows(street: Street) -> None:
    saved = street.save(street.person(), "")
    for number in range(60):
        street.room(f"Room {number}")
    street.run()
    assert street.value("SELECT count(*) FROM saved_search_news") == 60
    street.room("Aghi")
    street.run_at(MONDAY + 8 * DAY)
    assert street.value("SELECT count(*) FROM saved_search_news") == 50
    assert len(street.news(saved)) == 50
