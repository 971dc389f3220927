"""Answers that are kept until something changes on which they depend."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from marketplace.capacity.model import Calendar
from marketplace.search.document import SiteDocument
from marketplace.search.order import is_stale_on
from marketplace.search.query import SearchQuery, Sort

T = TypeVar("T")


@dataclass(slots=True)
class Touched:
    """What a put changed. `confirmed`: the days on which weeks were confirmed, before and after, where they differ."""

    more_than_weeks: bool = False
    weeks: bool = False
    confirmed: list[tuple[date | None, date | None]] = field(default_factory=list)

    def restated(self, before: SiteDocument, after: SiteDocument) -> None:
        """Note that a site differs in its weeks only."""
        for old, new in zip(before.services, after.services, strict=True):
            if old.calendar != new.calendar:
                self.weeks = True
                days = _day(old.calendar), _day(new.calendar)
                if days[0] != days[1]:
                    self.confirmed.append(days)


class KeptAnswers(Generic[T]):
    """The newest `most` answers that weeks count in, and as many of the others.

    Weeks change all the time, and most people who come through the pages of categories ask for none: to those an
    answer stays right, but for its order, where what was confirmed lately stands first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_weeks: OrderedDict[Hashable, T] = OrderedDict()
        self._others: OrderedDict[Hashable, tuple[SearchQuery, T]] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        other = self._others.get(key)
        return other[1] if other else self._by_weeks.get(key)

    def put(self, key: Hashable, query: SearchQuery, answer: T, *, by_weeks: bool) -> None:
        """`by_weeks`: weeks count in it though none are asked for."""
        if by_weeks or query.run or query.has_window:
            self._by_weeks[key] = answer
        else:
            self._others[key] = query, answer
        for answers in (self._by_weeks, self._others):
            if len(answers) > self._most:
                answers.popitem(last=False)

    def clear(self) -> None:
        self._by_weeks.clear()
        self._others.clear()

    def forget(self, touched: Touched) -> None:
        """Let go of what a put may have changed."""
        if touched.more_than_weeks:
            self.clear()
        elif touched.weeks:
            self._by_weeks.clear()
            if touched.confirmed:
                for key, (query, _) in list(self._others.items()):
                    if query.order is Sort.RELEVANCE and _is_reordered(query.today, touched):
                        del self._others[key]


def _is_reordered(today: date, touched: Touched) -> bool:
    return any(is_stale_on(today, before) != is_stale_on(today, after) for before, after in touched.confirmed)


def _day(calendar: Calendar | None) -> date | None:
    return calendar.confirmed_at.date() if calendar and calendar.confirmed_at else None
