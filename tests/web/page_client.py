"""A browser for tests that reads each page as a machine would and complains about what a person could not use.

`problems_of` is the checker; `PageClient` runs it on every HTML answer. test_pages.py shows that each check fails
on a page with that fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from marketplace.db import Base, Database
from marketplace.db.schema import import_all_tables
from marketplace.resources import resource_dir

ENGINES = ("sqlite", "postgresql")
both_engines = pytest.mark.parametrize("engine", ENGINES, indirect=True)

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_DATA = ("application/json", "application/ld+json")
_ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data-labels-url")
_IDS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-map-source", "form")
_EXEMPT = ("hidden", "submit", "button", "reset", "image")
# What rows change by themselves when somebody only looks, or tries in vain.
_RESTLESS: dict[str, set[str] | None] = {"session": {"last_seen_at"}, "attempt": None}


@lru_cache(maxsize=4)
def _parse(text: str, *, fragment: bool = False) -> tuple[Element, list[str]]:
    """The tree and what a strict reader complains about. Parsing is most of the time these tests take."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parseFragment(text) if fragment else parser.parse(text)
    return root, [f"markup: {name} at {position}" for position, name, _ in parser.errors]


def read_page(text: str) -> Element:
    return _parse(text)[0]


def words_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def problems_of(text: str, app: Flask, path: str = "/", *, fragment: bool = False) -> list[str]:
    """What is wrong with a page, in words; nothing for a good one. A fragment is a part of a page."""
    root, errors = _parse(text, fragment=fragment)
    wrong = list(errors)
    everything = [element for element in root.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in everything if element.get("id") is not None)
    wrong += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    wrong += [f"id {name!r} has a space or is empty" for name in ids if not name or re.search(r"\s", name)]
    if not fragment:
        wrong += _frame(root)
    wrong += _labels(everything)
    for element in everything:
        wrong += _inert(element)
        if not fragment:
            for name in _IDS:
                missing = [i for i in element.get(name, "").split() if i not in ids]
                wrong += [f"<{element.tag} {name}> names {i!r}, which is not there" for i in missing]
        if element.tag == "img" and element.get("alt") is None:
            wrong.append(f"img without alt: {element.get('src')}")
        if element.tag == "form" and element.get("method", "get").lower() == "post":
            tokens = [field for field in element.iter("input") if field.get("name") == "csrf_token"]
            if len(tokens) != 1 or not tokens[0].get("value"):
                wrong.append(f"POST form without a token: {element.get('action')}")
        for name, address, method in _addresses(element):
            problem = _leads_nowhere(app, path, address, method, ids, fragment=fragment)
            if problem:
                wrong.append(f"<{element.tag} {name}={address!r}>: {problem}")
    return wrong


def _frame(root: Element) -> list[str]:
    wrong = []
    headings = list(root.iter("h1"))
    if len(headings) != 1:
        wrong.append(f"{len(headings)} h1")
    wrong += ["an empty h1" for heading in headings if not words_of(heading)]
    title = root.find("head/title")
    if title is None or not (title.text or "").strip():
        wrong.append("no title")
    if not root.get("lang"):
        wrong.append("no lang")
    if len(list(root.iter("main"))) != 1:
        wrong.append("not one main")
    return wrong


def _labels(everything: Sequence[Element]) -> Iterator[str]:
    labelled = {label.get("for") for label in everything if label.tag == "label" and words_of(label)}
    inside = {f for label in everything if label.tag == "label" and words_of(label) for f in label.iter()}
    for field in everything:
        if field.tag not in ("input", "select", "textarea") or field.get("type", "") in _EXEMPT:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not named and field.get("id") not in labelled and field not in inside:
            yield f"no label: {field.tag} {field.get('name')}"
    for button in everything:
        if button.tag in ("button", "a") and not (words_of(button) or button.get("aria-label")):
            yield f"a {button.tag} without words: {button.attrib}"


