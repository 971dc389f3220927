"""JSON bodies: what is one is read as it stands, what is none is refused in words."""

from __future__ import annotations

import json
import re

import pytest
from cast import Cast
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from marketplace.accounts import api_tokens
from marketplace.accounts.forms import TokenForm
from marketplace.accounts.model import Scope
from marketplace.errors import Invalid, SelvedgeError
from marketplace.web.body import MOST_DEPTH, json_object, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab[{"\\', max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("ab", max_size=3), VALUES, max_size=4))
def test_what_is_json_is_read_as_it_stands(body: dict[str, object]) -> None:
    assert parse_object(json.dumps(body).encode()) == body
    assert parse_object(json.dumps(body, ensure_ascii=False).encode()) == body


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"[1]", "object"),
        (b'"text"', "object"),
        (b"{", "not JSON"),
        (b'{"a":1} x', "not JSON"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":{"b":1,"b":1}}', "twice"),
        (b'{"a":"\\ud800"}', "half of a character"),
        (b'{"a":"\xff"}', "not JSON"),
        (b'{"a":' + b"9" * 5000 + b"}", "digits"),
        (b'{"a":' + b"[" * 100_000, "nested"),
        (b'{"a":"' + b'\\"' * 400_000, "not JSON"),
        (b'{"a":"\\', "not JSON"),
        (b'{"a":' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}", "nested"),
    ],
)
def test_what_is_none_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(SelvedgeError, match=said) as refused:
        parse_object(raw)
    assert refused.value.status == 400


def test_brackets_in_texts_are_no_depth() -> None:
    assert parse_object(b'{"a":"' + b"[" * 1000 + b'\\"["}') == {"a": "[" * 1000 + '"['}


def test_only_known_names_and_only_json() -> None:
    app = Flask(__name__)
    with app.test_request_context("/", method="POST", json={"a": 1}):
        assert json_object(["a"]) == {"a": 1}
    with (
        app.test_request_context("/", method="POST", json={"a": 1, "role": "owner"}),
        pytest.raises(Invalid) as refused,
    ):
        json_object(["a"])
    assert set(refused.value.problems) == {"role"}
    with app.test_request_context("/", method="POST"):
        assert json_object(["a"]) == {}
    with app.test_request_context("/", method="POST", data="{}"), pytest.raises(SelvedgeError, match="Content-Type"):
        json_object(["a"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"kind":' + "[" * 100_000, "nested deeper"),
        ('{"quantity": NaN}', "NaN is no number"),
        ('{"text": "a", "text": "b"}', "same name twice"),
        ("[]", "must be a JSON object"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/reservations", "/api/v1/reports", "/api/v1/briefs"])
def test_what_is_no_json_is_refused_where_programs_write(cast: Cast, path: str, body: str, said: str) -> None:
    answer = written(cast, "POST", path, body)
    assert (answer.status_code, said in answer.json["detail"]) == (400, True), answer.text


def test_nothing_that_programs_write_to_falls_over_deep_brackets(cast: Cast) -> None:
    ways = [
        (method, re.sub("<[^>]+>", "0" * 32, rule.rule))
        for rule in cast.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert len(ways) > 50
    token = a_token(cast)
    answers = {way: written(cast, *way, '{"a":' + "[" * 100_000, token).status_code for way in ways}
    assert {way: status for way, status in answers.items() if status >= 500} == {}


def a_token(cast: Cast) -> str:
    person = cast.person("Ines")
    cast.studio(person)
    form = TokenForm("Sheet", frozenset(Scope), 90)
    return api_tokens.make(cast.database, cast.actor(person), form, cast.now)


def written(cast: Cast, method: str, path: str, body: str, token: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {token or a_token(cast)}", "Content-Type": "application/json"}
    return cast.app.test_client().open(path, method=method, data=body, headers=headers)
