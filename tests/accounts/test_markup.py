"""Each page reads well to a program: one heading, labels, no double ids, nothing from elsewhere, no inline script."""

from __future__ import annotations

from collections import Counter
from typing import Any

import html5lib
import pytest

_OPEN = ["/sign-up", "/sign-in", "/sign-in?next=/help", "/reset"]
_OWN = ["/account", "/account/studio"]


@pytest.mark.parametrize("path", [*_OPEN, *_OWN])
def test_pages(people: Any, path: str) -> None:
    people.add("ada@example.com")
    browser = people.signed_in("ada@example.com") if path in _OWN else people.browser()
    answer = browser.get(path)
    assert answer.status_code == 200
    _check(answer.text)
    if path in _OWN:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/sign-up", "/sign-in", "/reset", "/account/profile", "/account/password", "/account/studio"]
)
def test_pages_with_errors(people: Any, path: str) -> None:
    people.add("ada@example.com")
    own = path.startswith("/account")
    browser = people.signed_in("ada@example.com") if own else people.browser()
    answer = browser.post(path, {"place": "Springfield"}, page="/account" if own else "/sign-up")
    assert answer.status_code == 422
    _check(answer.text)


def test_pages_by_mail(people: Any) -> None:
    people.browser().sign_up("ada@example.com")
    _check(people.browser().get(people.link("confirm")).text)
    people.browser().post("/reset", {"email": "ada@example.com"})
    _check(people.browser().get(people.link("reset")).text)
    _check(people.browser().get("/reset/x").text)


def _check(page: str) -> None:
    root = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    everything = list(root.iter())
    assert len(root.findall(".//h1")) == 1
    ids = Counter(element.get("id") for element in everything if element.get("id"))
    assert not [name for name, count in ids.items() if count > 1]
    labelled = {label.get("for") for label in root.iter("label")}
    inside = {field for label in root.iter("label") for field in label.iter("input")}
    for field in root.iter("input"):
        assert field.get("type") == "hidden" or field.get("id") in labelled or field in inside
    for script in root.iter("script"):
        assert script.get("src", "").startswith("/static/")
    for form in root.iter("form"):
        assert form.get("action", "").startswith("/")
        if form.get("method") == "post":
            assert [field for field in form.iter("input") if field.get("name") == "csrf_token"]
