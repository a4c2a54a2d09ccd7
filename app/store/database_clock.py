"""The clock of the database: the one that all machines share, however wrong their own are."""

from typing import Any

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class DatabaseSeconds(FunctionElement[float]):
    """Seconds since 1970 by the clock of the database, as it goes on within a transaction too."""

    name = "database_seconds"
    type = Double()
    inherit_cache = True


@compiles(DatabaseSeconds, "postgresql")
def _in_postgresql(_element: DatabaseSeconds, _compiler: Any, **_: Any) -> str:  # Any: the compiler's own
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


@compiles(DatabaseSeconds, "sqlite")
def _in_sqlite(_element: DatabaseSeconds, _compiler: Any, **_: Any) -> str:  # Any: the compiler's own
    return "((julianday('now') - 2440587.5) * 86400.0)"