def _inert(element: Element) -> Iterator[str]:
    if element.tag == "script":
        kind = element.get("type", "")
        if kind in _DATA:
            if "<" in (element.text or ""):
                yield "an unescaped < in a script of data"
        elif (element.text or "").strip() or not element.get("src", "").startswith("/static/"):
            yield "an inline or foreign script"
    if element.tag in ("style", "object", "embed", "applet", "base", "iframe", "frame", "marquee", "math", "portal"):
        yield f"a <{element.tag}>"
    for name, value in element.attrib.items():
        bare = name if isinstance(name, str) else name[-1]
        if bare.startswith("on") or bare in ("style", "srcdoc"):
            yield f"attribute {bare} on <{element.tag}>"
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.\-\s]*):", value, re.IGNORECASE)
        if bare in _ADDRESSES and scheme and scheme[1].lower() not in ("http", "https", "mailto", "data"):
            yield f"{bare} with the scheme {scheme[1]}"
    if element.tag == "meta" and element.get("http-equiv"):
        yield "a meta http-equiv"


def _addresses(element: Element) -> Iterator[tuple[str, str, str]]:
    for name, value in element.attrib.items():
        bare = name if isinstance(name, str) else name[-1]
        if bare in _ADDRESSES:
            method = "GET"
            if bare == "action":
                method = element.get("method", "get").upper()
            yield bare, value, "POST" if bare == "hx-post" else method


def _leads_nowhere(
    app: Flask, path: str, address: str, method: str, ids: Mapping[Any, int], *, fragment: bool
) -> str | None:
    """Why an address of this site does not answer; None for one that does, and for other sites' pages."""
    parts = urlsplit(urljoin(f"http://127.0.0.1:8000{path}", address.strip()))
    if parts.scheme == "data" or (parts.scheme in ("http", "https") and parts.netloc != "127.0.0.1:8000"):
        return None
    if address.startswith("#"):
        return None if fragment or parts.fragment in ids or address == "#" else "no such id on this page"
    if parts.path.startswith("/static/"):
        file = resource_dir("static") / parts.path.removeprefix("/static/")
        return None if file.is_file() and "v=missing" not in parts.query else "no such file"
    try:
        app.url_map.bind("127.0.0.1:8000").match(parts.path, method)
    except MethodNotAllowed:
        return f"does not take {method}"
    except RequestRedirect:
        return "leads on by a redirect"
    except HTTPException as error:
        return f"answers {error.code}"
    return None


