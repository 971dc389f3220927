"""Ask every route as every persona on every channel, and say where the answer is not what the table says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from personas import BY_NAME, PERSONAS, Persona, may, table
from rows import Row
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from world import World

from marketplace.accounts.model import Scope
from marketplace.audit.tables import AuditRow
from marketplace.db import Base
from marketplace.db.engine import Watch
from marketplace.db.schema import import_all_tables
from marketplace.web.routes import action_of

COOKIE, TOKEN, OTHER_TOKEN = "cookie", "token", "token of other scopes"
_NOBODYS = "0" * 32
_RESTLESS = {"attempt", "session"}  # tries are counted, visits noted
_EACH_TIME = re.compile(r'value="[^"]*"|"request_id":\s?"\w+"|/[^\s"<]*')


def rule_of(app: Flask, row: Row) -> Rule:
    for rule in app.url_map.iter_rules(row.endpoint):
        if row.method in (rule.methods or ()):
            return rule
    raise LookupError(f"no route {row.method} {row.endpoint}")


def missing_rows(app: Flask, rows: Iterable[Row]) -> list[str]:
    """Routes and methods without a row."""
    known = {(row.endpoint, row.method) for row in rows}
    return sorted(
        f"{method} {rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (rule.endpoint, method) not in known
    )


@dataclass
class Walk:
    world: World
    restore: Callable[[], None]

    def __post_init__(self) -> None:
        import_all_tables()
        self.app = self.world.app
        self.client = self.app.test_client(use_cookies=False)
        self._watch: Watch | None = None
        self._before: dict[str, list[tuple[Any, ...]]] = {}
        self.cells = 0
        self.put_back()

    def put_back(self) -> None:
        """Everything stands as it was before the walk."""
        self.restore()
        self._watch = Watch(self.world.database)
        self._watch.changed()
        self._before = self._before or self.dump()

    def problems(self, row: Row, personas: Iterable[Persona] = PERSONAS) -> list[str]:
        """What is wrong with a row's answers, in words."""
        rule = rule_of(self.app, row)
        is_api = rule.rule.startswith("/api/")
        wrong: list[str] = []
        for persona in personas:
            channels = (COOKIE, TOKEN, OTHER_TOKEN) if is_api and persona.is_person else (COOKIE,)
            for channel in channels:
                found = self._cell(row, rule, persona, channel)
                wrong += [f"{row.method} {rule.rule} as {persona.name} by {channel}: {text}" for text in found]
        return wrong

    def expects(self, row: Row, rule: Rule, persona: Persona, channel: str) -> bool:
        action = row.action or action_of(self.app, row.endpoint)
        assert action is not None
        cells = table()[action]
        if channel != COOKIE and not persona.is_signed_in:
            return False  # a dead token is refused where none is needed, too
        if cells["anyone"]:
            return row.owner is None or persona.name == row.owner
        if persona.name in row.never:
            return False
        parties = None if row.parties is None else frozenset(row.parties)
        allowed = may(persona, action, parties) or persona.name in row.also
        if row.owner is not None:
            allowed = allowed and persona.name == row.owner
        if rule.rule.startswith("/api/"):
            if channel == COOKIE:
                return allowed and row.method == "GET"
            if channel == OTHER_TOKEN:
                return False
            return allowed and (row.method == "GET" or bool(cells["scope"]))
        return allowed

    def _cell(self, row: Row, rule: Rule, persona: Persona, channel: str) -> Iterator[str]:
        values = self.world.values(row.make) if row.make else {}
        self.cells += 1
        if self.expects(row, rule, persona, channel):
            yield from self._allowed(row, persona, channel, values)
            ids = row.ids_of(values)
            if ids and channel != OTHER_TOKEN:
                nobodys = {**values, **{name: _missing(values[name]) for name in ids}}
                yield from self._refused(row, persona, channel, nobodys, "one that does not exist")
            return
        answer = yield from self._refused(row, persona, channel, values, "")
        ids = row.ids_of(values)
        if answer is not None and ids and persona.is_signed_in and not row.turned_away:
            nobodys = {**values, **{name: _missing(values[name]) for name in ids}}
            other = self.ask(row, persona, channel, nobodys)
            if (answer.status_code, _bare(answer)) != (other.status_code, _bare(other)) and answer.status_code == 404:
                yield f"somebody else's is told apart from none: {answer.status_code} and {other.status_code}"

    def _allowed(self, row: Row, persona: Persona, channel: str, values: Mapping[str, Any]) -> Iterator[str]:
        before = self._events()
        answer = self.ask(row, persona, channel, values)
        if row.loose:
            if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
                yield f"may, and is answered {answer.status_code} {_words(answer)}"
            if self._changed():
                self.put_back()
            return
        led_away = row.method == "GET" and (answer.location or "").startswith("/sign-in")
        if answer.status_code >= 400 or led_away:
            yield f"may, and is answered {answer.status_code} {answer.location or ''} {_words(answer)}"
        elif (wanted := row.events_of(persona.name)) != (wrote := self._events() - before):
            yield f"{wrote} audit events, not {wanted}"
        if self._changed():
            if row.method == "GET" and self._differs():
                yield f"looking changes {self._differs()}"
            self.put_back()

    def _refused(self, row: Row, persona: Persona, channel: str, values: Mapping[str, Any], what: str) -> Iterator[str]:
        """The answer, if it was a refusal."""
        answer = self.ask(row, persona, channel, values)
        refused = self._is_refusal(row, persona, answer)
        if not refused:
            yield f"may not{' ask for ' + what if what else ''}, and is answered {answer.status_code} {answer.location}"
        if self._changed():
            if differs := self._differs():
                yield f"was refused ({answer.status_code}), and changed {differs}"
            self.put_back()
        return answer if refused else None

    def _is_refusal(self, row: Row, persona: Persona, answer: TestResponse) -> bool:
        if answer.status_code == 422 and row.reads_first:
            return True
        if answer.status_code in (401, 403, 404) or (answer.status_code == 409 and persona.name in row.never):
            return True
        if answer.status_code != 303 or not answer.location:
            return False
        if row.method == "GET" and not persona.is_signed_in:
            return answer.location.startswith("/sign-in?next=")
        return answer.location == row.turned_away

    def ask(self, row: Row, persona: Persona, channel: str, values: Mapping[str, Any]) -> TestResponse:
        world = self.world
        with self.app.test_request_context():
            path = self.app.url_for(row.endpoint, **values)
        headers = {"User-Agent": "walk"}
        if channel == COOKIE:
            headers["Cookie"] = f"selvedge={world.cookies[persona.name]}"
        else:
            headers["Authorization"] = f"Bearer {self._token(row, persona, only=channel == TOKEN)}"
        more: dict[str, Any] = {"query_string": _content(row.query, world)} if row.query else {}
        if row.json is not None:
            more["json"] = _content(row.json, world)
        elif row.method != "GET" and not path.startswith("/api/"):
            more["data"] = {"csrf_token": world.csrf, **_content(row.form or {}, world)}
        return self.client.open(path, method=row.method, headers=headers, **more)

    def _token(self, row: Row, persona: Persona, *, only: bool) -> str:
        action = action_of(self.app, row.endpoint)
        assert action is not None
        scope = Scope.READ if row.method == "GET" else Scope(table()[action]["scope"] or "read")
        return self.world.tokens[persona.name, scope, only]

    def _events(self) -> int:
        with self.world.database.reading() as session:
            return session.scalar(select(func.count()).select_from(AuditRow)) or 0

    def _changed(self) -> bool:
        assert self._watch is not None
        return self._watch.changed()

    def _differs(self) -> list[str]:
        now = self.dump()
        return sorted(name for name in now if now[name] != self._before[name] and name not in _RESTLESS)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.world.database.reading() as session:
            return {
                name: sorted((tuple(row) for row in session.execute(select(table_))), key=repr)
                for name, table_ in Base.metadata.tables.items()
            }


def named(*names: str) -> list[Persona]:
    return [BY_NAME[name] for name in names]


def _content(content: Any, world: World) -> dict[str, Any]:
    return dict(content(world)) if callable(content) else dict(content)


def _missing(value: Any) -> Any:
    return 999_999 if isinstance(value, int) else _NOBODYS


def _bare(answer: TestResponse) -> str:
    """The words of an answer, without what differs at each request."""
    return _EACH_TIME.sub("", answer.text)


def _words(answer: TestResponse) -> str:
    """What a page says, near its end: that is where the sentence about an error stands."""
    main = answer.text.partition("<main")[2] or answer.text
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:400]
