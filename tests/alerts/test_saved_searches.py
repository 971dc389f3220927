"""How a saved search ends, stops, goes on and is changed, by time and by its owner; on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from little_street import DAY, HOUR, JACKETS, MONDAY, SEWING, Street

from marketplace.alerts import actions, store
from marketplace.alerts.forms import ChangeForm
from marketplace.alerts.jobs import RESTORABLE
from marketplace.alerts.model import Frequency, State
from marketplace.errors import Conflict, Invalid, NotFound

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
