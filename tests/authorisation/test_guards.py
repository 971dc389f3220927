"""Every guard is needed: with any one of them taken away, the walk finds somebody who gets in.

A guard is a call of `authorize`. It is taken away from one module for one action (or for all, where a variable names
the action), and the rows of those actions are walked until one answer is not what the table says.
"""

from __future__ import annotations

import ast
import importlib
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from personas import PERSONAS
from test_walk import ROWS
from walk import Walk

import marketplace
from marketplace.accounts import policy
from marketplace.web.routes import action_of

HOME = Path(marketplace.__file__).parent
# Guards whose action a variable names stand before many rows: ten minutes more, with SELVEDGE_GUARDS=all.
ALL = os.environ.get("SELVEDGE_GUARDS") == "all"
# Second locks: without them the walk finds nobody, because of what is asked before.
_PERSON = "the gate of the route asks for a person, and nothing else is asked"
_MODERATOR = "moderation/gate.py has asked the same for the page"
_OWN = "what is looked up is the actor's own, and everybody in it may"
SECOND = {
    "accounts.actions account.own": _PERSON,
    "accounts.actions studio.edit": _OWN,
    "accounts.api_tokens token.own": _PERSON,
    "accounts.people people.read": _OWN,
    "alerts.actions alert.own": _PERSON,
    "applications.actions application.own": _PERSON,
    "learning.actions learning.own": _PERSON,
    "moderation.actions moderation.listing": _MODERATOR,
    "moderation.actions moderation.person": _MODERATOR,
    "moderation.actions moderation.report": _MODERATOR,
    "moderation.actions moderation.verify": _MODERATOR,
    "moderation.actions report.send": _PERSON,
    "moderation.merging.actions moderation.merge": _MODERATOR,
    "notices.actions notice.own": _PERSON,
    "orders.repeating brief.own": "briefs.repeat asks again; here it hides from the firm what state the order is in",
    "placements.actions placement.offer": _OWN,
    "placements.saved placement.watch": _PERSON,
    "privacy.actions account.own": _PERSON,
    "suppliers.actions supplier.list": _PERSON,
}


@dataclass(frozen=True)
class Guard:
    """`action`: None where a variable names it."""

    module: str
    action: str | None

    def __str__(self) -> str:
        return f"{self.module.removeprefix('marketplace.')} {self.action or 'any'}"

    def actions(self) -> set[str]:
        """What it may guard: its action, else all that its package names."""
        if self.action:
            return {self.action}
        folder = HOME / self.module.split(".")[1]
        texts = {
            node.value
            for path in folder.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        return texts & policy.permissions().keys()


def guards() -> list[Guard]:
    found = set()
    for path in sorted(HOME.rglob("*.py")):
        module = ".".join(("marketplace", *path.relative_to(HOME).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "authorize":
                named = node.args[1]
                found.add(Guard(module, named.value if isinstance(named, ast.Constant) else None))
    return sorted(found, key=str)


def without(guard: Guard, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def authorize(actor: Any, action: str, *organisations: Any) -> None:
        if guard.action not in (None, action):
            policy.authorize(actor, action, *organisations)

    monkeypatch.setattr(module, "authorize", authorize)


@pytest.mark.parametrize(
    "guard", [guard for guard in guards() if str(guard) not in SECOND and (guard.action or ALL)], ids=str
)
def test_without_this_guard_somebody_gets_in(guard: Guard, walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [row for row in ROWS if {row.action, action_of(walk.app, row.endpoint)} & guard.actions()]
    asked.sort(key=lambda row: row.endpoint.split(".")[0] not in guard.module)  # what is near finds it soonest
    without(guard, importlib.import_module(guard.module), monkeypatch)
    try:
        assert any(walk.problems(row, [persona]) for row in asked for persona in reversed(PERSONAS))
    finally:
        walk.put_back()


def test_second_locks_exist() -> None:
    assert SECOND.keys() <= {str(guard) for guard in guards()}
