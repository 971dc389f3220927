"""The shape of the house: import order, purity, where SQL and commits stand, sizes and names.

Each rule is a function over source text. Its own tests show it a bad piece first: a rule that never says no
checks nothing.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import marketplace
from marketplace import FEATURES

PACKAGE = Path(marketplace.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_resources" not in path.parts)
MOST_LINES = 400

PURE = frozenset(
    "rules model reading query document decide relax order words explain render views slug".split(),
)
_IMPURE_MODULES = frozenset(
    "sqlalchemy sqlite3 pysqlite3 psycopg flask flask_login flask_wtf requests urllib.request http socket time random "
    "secrets os subprocess threading smtplib uuid".split()
)
_VIEWS_MAY_USE = frozenset({"url_for"})  # of flask: an address is made from its arguments
_CLOCK_CALLS = frozenset({"now", "utcnow", "today"})
_CLOCKS = frozenset({"datetime", "date"})

SQL_FILES = ("*/store.py", "*/*_store.py", "*/tables.py", "db/*.py", "checks.py")
# The gazetteer and the geocoder's answers are SQLite files of their own beside the database. Their SQL is sqlite3's,
# and it stands in these files only.
OWN_FILES_OF_PLACES = frozenset({"places/by_name.py", "places/unpack.py", "places/gazetteer.py", "places/answers.py"})
_NO_SQL = frozenset({"Session", "make_url", "DBAPIError", "OperationalError", "InterfaceError", "IntegrityError"})
_SQL_TEXT = re.compile(
    r"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX)\s|PRAGMA\s)"
)
_SESSION_CALLS = frozenset("execute scalar scalars get_one add add_all merge delete query".split())

VAGUE_FOLDERS = frozenset("utils helpers services managers core common".split())


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


# 1. Imports between features go left only.


def feature_of(name: str) -> str:
    """'search/api.py' -> 'search', 'errors.py' -> 'errors'."""
    return name.split("/")[0].removesuffix(".py")


def imported_features(tree: ast.AST, features: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(line, feature) of each import of the package, wherever it stands: in functions and for types too."""
    known = frozenset(features)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, ""  # a relative import hides what it reaches
            names = [f"marketplace.{name}" for name in names] if node.module == "marketplace" else [node.module or ""]
        for name in names:
            head, _, rest = name.partition(".")
            feature = rest.partition(".")[0]
            if head == "marketplace" and (feature in known or (rest and feature != "FEATURES")):
                yield node.lineno, feature


def wrong_imports(name: str, source: str, features: tuple[str, ...] = FEATURES) -> list[str]:
    own = feature_of(name)
    if own in ("__init__", "__main__"):
        return []
    if own not in features:
        return [f"{name}: {own} is missing in marketplace.FEATURES"]
    wrong = []
    for line, feature in imported_features(ast.parse(source), features):
        if feature not in features:
            wrong.append(f"{name}:{line}: imports {feature or 'relatively'}, which is no feature")
        elif features.index(feature) > features.index(own):
            wrong.append(f"{name}:{line}: {own} imports {feature}, which stands after it")
    return wrong


# 2. What decides is pure.


def impurities(name: str, source: str) -> list[str]:
    stem = name.rpartition("/")[2].removesuffix(".py")
    if stem not in PURE:
        return []
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            wrong += [
                f"{name}:{node.lineno}: imports {alias.name}"
                for alias in node.names
                if alias.name in _IMPURE_MODULES or alias.name.partition(".")[0] in _IMPURE_MODULES
            ]
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module not in _IMPURE_MODULES and node.module.partition(".")[0] not in _IMPURE_MODULES:
                continue
            taken = {alias.name for alias in node.names}
            if stem == "views" and node.module == "flask" and taken <= _VIEWS_MAY_USE:
                continue
            wrong.append(f"{name}:{node.lineno}: imports {', '.join(sorted(taken))} from {node.module}")
        elif isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in _CLOCK_CALLS and _names_a_clock(called.value):
                wrong.append(f"{name}:{node.lineno}: asks the clock")
            if isinstance(called, ast.Name) and called.id == "open":
                wrong.append(f"{name}:{node.lineno}: opens a file")
    return wrong


def _names_a_clock(node: ast.expr) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last in _CLOCKS


# 3. SQL stands in stores and tables only.


def stray_sql(name: str, source: str) -> list[str]:
    path = Path(name)
    if any(path.match(pattern) for pattern in SQL_FILES) or name in OWN_FILES_OF_PLACES:
        return []
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            taken = {alias.name for alias in node.names} - _NO_SQL
            if taken:
                wrong.append(f"{name}:{node.lineno}: imports {', '.join(sorted(taken))} from sqlalchemy")
        elif isinstance(node, ast.Import) and any(
            a.name.partition(".")[0] in ("sqlalchemy", "sqlite3") for a in node.names
        ):
            wrong.append(f"{name}:{node.lineno}: imports a database driver")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL_TEXT.match(node.value):
            wrong.append(f"{name}:{node.lineno}: SQL text")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SESSION_CALLS:
            owner = node.func.value
            last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if last in ("session", "connection", "database"):
                wrong.append(f"{name}:{node.lineno}: {last}.{node.func.attr}()")
    return wrong


def _is_driver(module: str) -> bool:
    return module.partition(".")[0] in ("sqlalchemy", "sqlite3", "pysqlite3", "psycopg")


# 4. One place commits.


