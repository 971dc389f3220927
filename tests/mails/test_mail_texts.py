"""Every mail is kept as a text that people can read; a change of one is a change of the file beside it."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import marketplace

HERE = Path(__file__).parent
TEXTS = HERE / "texts"
sys.path.insert(0, str(HERE))

from mail_case import SITE, Case  # noqa: E402 (the folder of the cases stands on the path only now)

CASES: list[Case] = [
    case for path in sorted(HERE.glob("cases_*.py")) for case in importlib.import_module(path.stem).CASES
]


def mail_makers() -> set[Callable[..., Any]]:
    """Every public function of a mails.py that makes a MailText."""
    found: set[Callable[..., Any]] = set()
    for path in Path(marketplace.__file__).parent.glob("*/mails.py"):
        module = importlib.import_module(f"marketplace.{path.parent.name}.mails")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_ours = function.__module__ == module.__name__ and not name.startswith("_")
            if is_ours and "MailText" in str(function.__annotations__.get("return")):
                found.add(function)
    return found


def without_case(cases: Iterable[Case]) -> set[str]:
    covered = {case.make for case in cases}
    return {f"{make.__module__}.{make.__qualname__}" for make in mail_makers() - covered}


def problems_of(text: str) -> list[str]:
    """What no mail of ours may be, whatever it says."""
    head, _, body = text.partition("\n\n")
    first, *_ = head.split("\n")
    wrong = []
    if not first.startswith("Subject: Selvedge: ") or len(first) > len("Subject: ") + 140:
        wrong.append("the subject does not say who writes, or is too long")
    if any(char in head for char in "\r\t") or not all(
        line.startswith(("Subject: ", "List-")) for line in head.split("\n")
    ):
        wrong.append("a header of its own")
    if not body.endswith(f"\nSelvedge\n{SITE}\n"):
        wrong.append("not signed")
    if any(word in body for word in ("None", "{", "}", "<", "\t", "\r")):
        wrong.append("something of the program shows")
    if any(len(line) > 120 for line in body.split("\n") if not line.startswith(SITE)):
        wrong.append("a line that goes on and on")
    return wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_text(case: Case) -> None:
    path = TEXTS / f"{case.name}.txt"
    text = case.text()
    if os.environ.get("SELVEDGE_TEST_WRITE_MAILS"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")
    assert problems_of(text) == []


def test_every_mail_has_a_case() -> None:
    assert without_case(CASES) == set()
    assert without_case(case for case in CASES if case.name != "accounts-already-known") == {
        "marketplace.accounts.mails.already_known"
    }


def test_every_text_belongs_to_a_case() -> None:
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(path.stem for path in TEXTS.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "Subject: Hello\n\nBody\n\nSelvedge\nhttps://selvedge.example.org\n",
        "Subject: Selvedge: x\nBcc: everybody\n\nBody\n\nSelvedge\nhttps://selvedge.example.org\n",
        "Subject: Selvedge: x\n\nBody\n",
        "Subject: Selvedge: x\n\nFor None\n\nSelvedge\nhttps://selvedge.example.org\n",
        f"Subject: Selvedge: x\n\n{'word ' * 40}\n\nSelvedge\nhttps://selvedge.example.org\n",
    ],
)
def test_a_bad_mail_is_noticed(text: str) -> None:
    assert problems_of(text)
