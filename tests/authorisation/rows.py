"""One row for each route and method: how the walk asks it, and what of whom.

Whoever adds a route adds its row to a file `rows_<feature>.py` beside this one (they are found by their name):

    ROWS = [
        Row("briefs.brief", make=a_brief, parties={STUDIO}),
        Row("briefs.edit", "POST", make=a_brief, parties={STUDIO}, form={"title": "Jacket", ...}),
        Row("briefs_api.add", "POST", json={...}),
    ]

`make` puts one object into the world and answers the values of the route's address; it is called once. Every persona
then asks the route on every channel, for that object and for one that doesn't exist. Who may is not said here: it is
the route's action and the table of permissions, for an object of `parties`.

An allowed call must succeed (any answer below 400), and a change must write exactly `events` audit events. A refused
one must leave the database as it was.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from world import World

Make = Callable[["World"], Mapping[str, Any]]
Content = Mapping[str, Any] | Callable[["World"], Mapping[str, Any]]
_NOT_IDS = frozenset({"to"})  # parts of addresses that name no object


@dataclass(frozen=True)
class Row:
    endpoint: str
    method: str = "GET"
    make: Make | None = None  # answers the values of the address
    parties: Iterable[str] | None = None  # whose it is; None: whichever organisation the persona keeps
    owner: str | None = None  # the one persona whose it is, for what belongs to a person
    form: Content | None = None
    json: Content | None = None
    query: Content | None = None
    events: int | None = None  # audit events of an allowed call: 1 for each change, unless said otherwise
    turned_away: str | None = None  # who may not is led to this address instead of being told so
    leads: tuple[str, ...] = ()  # personas who may, and are led somewhere else all the same (303)
    also: frozenset[str] = frozenset()  # personas who may although the table alone wouldn't tell; say why beside it
    never: frozenset[str] = frozenset()  # may not (or 409), by a rule beyond the table; say why beside it
    reads_first: bool = False  # what is sent is read before it is asked who sends: then 422 is a refusal, too
    loose: bool = False  # an allowed call need not go through: it is enough that it is not refused as not theirs
    action: str | None = None  # the action that counts, where what is sent makes it another than the route's
    ids: tuple[str, ...] = field(default=())  # parts of the address that name an object, if not all do

    def events_of(self, persona: str) -> int:
        if self.events is not None and persona not in self.leads:
            return self.events
        return 0 if self.method == "GET" or persona in self.leads else 1

    def ids_of(self, values: Mapping[str, Any]) -> list[str]:
        return list(self.ids or (name for name in values if name not in _NOT_IDS))


def all_rows() -> list[Row]:
    sys.path.append(str(Path(__file__).parent.parent / "orders"))  # how a deal comes about stands there
    rows: list[Row] = []
    for path in sorted(Path(__file__).parent.glob("rows_*.py")):
        rows += importlib.import_module(path.stem).ROWS
    return rows
