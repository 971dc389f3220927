"""What people type into the account forms, checked. Fields that are not named here are not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from marketplace.accounts import password
from marketplace.accounts.model import Scope
from marketplace.errors import Invalid
from marketplace.text import clean_email, clean_line, clean_name

Form = Mapping[str, str]
T = TypeVar("T")


class ComesAs(StrEnum):
    DESIGNER = "designer"
    SUPPLIER = "supplier"
    APPRENTICE = "apprentice"

    @property
    def label(self) -> str:
        return {
            "designer": "I design and look for makers",
            "supplier": "I run a workshop",
            "apprentice": "I look for a placement",
        }[self.value]


@dataclass(frozen=True, slots=True)
class SignUp:
    name: str
    email: str
    password: str
    comes_as: ComesAs
    studio: str  # designers only; empty: the studio is called like the person
    town: str


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    is_apprentice: bool
    distance_unit: str  # "km" or "mi"


@dataclass(frozen=True, slots=True)
class StudioForm:
    name: str
    place: str
    choice: str  # the full label of one of several places of that name, or empty


TOKEN_DAYS = {30: "30 days", 90: "90 days", 365: "A year", None: "Until it is revoked"}


@dataclass(frozen=True, slots=True)
class TokenForm:
    name: str
    scopes: frozenset[Scope]
    days: int | None  # None: until it is revoked


class _Reader:
    """Reads fields and gathers what is wrong with them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.problems: dict[str, str] = {}

    def read(self, name: str, label: str, clean: Callable[[str], T]) -> T | None:
        try:
            return clean(self.form.get(name, ""))
        except ValueError as error:
            self.problems[name] = f"{label} {error}."
            return None

    def check(self) -> None:
        if self.problems:
            raise Invalid(self.problems)


def read_sign_up(form: Form) -> SignUp:
    """Errors: Invalid."""
    reader = _Reader(form)
    name = reader.read("name", "Your name", clean_name)
    email = reader.read("email", "The e-mail address", clean_email)
    comes_as = reader.read("role", "What brings you here", _comes_as)
    studio = town = ""
    if comes_as is ComesAs.DESIGNER:
        studio = reader.read("studio", "The studio’s name", clean_line) or ""
        town = reader.read("town", "The town", clean_line) or ""
    typed = form.get("password", "")
    problem = password.problem_with(typed, (name or "", email or ""))
    if problem:
        reader.problems["password"] = problem
    reader.check()
    assert name is not None
    assert email is not None
    assert comes_as is not None
    return SignUp(name, email, typed, comes_as, studio, town)


def read_email(form: Form) -> str:
    """Errors: Invalid."""
    reader = _Reader(form)
    email = reader.read("email", "The e-mail address", clean_email)
    reader.check()
    assert email is not None
    return email


def read_profile(form: Form) -> Profile:
    """Errors: Invalid."""
    reader = _Reader(form)
    name = reader.read("name", "Your name", clean_name)
    reader.check()
    assert name is not None
    unit = form.get("distance_unit", "")
    return Profile(name, form.get("is_apprentice") == "1", unit if unit in ("km", "mi") else "km")


def read_studio(form: Form) -> StudioForm:
    """Errors: Invalid."""
    reader = _Reader(form)
    name = reader.read("name", "The studio’s name", clean_name)
    place = reader.read("place", "The town", clean_line)
    choice = reader.read("choice", "The choice", clean_line)
    reader.check()
    assert name is not None
    return StudioForm(name, place or "", choice or "")


def read_token(form: Form, scopes: Sequence[str]) -> TokenForm:
    """`scopes` are the boxes that were checked. Errors: Invalid."""
    reader = _Reader(form)
    name = reader.read("name", "The name", clean_name)
    days = reader.read("days", "How long it works", _days)
    wanted = frozenset(scope for scope in Scope if scope.value in scopes)
    if not wanted or len(wanted) < len(set(scopes)):
        reader.problems["scope"] = "Choose what it may be used for."
    reader.check()
    assert name is not None
    return TokenForm(name, wanted, days)


def read_number(text: str) -> int | None:
    """An id from an address: None for what no row can have (int() also takes '1_0', '٣' and 5,000 digits)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _days(text: str) -> int | None:
    for days in TOKEN_DAYS:
        if text == str(days or ""):
            return days
    raise ValueError("is missing: choose one")


def _comes_as(text: str) -> ComesAs:
    try:
        return ComesAs(text)
    except ValueError:
        raise ValueError("is missing: choose one of the three") from None
