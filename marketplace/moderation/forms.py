"""What reporters and moderators type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from marketplace.errors import Invalid
from marketplace.moderation.model import OF_WORK, Reason
from marketplace.suppliers.model import Verification
from marketplace.text import clean_line, clean_text

T = TypeVar("T")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class ReportForm:
    reason: Reason
    body: str


@dataclass(frozen=True, slots=True)
class VerifyForm:
    level: Verification
    seen_on: date
    note: str


def read_report(form: Mapping[str, str]) -> ReportForm:
    """Errors: Invalid."""
    errors: dict[str, str] = {}
    reason = _read(errors, "reason", lambda: Reason(form.get("reason", "")), "Choose what is wrong.")
    body = _read(errors, "body", lambda: clean_text(form.get("body", ""), maximum=_LONGEST))
    if reason is Reason.OTHER and not body:
        errors["body"] = "Say in a few words what is wrong."
    if errors or reason is None or body is None:
        raise Invalid(errors)
    return ReportForm(reason, body)


def read_unnamed(form: Mapping[str, str]) -> ReportForm:
    """Errors: Invalid. Nobody can be asked back, so the words are needed."""
    report = read_report(form)
    if report.reason not in OF_WORK:
        raise Invalid({"reason": "Choose what is wrong."})
    if not report.body:
        raise Invalid({"body": "Say what you know: nobody can ask you back."})
    return report


def read_why(form: Mapping[str, str], name: str = "reason") -> str:
    """The sentence that a moderator owes to whom it concerns. Errors: Invalid."""
    errors: dict[str, str] = {}
    why = _read(errors, name, lambda: clean_line(form.get(name, ""), maximum=500))
    if not why:
        errors.setdefault(name, "Give the reason: it is told to whom it concerns.")
    if errors or why is None:
        raise Invalid(errors)
    return why


def read_verification(form: Mapping[str, str], today: date) -> VerifyForm:
    """Errors: Invalid."""
    errors: dict[str, str] = {}
    levels = {level.value: level for level in Verification if level is not Verification.SELF_DECLARED}
    level = levels.get(form.get("level", ""))
    if level is None:
        errors["level"] = "Choose what you saw."
    day = _read(errors, "seen_on", lambda: date.fromisoformat(form.get("seen_on", "").strip()), "Write the day.")
    if day and day > today:
        errors["seen_on"] = "That day has not come yet."
    elif day and (today - day).days > 3660:
        errors["seen_on"] = "That is more than ten years ago."
    note = _read(errors, "note", lambda: clean_text(form.get("note", ""), maximum=_LONGEST))
    if errors or level is None or day is None or note is None:
        raise Invalid(errors)
    return VerifyForm(level, day, note)


def _read(errors: dict[str, str], name: str, read: Callable[[], T], sentence: str = "") -> T | None:
    try:
        return read()
    except ValueError as error:
        text = str(error)
        errors[name] = sentence or f"{text[:1].upper()}{text[1:]}."
        return None
