"""Base of all tables: naming convention, STRICT, and column types that mean the same on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Boolean, Date, DateTime, MetaData, String, Table, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

# Constraints need names that do not depend on the engine: a migration can only drop what it can name.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger(), str: Text(), bool: Boolean()}  # noqa: RUF012 (SQLAlchemy's own form)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "__table__"):
            assert isinstance(cls.__table__, Table)
            cls.__table__.dialect_options["sqlite"]["strict"] = True


# STRICT knows only INTEGER, REAL, TEXT, BLOB and ANY.
@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer(type_: TypeEngine[Any], compiler: Any, **_: Any) -> str:
    return "INTEGER"


@compiles(String, "sqlite")
def _text(type_: TypeEngine[Any], compiler: Any, **_: Any) -> str:
    return "TEXT"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware, in UTC; ISO 8601 text on SQLite (sorts as time), timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was given: instants are aware")
        instant = value.astimezone(UTC)
        return instant.isoformat(timespec="microseconds") if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


class IsoDate(TypeDecorator[date]):
    """A calendar date: ISO 8601 text on SQLite, date on PostgreSQL."""

    impl = Date()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


E_co = TypeVar("E_co", bound=StrEnum)


class EnumText(TypeDecorator[E_co], Generic[E_co]):
    """One of a StrEnum's values, kept as text; the table adds the CHECK."""

    impl = Text()
    cache_ok = True

    def __init__(self, enum: type[E_co]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E_co | None:
        return None if value is None else self.enum(value)


def one_of(column: str, enum: type[StrEnum]) -> str:
    """SQL of a CHECK that a column holds one of the enum's values."""
    return f"{column} IN ({', '.join(repr(member.value) for member in enum)})"
