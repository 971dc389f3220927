"""How often one address may have routes worked out. Counted in the process: it protects the processor, nothing else,
and a restart may forget it."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from marketplace.errors import TooMany

_WINDOW = timedelta(minutes=1)
_MOST_ADDRESSES = 10_000


class Pace:
    """At most so many requests of one address in any minute."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, most: int, now: datetime) -> None:
        """Errors: TooMany, with how long to wait."""
        with self._lock:
            made = self._made.pop(address, deque())
            self._made[address] = made  # the newest stands last
            while made and not now - _WINDOW < made[0] <= now:  # a clock that was set back shuts nobody out
                made.popleft()
            if len(made) >= most:
                wait_s = max(1, int((made[0] + _WINDOW - now).total_seconds()) + 1)
                raise TooMany(f"That was asked too often. Wait {wait_s} seconds, then try again.", wait_s)
            made.append(now)
            while len(self._made) > _MOST_ADDRESSES:
                self._made.popitem(last=False)
