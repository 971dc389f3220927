"""What we did not write: listed, licensed, unchanged. And nothing refers to another host."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from marketplace.resources import resource_dir

STATIC, TEMPLATES = resource_dir("static"), resource_dir("templates")
LIST = STATIC / "vendor" / "VENDOR.json"
LISTED_FOLDERS = ("vendor", "fonts", "icons")
ENTRIES: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))
FILES = [(entry["name"], file["path"], file["sha256"]) for entry in ENTRIES for file in entry["files"]]

# An address that a browser would fetch by itself: of a script, style, picture, frame, font or import.
_LOADS = re.compile(
    r"""(?:\bsrc(?:set)?\s*=\s*["']?|<link\b[^>]*\bhref\s*=\s*["']?|<(?:use|image)\b[^>]*\bhref\s*=\s*["']?|"""
    r"""\baction\s*=\s*["']?|url\(\s*["']?|@import\s+["']?)\s*(?:https?:)?//""",
    re.IGNORECASE,
)
_ANY_HOST = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)
# Names of standards, not addresses that anybody fetches.
_NAMES = ("http://www.w3.org/",)


def loads_elsewhere(text: str) -> list[str]:
    return [match[0] for match in _LOADS.finditer(text)]


def hosts(text: str) -> list[str]:
    return [m[0] for m in _ANY_HOST.finditer(text) if not text.startswith(_NAMES, m.start())]


@pytest.mark.parametrize(("name", "path", "sha256"), FILES, ids=[path for _, path, _ in FILES])
def test_file_is_unchanged(name: str, path: str, sha256: str) -> None:
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == sha256, f"{path} is not {name}'s"


def test_every_file_is_listed() -> None:
    there = {
        file.relative_to(STATIC).as_posix()
        for folder in LISTED_FOLDERS
        for file in (STATIC / folder).rglob("*")
        if file.is_file() and file != LIST
    }
    assert there == {path for _, path, _ in FILES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_every_entry_has_version_and_licence(entry: dict[str, Any]) -> None:
    assert re.match(r"\d+(\.\d+)+", entry["version"])
    assert entry["licence"]
    assert any("LICENSE" in file["path"] for file in entry["files"])


OWN = [
    *TEMPLATES.rglob("*.html"),
    *(STATIC / "css").rglob("*.css"),
    *(STATIC / "js").rglob("*.js"),
    *STATIC.rglob("*.webmanifest"),
    *(path for path in STATIC.rglob("*.svg")),
]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_file_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert loads_elsewhere(text) == []
    if path.suffix in (".css", ".js", ".svg"):
        # A comment may show what a setting looks like; nothing else may name a host.
        assert hosts(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)) == []


@pytest.mark.parametrize("path", sorted((STATIC / "vendor").rglob("*.css")), ids=lambda path: path.name)
def test_vendored_style_loads_nothing_from_elsewhere(path: Path) -> None:
    assert loads_elsewhere(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js">',
        "<img src=//cdn.example/x.png>",
        '<link rel="stylesheet" href="https://cdn.example/x.css">',
        '<form method="post" action="https://other.example/">',
        "body { background: url(https://cdn.example/x.png) }",
        '@import "//cdn.example/x.css";',
    ],
)
def test_checker_notices(text: str) -> None:
    assert loads_elsewhere(text)
    assert hosts(text)


def test_axe_is_what_was_published() -> None:
    """The one vendored file of the tests."""
    folder = Path(__file__).parents[1] / "journeys" / "vendor"
    source = (folder / "axe.min.js").read_bytes()
    assert source.startswith(b"/*! axe v4.14.1")
    assert (
        (folder / "LICENSE-axe-core.txt").read_text(encoding="utf-8").startswith("Mozilla Public License, version 2.0")
    )
    assert hashlib.sha256(source).hexdigest() == "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
