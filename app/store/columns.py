"""The kinds of column that the tables are made of."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    String,
)
from sqlalchemy.types import TypeDecorator

from app.store.geometry_column import Geometry

NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""Constraints have names, so that a refusal can be told by name on both databases."""

WholeNumber = BigInteger().with_variant(Integer(), "sqlite")
DivisionCode = String(12).with_variant(String(12, collation="C"), "postgresql")
"""Compared by bytes on both databases: a prefix is then a range that the index serves."""

LARGEST = 1e15
"""No area or figure is larger; the bound also keeps NaN and infinity out of the tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always read back in UTC; SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def identifier() -> Column[int]:
    """A key that is never given twice, also after its row is gone."""
    return Column("id", WholeNumber, primary_key=True)


def revision() -> Column[int]:
    """Raised by every change of the row; a change that knows an older one is refused."""
    return Column("revision", WholeNumber, nullable=False)


def moment(name: str) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=False)


def member(name: str, vocabulary: type[StrEnum], *, nullable: bool = True) -> Column[Any]:  # Any: a StrEnum
    """A member of a closed vocabulary, kept as its text."""
    kind = Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=f"{name}_known",
        values_callable=lambda members: [item.value for item in members],
    )
    return Column(name, kind, nullable=nullable)


def reference(name: str, target: str, *, ondelete: str, index: bool = True) -> Column[int]:
    return Column(name, WholeNumber, ForeignKey(f"{target}.id", ondelete=ondelete), index=index, nullable=True)


def geometry(name: str) -> Column[Any]:  # Any: shapely's geometries
    return Column(name, Geometry, nullable=True)


def bounded(*names: str, largest: float = LARGEST) -> tuple[CheckConstraint, ...]:
    """Each column is unknown, or from 0 up to the largest."""
    return tuple(CheckConstraint(f"{name} >= 0 AND {name} <= {largest:.0f}", name=f"{name}_bounds") for name in names)


def ordered(lesser: str, greater: str) -> CheckConstraint:
    """The one is not more (not later) than the other, where both are known."""
    return CheckConstraint(f"{lesser} <= {greater}", name=f"{lesser}_within_{greater}")
