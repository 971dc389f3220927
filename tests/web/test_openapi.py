"""The OpenAPI document is one: addresses and their parameters agree."""

from __future__ import annotations

import re

from marketplace.site.openapi import document

PATHS = document("http://127.0.0.1:8000")["paths"]


def test_no_address_has_a_name_twice() -> None:
    names = {path: re.findall(r"{(\w+)}", path) for path in PATHS}
    assert [path for path, found in names.items() if len(set(found)) < len(found)] == []
    assert names["/api/v1/orders/{id}/payments/{payment_id}/paid"] == ["id", "payment_id"]


def test_each_name_of_an_address_has_its_parameter_once() -> None:
    wrong = [
        (method, path)
        for path, methods in PATHS.items()
        for method, described in methods.items()
        if sorted(parameter["name"] for parameter in described.get("parameters", ()) if parameter["in"] == "path")
        != sorted(re.findall(r"{(\w+)}", path))
    ]
    assert wrong == []


def test_a_parameter_of_an_address_is_required_as_openapi_has_it() -> None:
    found = [
        parameter
        for methods in PATHS.values()
        for described in methods.values()
        for parameter in described.get("parameters", ())
        if parameter["in"] == "path"
    ]
    assert len(found) > 50
    assert [parameter for parameter in found if parameter.get("required") is not True] == []
