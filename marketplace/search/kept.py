"""Remember what was worked out of objects that stay the same: popular suppliers are put in words once. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by an object's identity and a key, the newest `most`. The object is held, so that no other can take its
    place in memory. Safe for threads: each step is one operation of a dictionary."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[tuple[int, Hashable], tuple[object, T]] = OrderedDict()

    def get(self, of: object, key: Hashable, make: Callable[[], T]) -> T:
        place = (id(of), key)
        found = self._values.get(place)
        if found is not None and found[0] is of:
            return found[1]
        value = make()
        self._values[place] = (of, value)
        while len(self._values) > self._most:
            try:
                self._values.popitem(last=False)
            except KeyError:
                break  # another thread was quicker
        return value
