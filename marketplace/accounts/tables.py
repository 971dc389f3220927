from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.model import OrganisationKind, Purpose, Role
from marketplace.db import Base, EnumText, UtcDateTime
from marketplace.db.base import one_of


class PersonRow(Base):
    """`email` is folded to lower case: it is the sign-in name."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_apprentice: Mapped[bool] = mapped_column(default=False)
    is_moderator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OrganisationRow(Base):
    """Something people belong to. What it is called stands with the studio or the supplier."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint(one_of("kind", OrganisationKind), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(EnumText(OrganisationKind))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StudioRow(Base):
    __tablename__ = "studio"
    __table_args__ = (CheckConstraint("(lat_e7 IS NULL) = (lon_e7 IS NULL)", name="point"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    lat_e7: Mapped[int | None]
    lon_e7: Mapped[int | None]


class MembershipRow(Base):
    __tablename__ = "membership"
    __table_args__ = (CheckConstraint(one_of("role", Role), name="role"), Index(None, "organisation_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(EnumText(Role))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class InvitationRow(Base):
    """An e-mail address that was invited to work for an organisation, until the link in the mail is used."""

    __tablename__ = "invitation"
    __table_args__ = (Index(None, "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A signed-in device. The cookie holds the token, the row its hash: a stolen database opens nothing."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class MailTokenRow(Base):
    """A link in a mail: works once, until it expires."""

    __tablename__ = "mail_token"
    __table_args__ = (CheckConstraint(one_of("purpose", Purpose), name="purpose"), Index(None, "person_id"))

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[Purpose] = mapped_column(EnumText(Purpose))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttemptRow(Base):
    """A try that is counted against a limit, such as a sign-in for one account or from one address."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiTokenRow(Base):
    """A bearer token of a person: its hash, and its first letters so that people can tell theirs apart."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str]
    starts_with: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[str]  # separated by spaces
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
