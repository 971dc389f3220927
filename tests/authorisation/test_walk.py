"""Every route, as everybody, on every channel, for an object of theirs, of others, and of nobody."""

from __future__ import annotations

import pytest
from rows import Row, all_rows
from walk import Walk, missing_rows

ROWS = all_rows()


def test_every_route_has_a_row(walk: Walk) -> None:
    assert missing_rows(walk.app, ROWS) == []


def test_every_row_has_a_route(walk: Walk) -> None:
    routes = {(rule.endpoint, method) for rule in walk.app.url_map.iter_rules() for method in rule.methods or ()}
    assert [row for row in ROWS if (row.endpoint, row.method) not in routes] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.endpoint}")
def test_row(walk: Walk, row: Row) -> None:
    problems = walk.problems(row)
    assert problems == [], "\n" + "\n".join(problems)
