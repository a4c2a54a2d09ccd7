"""A geometry column that speaks shapely on both sides: WKB in SQLite, geometry(Geometry, 4326) in PostGIS."""

from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

SRID: Final = 4326


class PostGISGeometry(UserDefinedType[str]):
    """PostGIS's own type, as its hexadecimal EWKB text, which it reads and writes without a function call."""

    cache_ok = True

    def __init__(self, kind: str = "Geometry", srid: int | str = SRID) -> None:
        self.kind = kind
        self.srid = int(srid)

    def get_col_spec(self, **_: Any) -> str:  # Any: the compiler's options, none of which matter here
        return f"geometry({self.kind},{self.srid})"


# Without this the database's own description of the column would not be understood when schemas are compared.
ischema_names["geometry"] = PostGISGeometry


class Geometry(TypeDecorator[BaseGeometry]):
    """Longitude and latitude in CGCS2000/WGS 84."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # Any: bytes or text, by database
        if dialect.name == "postgresql":
            return dialect.type_descriptor(PostGISGeometry())
        return dialect.type_descriptor(LargeBinary())

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> bytes | str | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            text: str = shapely.to_wkb(shapely.set_srid(value, SRID), hex=True, include_srid=True)
            return text
        return shapely.to_wkb(value)

    def process_result_value(self, value: bytes | str | None, dialect: Dialect) -> BaseGeometry | None:
        if value is None:
            return None
        geometry = shapely.from_wkb(value)
        return shapely.set_srid(geometry, 0) if dialect.name == "postgresql" else geometry