class PageClient:
    """One browser. Every HTML answer is checked; every answer is checked for its headers and for not being ours
    to blame (5xx)."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.app = app
        self.client = app.test_client()
        self._base = {"REMOTE_ADDR": address}

    def open(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        base = {**self._base, **more.pop("environ_base", {})}
        answer = self.client.open(path, method=method, environ_base=base, **more)
        self.check(answer, path, fragment="HX-Request" in dict(more.get("headers") or {}))
        return answer

    def check(self, answer: TestResponse, path: str, *, fragment: bool = False) -> None:
        where = f"{answer.request.method} {path[:200]} -> {answer.status_code}"
        assert answer.status_code < 500, f"{where}\n{answer.text[:2000]}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.headers["Content-Security-Policy"] == POLICY, where
        assert answer.headers["Referrer-Policy"] == "same-origin", where
        kind = answer.mimetype
        if answer.status_code >= 400 and urlsplit(path).path.startswith("/api/"):
            self._problem(answer, where)
        elif answer.status_code >= 400:
            assert kind == "text/html", where
        if kind == "text/html" and answer.status_code not in (301, 302, 303, 307, 308) and answer.data:
            whole = "<html" in answer.text[:200]
            assert whole or (fragment and answer.status_code in (200, 422)), where
            found = problems_of(answer.text, self.app, urlsplit(path).path or "/", fragment=not whole)
            if answer.status_code >= 400:  # a form that is shown again may show a control character as it was typed
                found = [problem for problem in found if "invalid-codepoint" not in problem]
            assert not found, "\n".join([where, *found])

    def _problem(self, answer: TestResponse, where: str) -> None:
        """RFC 9457."""
        assert answer.mimetype == "application/problem+json", where
        if answer.request.method == "HEAD":
            return
        problem = answer.get_json()
        assert isinstance(problem["type"], str), where
        assert problem["status"] == answer.status_code, where
        for name in ("title", "detail"):
            assert isinstance(problem[name], str), where
            assert problem[name], where
        for error in problem.get("errors", ()):
            assert set(error) == {"pointer", "detail"}, where
            assert error["detail"], where
        if answer.status_code == 422:
            assert problem["errors"], where

    def get(self, path: str, status: int = 200, **more: Any) -> TestResponse:
        answer = self.open(path, **more)
        assert answer.status_code == status, f"{path} -> {answer.status_code} {answer.location}\n{answer.text[:1500]}"
        return answer

    def page(self, path: str, status: int = 200, **more: Any) -> Element:
        return read_page(self.get(path, status, **more).text)

    def token(self) -> str:
        """A token from a page that everybody sees."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/sign-up").text)
        assert found
        return found[1]

    def post(self, path: str, data: Mapping[str, Any] | None = None, status: int | None = None, **more: Any) -> Any:
        """Send a form as its page does, with the token."""
        answer = self.open(path, "POST", data={"csrf_token": self.token(), **(data or {})}, **more)
        if status is not None:
            assert answer.status_code == status, f"{path} -> {answer.status_code}: {words_of(read_page(answer.text))}"
        return answer

    def sign_in(self, email: str, typed: str) -> None:
        self.post("/sign-in", {"email": email, "password": typed}, 303)

    def filled(self, path: str, action: str | None = None) -> dict[str, Any]:
        """What a form of a page would send if nothing were changed; `action` where the page has several."""
        forms = [f for f in self.page(path).iter("form") if f.get("action") == (action or path)]
        assert forms, f"no form for {action or path} on {path}"
        return fields_of(forms[-1])


def fields_of(form: Element) -> dict[str, Any]:
    """Name -> what would be sent; a list for what may be sent several times."""
    sent: dict[str, Any] = {}
    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or field.tag == "button":
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            sent[name] = (chosen[0].get("value") if chosen[0].get("value") is not None else chosen[0].text) or ""
        elif field.tag == "textarea":
            sent[name] = field.text or ""
        elif field.get("type") == "checkbox":
            if field.get("checked") is not None:
                sent.setdefault(name, []).append(field.get("value", "on"))
        elif field.get("type") == "radio":
            if field.get("checked") is not None:
                sent[name] = field.get("value", "on")
        elif field.tag == "input":
            sent[name] = field.get("value", "")
    return sent


@dataclass(frozen=True)
class Dump:
    """Every row of every table, but for what changes when somebody only looks."""

    tables: dict[str, list[tuple[Any, ...]]]

    @classmethod
    def of(cls, database: Database, without: Mapping[str, set[str] | None] = _RESTLESS) -> Dump:
        """`without`: table -> columns to leave out, or None for the whole table."""
        import_all_tables()
        tables = {}
        with database.reading() as session:
            for name, table in sorted(Base.metadata.tables.items()):
                left_out = without.get(name, set())
                if left_out is None:
                    continue
                columns = [column for column in table.columns if column.name not in left_out]
                tables[name] = sorted((tuple(row) for row in session.execute(select(*columns))), key=repr)
        return cls(tables)

    def changed(self, later: Dump) -> dict[str, tuple[list[Any], list[Any]]]:
        """Table -> (rows that are gone, rows that are new)."""
        return {
            name: ([r for r in rows if r not in later.tables[name]], [r for r in later.tables[name] if r not in rows])
            for name, rows in self.tables.items()
            if rows != later.tables[name]
        }
