"""What every table is made of: one MetaData, named constraints, and column types for our values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    SmallInteger,
    Text,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage import quickjson

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE = EPOCH.replace(tzinfo=None)  # is written three times as fast
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICROSECOND
NEVER = 2**63 - 1
DERIVED = "derived"  # in the info of a column

Kind = TypeEngine[Any] | type[TypeEngine[Any]]
Choice = TypeVar("Choice", bound=StrEnum)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored on both databases as whole microseconds since 1970 in UTC.

    A number sorts, indexes and subtracts alike everywhere. A naive datetime raises ValueError.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone: only aware times are stored")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[str]):
    """An Instant as it is written for others: ISO 8601 in UTC, with a Z. For reading only."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{(_NAIVE + timedelta(microseconds=value)).isoformat()}Z"


class Deadline(TypeDecorator[datetime]):
    """An Instant, where None is stored as the end of time.

    What has no deadline then comes after all that has one, on both databases and in every index.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return NEVER if value is None else _INSTANT.process_bind_param(value, dialect)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value == NEVER else _INSTANT.process_result_value(value, dialect)


_INSTANT = Instant()


class Words(TypeDecorator[str]):
    """Text that people wrote; what PostgreSQL cannot hold (NUL, half surrogates) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", "\ufffd")


class JsonText(TypeDecorator[Any]):
    """Lists, dicts and plain values as compact JSON text; None becomes NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else quickjson.text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else quickjson.read(value)


class Tuples(TypeDecorator[tuple[Any, ...]]):
    """A tuple of texts, or of tuples of them, as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str:
        return quickjson.text(value) if value else "[]"

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...]:
        if value is None or value == "[]":
            return ()
        return tuple(
            tuple(each) if isinstance(each, list) else each for each in quickjson.read(value)
        )


class ChoiceText(TypeDecorator[Choice]):
    """A StrEnum as its own word, checked by the enum on the way back, not by the database."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices
        self._by_word = {str(choice): choice for choice in choices}

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Choice | None:
        return None if value is None else self._by_word[value]


class ChoiceRank(TypeDecorator[Choice]):
    """A StrEnum as its place in the enum, so that the database can sort by it.

    Members may be appended to such an enum, never put in between.
    """

    impl = SmallInteger
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices
        self._by_rank = tuple(choices)

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> int | None:
        return None if value is None else self._by_rank.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Choice | None:
        return None if value is None else self._by_rank[value]


class Several(TypeDecorator[list[Any]]):
    """Any number of values of one kind as one parameter: SQL stays the same however many they are.

    A parameter only, of ``any_of``; no column is of this type.
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(self.kind) if is_array else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class any_of(ColumnElement[bool]):  # noqa: N801 - reads as SQLAlchemy's own and_, in_, any_
    """Text or a number is one of those in the parameter of that name, which may be none or many."""

    inherit_cache = False
    # Else SQLAlchemy writes "… IN (…) = 1" for SQLite, which then reads the whole table.
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.several = bindparam(name, type_=Several(column.type))
        self.type = Boolean()


@compiles(any_of, "sqlite")
def _from_json(element: any_of, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.column, **how)
    several = compiler.process(element.several, **how)
    return f"{column} IN (SELECT value FROM json_each({several}))"  # noqa: S608 - SQL of ours


@compiles(any_of, "postgresql")
def _of_array(element: any_of, compiler: SQLCompiler, **how: Any) -> str:
    column = compiler.process(element.column, **how)
    several = compiler.process(element.several, **how)
    return f"{column} = ANY ({several})"


def tenant() -> Column[int]:
    """The first column of every primary key and every foreign key."""
    return Column("workspace_id", BigInteger, primary_key=True, autoincrement=False)


def key(name: str = "id", kind: Kind = BigInteger) -> Column[Any]:
    """The part of the primary key after `tenant`; its value comes from the caller."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def required(name: str, kind: Kind) -> Column[Any]:
    """A column that is never NULL."""
    return Column(name, kind, nullable=False)


def optional(name: str, kind: Kind) -> Column[Any]:
    """A column where None says: there is none, or not yet."""
    return Column(name, kind, nullable=True)


def derived(name: str, kind: Kind) -> Column[Any]:
    """A column that is no truth: backups leave it out; None says that it has to be made anew."""
    return Column(name, kind, nullable=True, info={DERIVED: True})


def points(name: str, to: str, *, settled_at_commit: bool = False) -> ForeignKeyConstraint:
    """A foreign key from (workspace_id, ``name``) to a row ``to`` of the same workspace.

    ``settled_at_commit`` lets two rows that point at each other be added one after the other.
    """
    return ForeignKeyConstraint(
        ["workspace_id", name],
        [f"{to}.workspace_id", f"{to}.id"],
        deferrable=settled_at_commit or None,
        initially="DEFERRED" if settled_at_commit else None,
        use_alter=settled_at_commit,
    )


def in_workspace() -> ForeignKeyConstraint:
    """The foreign key of what belongs to nothing but its workspace."""
    return ForeignKeyConstraint(["workspace_id"], ["workspace.id"])
