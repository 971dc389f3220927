"""The summary above a form names each field as its label does: "is missing" alone says nothing, far from the field."""

from __future__ import annotations

import re
from html import unescape

import pytest
from cast import Cast

SUMMARY = re.compile(r'id="error-summary".*?</ul>', re.S)
LINK = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.S)


def said(page: str) -> dict[str, str]:
    """Field -> what the summary says of it."""
    found = SUMMARY.search(page)
    assert found, page
    return {target: unescape(text) for target, text in LINK.findall(found[0])}


def label_of(page: str, target: str) -> str:
    """What stands at the field itself."""
    label = re.search(rf'<label [^>]*for="{target}">(.*?)(?: <span|</label>)', page, re.S)
    legend = re.search(rf'id="{target}"[^>]*>\s*<legend[^>]*>(.*?)(?: <span|</legend>)', page, re.S)
    found = label or legend
    assert found, target
    return unescape(found[1]).strip()


@pytest.mark.parametrize(
    ("path", "form", "wanted"),
    [
        ("/account/briefs/new", {"gsm": "x", "by": "2020-03-01"}, {"f-title", "f-gsm", "f-by"}),
        ("/listing/services/new", {"process": "sew", "unit": "piece", "lead_days": "x"}, {"f-lead_days"}),
        ("/listing/placements", {"process": "sew", "starts_on": "2020-03-01", "wage": "x"}, {"f-starts_on", "f-wage"}),
    ],
)
def test_a_summary_names_the_field(cast: Cast, path: str, form: dict[str, str], wanted: set[str]) -> None:
    person = cast.person("Marta")
    cast.studio(person)
    cast.supplier(person)
    answer = cast.client(person).post(path, data=form)
    assert answer.status_code == 422
    found = said(answer.text)
    assert wanted <= set(found)
    for target, text in found.items():
        assert text.startswith(f"{label_of(answer.text, target)}: "), (target, text)


def test_rows_of_a_table_are_named_by_what_they_are_for(cast: Cast) -> None:
    person = cast.person("Marta")
    cast.supplier(person)
    client = cast.client(person)
    form = {
        "process": "cut",
        "unit": "piece",
        "rule-0-quantity": "20",
        "rule-0-scope": "order",
        "currency": "EUR",
        "price_unit": "10",
        "break-0-from": "80",
        "break-0-price": "x",
    }
    (text,) = said(client.post("/listing/services/new", data=form).text).values()
    assert text.startswith("Cheaper from a quantity on: "), text
    (text,) = said(
        client.post("/listing/services/new", data=form | {"break-0-price": "8", "rule-0-quantity": "x"}).text
    ).values()
    assert text.startswith("Minimum run: "), text
