"""The errors a client can cause, each with what to do about it.

Pages, the JSON API and the command line show the same sentence. Anything else that is raised is our fault.
"""

from __future__ import annotations

from collections.abc import Mapping

# What HTTP itself refuses, before any action is asked: status -> name and title, as docs/errors.md has them.
HTTP_KINDS = {
    405: ("method-not-allowed", "Method not allowed"),
    413: ("request-entity-too-large", "Request too large"),
    414: ("request-uri-too-large", "Address too long"),
    415: ("unsupported-media-type", "Unsupported media type"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal", "Something went wrong"),
}


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


def error_names() -> list[tuple[str, str, int]]:
    """Name, title and status of everything that a problem document may be about, in order of status."""
    ours = [(kind.slug, kind.title, kind.status) for kind in error_kinds()]
    return sorted(ours + [(*names, status) for status, names in HTTP_KINDS.items()], key=lambda each: each[2])


def error_kinds() -> list[type[SelvedgeError]]:
    """Every kind of error a client can meet, in order of status; those that a client sees as another are left out."""
    kinds: list[type[SelvedgeError]] = [SelvedgeError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return sorted((kind for kind in kinds if "slug" in vars(kind)), key=lambda kind: (kind.status, kind.slug))