def stray_commits(name: str, source: str) -> list[str]:
    if name == "db/engine.py" or name in OWN_FILES_OF_PLACES:
        return []
    return [
        f"{name}:{node.lineno}: commits"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


# 5. Sizes and names, 6. docstrings.


def oversized(name: str, source: str) -> list[str]:
    lines = len(source.splitlines())
    return [f"{name}: {lines} lines, at most {MOST_LINES}"] if lines > MOST_LINES else []


def vague_folders(name: str, source: str = "") -> list[str]:
    vague = VAGUE_FOLDERS & {part.removesuffix(".py") for part in name.split("/")}
    return [f"{name}: “{part}” says nothing about what is inside" for part in sorted(vague)]


def missing_docstring(name: str, source: str) -> list[str]:
    if name.rpartition("/")[2] == "tables.py" or ast.get_docstring(ast.parse(source)):
        return []
    return [f"{name}: no module docstring"]


Rule = Callable[[str, str], list[str]]
RULES: tuple[Rule, ...] = (
    wrong_imports,
    impurities,
    stray_sql,
    stray_commits,
    oversized,
    vague_folders,
    missing_docstring,
)


@pytest.mark.parametrize("rule", RULES)
def test_code_keeps_the_rule(rule: Rule) -> None:
    assert FILES
    assert [text for path in FILES for text in rule(name_of(path), path.read_text("utf-8"))] == []


def test_every_feature_is_there() -> None:
    there = {feature_of(name_of(path)) for path in FILES} - {"__init__", "__main__"}
    assert sorted(FEATURES) == sorted(there)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_imports, "units/model.py", "from marketplace.search import api"),
        (wrong_imports, "units/model.py", "from marketplace import search"),
        (wrong_imports, "units/model.py", "import marketplace.search.api"),
        (wrong_imports, "units/model.py", "def late():\n    from marketplace.search.api import x"),
        (wrong_imports, "units/model.py", "if TYPE_CHECKING:\n    from marketplace.search.api import x"),
        (wrong_imports, "errors.py", "from marketplace.web.errors import problem"),
        (wrong_imports, "search/api.py", "from . import forms"),
        (wrong_imports, "search/api.py", "from marketplace.serach import forms"),
        (wrong_imports, "gardens/model.py", ""),
        (impurities, "search/decide.py", "from sqlalchemy.orm import Session"),
        (impurities, "search/decide.py", "import sqlalchemy.orm"),
        (impurities, "search/decide.py", "from flask import url_for"),
        (impurities, "search/views.py", "from flask import request, url_for"),
        (impurities, "capacity/rules.py", "def f():\n    return datetime.now(UTC)"),
        (impurities, "capacity/rules.py", "import datetime\ndef f():\n    return datetime.date.today()"),
        (impurities, "capacity/rules.py", "import time"),
        (impurities, "capacity/rules.py", "from random import choice"),
        (impurities, "capacity/rules.py", "import secrets"),
        (impurities, "suppliers/slug.py", "import os.path"),
        (impurities, "suppliers/slug.py", "import urllib.request"),
        (impurities, "suppliers/slug.py", "open('x')"),
        (stray_sql, "search/pages.py", "from sqlalchemy import select"),
        (stray_sql, "search/pages.py", "import sqlalchemy as sa"),
        (stray_sql, "search/pages.py", "rows = run('SELECT id FROM site')"),
        (stray_sql, "search/pages.py", "run('''\n  UPDATE site SET name = 1''')"),
        (stray_sql, "search/pages.py", "session.execute(query)"),
        (stray_sql, "search/pages.py", "self.session.scalars(query)"),
        (stray_sql, "places/rules.py", "import sqlite3"),
        (stray_commits, "suppliers/actions.py", "session.commit()"),
        (stray_commits, "suppliers/store.py", "self.session.commit()"),
        (oversized, "search/pages.py", "x = 1\n" * (MOST_LINES + 1)),
        (vague_folders, "utils/dates.py", ""),
        (vague_folders, "search/helpers.py", ""),
        (missing_docstring, "search/pages.py", "x = 1"),
        (missing_docstring, "search/pages.py", ""),
    ],
)
def test_rule_finds_the_bad_piece(rule: Rule, name: str, source: str) -> None:
    assert rule(name, source)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (wrong_imports, "search/api.py", "from marketplace.units import Unit\nfrom marketplace.search import forms"),
        (wrong_imports, "db/schema.py", "import marketplace"),
        (impurities, "search/views.py", "from flask import url_for"),
        (impurities, "search/views.py", "from datetime import date, datetime, time"),
        (impurities, "capacity/rules.py", "from urllib.parse import urlencode\nlast = calendar.today"),
        (stray_sql, "suppliers/store.py", "from sqlalchemy import select"),
        (stray_sql, "demo/store.py", "session.execute(text('SELECT 1'))"),
        (stray_sql, "search/sync.py", "from sqlalchemy.orm import Session"),
        (stray_sql, "search/pages.py", "'Select a place from the list'; 'Update the weeks'"),
        (stray_commits, "db/engine.py", "session.commit()"),
        (oversized, "search/pages.py", "x = 1\n" * MOST_LINES),
        (missing_docstring, "search/tables.py", "x = 1"),
    ],
)
def test_rule_lets_the_good_piece_pass(rule: Rule, name: str, source: str) -> None:
    assert rule(name, source) == []


def test_every_test_file_has_a_name_of_its_own() -> None:
    """pytest imports them by their names alone: of two with one name it runs neither."""
    names = Counter(path.name for path in TESTS.rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []
