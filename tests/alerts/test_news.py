"""What is news, what comes and goes, and for how long it is told; on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from little_street import DAY, HOUR, JACKETS, MONDAY, SEWING, Street

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
