"""Reads of one short statement for what is asked all the time: straight from the driver, and shared.

One statement sees one state by itself: it needs neither BEGIN nor COMMIT, and on PostgreSQL no round trip but its own.
Whoever comes while the database is being asked waits for the next statement, which asks for all of them: the way into
another thread and back, which costs ten times the statement, is then gone once for many.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam
from sqlalchemy.exc import DBAPIError

from app.errors import Overloaded, Unavailable
from app.store.engine import make_glance_engine, wait_seconds
from app.store.paging import is_key
from app.store.unit_of_work import Store, refusals_translated

Row: TypeAlias = tuple[Any, ...]  # Any: what the driver gives
Rows: TypeAlias = Mapping[int, Row]

KEYS_AT_ONCE: Final = 16
MOST_WAITING: Final = 1_000
NO_KEY: Final = 0
_PLACES: Final = tuple(f"key_{place}" for place in range(KEYS_AT_ONCE))
_INLINE: Final = {"render_postcompile": True}


class Glance:
    """A statement that is asked for rows by their keys: the first column is the key, and `column` is its name."""

    def __init__(self, store: Store, statement: Select[Any], column: ColumnElement[int]) -> None:  # Any: rows' types
        self._store = store
        self._engine = make_glance_engine(store.engine)
        self._driver = self._engine.dialect.loaded_dbapi
        self._statement = statement.where(
            column.in_([bindparam(place, NO_KEY, type_=BigInteger()) for place in _PLACES])
        )
        compiled: Any = self._statement.compile(
            dialect=self._engine.dialect, compile_kwargs=_INLINE
        )  # Any: SQLCompiler
        self._text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._patience_s = wait_seconds(store.engine)
        self._thread = ThreadPoolExecutor(1, "glance")
        self._waiting: list[tuple[int, asyncio.Future[Row | None]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def at(self, key: int) -> Row | None:
        """The row of the key as it is now, behind the key itself; None where there is none.

        Raises Overloaded and Unavailable, the latter also of a database that keeps silent.
        """
        if not is_key(key):
            return None
        if len(self._waiting) >= MOST_WAITING:
            raise Overloaded(seconds=1)
        answer: asyncio.Future[Row | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        try:
            async with asyncio.timeout(self._patience_s):
                return await answer
        except TimeoutError as error:
            raise Unavailable(what="database") from error

    def close(self) -> None:
        """Let go of the thread and its connection."""
        self._thread.shutdown()
        self._engine.dispose()

    async def _ask(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            asked, self._waiting = self._waiting[:KEYS_AT_ONCE], self._waiting[KEYS_AT_ONCE:]
            try:
                rows = await loop.run_in_executor(self._thread, self._rows, [key for key, _ in asked])
            except Exception as error:  # noqa: BLE001 - whoever waits gets it
                _hand_over(asked, error)
            else:
                _hand_over(asked, rows)
        self._asking = None

    def _rows(self, keys: list[int]) -> Rows:
        values = dict(zip(_PLACES, keys + [NO_KEY] * (KEYS_AT_ONCE - len(keys)), strict=True))
        with refusals_translated():
            rows = self._rows_at_once(values)
            if rows is None:
                with self._store.reading() as session:
                    rows = [tuple(row) for row in session.execute(self._statement, values)]
        return {row[0]: row for row in rows}

    def _rows_at_once(self, values: dict[str, int]) -> list[Row] | None:
        """None where the connection was lost meanwhile: those of sessions are tried before they are used."""
        try:
            connection = self._engine.raw_connection()
        except self._driver.Error as error:
            raise self._as_refusal(error) from error
        try:
            cursor = connection.cursor()
            cursor.execute(self._text, values if self._order is None else [values[name] for name in self._order])
            rows = [tuple(row) for row in cursor.fetchall()]
            cursor.close()
        except self._driver.Error as error:
            if not self._engine.dialect.is_disconnect(error, connection.driver_connection, None):
                raise self._as_refusal(error) from error
            connection.invalidate(error)
            return None
        else:
            return rows
        finally:
            connection.close()

    def _as_refusal(self, error: Exception) -> BaseException:
        """The driver's error as SQLAlchemy would raise it: a raw connection, and opening one, raise it bare."""
        return DBAPIError.instance(self._text, None, error, self._driver.Error)


def _hand_over(asked: list[tuple[int, asyncio.Future[Row | None]]], found: Rows | Exception) -> None:
    """Whoever has given up waiting is left out."""
    for key, answer in asked:
        if answer.done():
            continue
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found.get(key))
