"""People, what they belong to, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.places import Point


class OrganisationKind(StrEnum):
    SUPPLIER = "supplier"
    STUDIO = "studio"


class Role(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class Scope(StrEnum):
    """What a bearer token may be used for. Its person's own rights are the other limit."""

    READ = "read"
    WRITE_CAPACITY = "write:capacity"
    WRITE_ORDERS = "write:orders"
    WRITE_PLACEMENTS = "write:placements"

    @property
    def label(self) -> str:
        return {
            "read": "Read what you may read",
            "write:capacity": "Publish open weeks",
            "write:orders": "Briefs, enquiries, quotes, holds and orders",
            "write:placements": "Training placements",
        }[self.value]


class Purpose(StrEnum):
    """What a link in a mail may be used for."""

    RESET = "reset"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Membership:
    organisation_id: int
    kind: OrganisationKind
    role: Role


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs to an organisation, as the others of it see them."""

    person_id: int
    public_id: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """An address that was asked to join. Whoever opens the link from the mail, signed in with it, belongs."""

    public_id: str
    organisation_id: int
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    public_id: str
    email: str
    name: str
    is_apprentice: bool
    is_moderator: bool
    is_confirmed: bool
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, read from live rows at each request: a right that was taken away is gone at once."""

    person: Person | None = None
    memberships: tuple[Membership, ...] = ()
    session_id: int | None = None
    token_id: int | None = None  # of the bearer token the request came with
    scopes: frozenset[Scope] = frozenset()  # of that token; a session has none and needs none
    request_id: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.person is not None

    @property
    def person_id(self) -> int | None:
        return self.person.id if self.person else None

    def membership_in(self, organisation_id: int) -> Membership | None:
        return next((m for m in self.memberships if m.organisation_id == organisation_id), None)

    def organisations(self, kind: OrganisationKind) -> tuple[int, ...]:
        return tuple(m.organisation_id for m in self.memberships if m.kind is kind)


ANONYMOUS = Actor()


@dataclass(frozen=True, slots=True)
class Studio:
    """A designer's studio: where distances are measured from by default."""

    organisation_id: int
    name: str
    place: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class Device:
    """What a request says of where it comes from."""

    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """Who a session's token stands for right now."""

    actor: Actor
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class LiveToken:
    """Who a bearer token stands for right now."""

    actor: Actor
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A bearer token as its person sees it. The token itself is shown once and stored nowhere."""

    id: int
    public_id: str
    name: str
    starts_with: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedInDevice:
    """One live session of a person."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    address: str
