"""The errors a client can cause, each with what to do about it.

Pages, the JSON API and the command line show the same sentence. Anything else that is raised is our fault.
"""

from __future__ import annotations

from collections.abc import Mapping


class SettingsError(Exception):
    """One or more settings are wrong; the message lists them all. No client's doing, so no status and no slug."""


class SelvedgeError(Exception):
    """Something the person can put right. `detail` is one sentence that says what to do."""

    status = 400
    slug = "bad-request"
    title = "That request could not be read"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Invalid(SelvedgeError):
    """Input that was understood and is wrong: field name -> sentence."""

    status = 422
    slug = "invalid"
    title = "Some of the input needs changing"

    def __init__(self, problems: Mapping[str, str], detail: str | None = None) -> None:
        self.problems = dict(problems)
        super().__init__(detail or "; ".join(f"{field}: {text}" for field, text in self.problems.items()))


class NotFound(SelvedgeError):
    """It does not exist, or the actor may not know that it does."""

    status = 404
    slug = "not-found"
    title = "Not found"

    def __init__(self, detail: str = "There is nothing here, or it is not yours to see.") -> None:
        super().__init__(detail)


class SignInNeeded(SelvedgeError):
    status = 401
    slug = "sign-in-needed"
    title = "Please sign in"

    def __init__(self, detail: str = "Sign in to do this.") -> None:
        super().__init__(detail)


class Forbidden(SelvedgeError):
    status = 403
    slug = "forbidden"
    title = "Not allowed"


class Conflict(SelvedgeError):
    """The world has moved on: the sentence says what stands now."""

    status = 409
    slug = "conflict"
    title = "That no longer fits"


class TooMany(SelvedgeError):
    status = 429
    slug = "too-many"
    title = "Too many tries"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Unavailable(SelvedgeError):
    """A part we depend on is down; the same request may work soon."""

    status = 503
    slug = "unavailable"
    title = "Not available right now"

    def __init__(self, detail: str, retry_after_s: int = 5) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


def error_kinds() -> list[type[SelvedgeError]]:
    """Every kind of error a client can meet, in order of status; those that a client sees as another are left out."""
    kinds: list[type[SelvedgeError]] = [SelvedgeError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return sorted((kind for kind in kinds if "slug" in vars(kind)), key=lambda kind: (kind.status, kind.slug))
