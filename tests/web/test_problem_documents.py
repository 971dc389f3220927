"""Problem documents: `type` is a name that docs/errors.md and the help page explain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort
from werkzeug.test import TestResponse

import marketplace
from marketplace.errors import HTTP_KINDS, error_names
from marketplace.web.routes import does

DOCS = Path(marketplace.__file__).parent.parent / "docs"
SEARCH = "/api/v1/search"


def test_a_method_that_the_address_does_not_take(app: Flask) -> None:
    answer = app.test_client().delete(SEARCH)
    assert (answer.status_code, answer.json["type"]) == (405, "/help#error-method-not-allowed")


def test_a_body_that_is_too_large(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/reports/unnamed", data=b"x" * 40_000_000, content_type="application/json")
    assert (answer.status_code, answer.json["type"]) == (413, "/help#error-request-entity-too-large")


@pytest.mark.parametrize(("status", "slug"), [(status, slug) for status, (slug, _) in HTTP_KINDS.items()])
def test_what_http_refuses_has_the_name_of_the_document(app: Flask, status: int, slug: str) -> None:
    @does("catalogue.search")
    def fall_over() -> str:
        if status == 500:
            raise RuntimeError("a mistake of ours")
        abort(status)

    answer = answered_by(app, fall_over)
    assert (answer.status_code, answer.json["type"]) == (status, f"/help#error-{slug}")
    assert f"| `{slug}` | {status} |" in documented() or f"\n## {slug}\n\n{status}." in documented()


def test_what_has_no_name_is_about_nothing(app: Flask) -> None:
    assert answered_by(app, does("catalogue.search")(lambda: abort(418))).json["type"] == "about:blank"


def test_every_name_leads_to_a_line_of_the_help_page(app: Flask) -> None:
    page = app.test_client().get("/help").text
    assert [slug for slug, _, _ in error_names() if f'id="error-{slug}"' not in page] == []


def test_a_reference_is_as_long_as_the_documents_say(app: Flask) -> None:
    reference = app.test_client().delete(SEARCH).json["request_id"]
    assert f"a reference of {len(reference)} characters" in documented()


def answered_by(app: Flask, view: Callable[[], str]) -> TestResponse:
    """What the search's address answers with another view behind it."""
    endpoint = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == SEARCH)
    app.view_functions[endpoint] = view
    return app.test_client().get(SEARCH)


def documented() -> str:
    return (DOCS / "errors.md").read_text("utf-8")
