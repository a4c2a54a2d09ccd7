"""One request, one transaction, one thread: a session is opened, used and ended in the thread of its endpoint.

FastAPI would give each dependency and the endpoint a turn in a thread of its own. A session that one of them has
opened then holds a connection while it waits for the next turn, and under load all turns belong to those who wait for
a connection.
"""

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from app.services.lanes import Lanes
from app.store.unit_of_work import Store

Result = TypeVar("Result")
Endpoint = Callable[..., Any]  # Any: what endpoints take and give


class Unit:
    """What one request does with the database."""

    def __init__(self, store: Store, lanes: Lanes) -> None:
        self._store, self._lanes = store, lanes
        self._session: Session | None = None
        self._is_change = False

    def session(self, *, is_change: bool) -> Session:
        """The request's session: it asks for a connection when it is first used. One request is either kind."""
        self._is_change = is_change
        self._session = self._store.session_to_change() if is_change else self._store.session_to_read()
        return self._session

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` gives, with the session committed or let go in the thread where the work was done."""
        lane = self._lanes.changes if self._is_change else self._lanes.reads
        return await lane.run(partial(self._with_session, work))

    def _with_session(self, work: Callable[[], Result]) -> Result:
        if self._session is None:
            return work()
        block = self._store.unit_of_work if self._is_change else self._store.reading
        with block(self._session):
            return work()


async def get_unit(request: Request) -> Unit:
    """The work of this request."""
    return Unit(request.app.state.store, request.app.state.lanes)


UnitDep = Annotated[Unit, Depends(get_unit)]


async def get_write_session(unit: UnitDep) -> Session:
    """A session whose changes are committed when the endpoint returns, before anything is answered."""
    return unit.session(is_change=True)


async def get_read_session(unit: UnitDep) -> Session:
    """A session that sees one state of the data."""
    return unit.session(is_change=False)


class OneThreadRoute(APIRoute):
    """A route whose endpoint, where it is no coroutine, runs in a lane, together with its session."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # Any: as in FastAPI's own signature
        super().__init__(path, in_one_thread(endpoint), **options)
        self._is_change = _asks_for(self.dependant, get_write_session)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Who would find no room is told so before the body is read."""
        lanes: Lanes = scope["app"].state.lanes
        (lanes.changes if self._is_change else lanes.reads).refuse_if_full()
        await super().handle(scope, receive, send)


def in_one_thread(endpoint: Endpoint) -> Endpoint:
    """The endpoint as a coroutine that runs it in a lane; what is one already stays as it is."""
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def run(*, unit_of_request: Unit, **values: Any) -> Any:
        return await unit_of_request.run(partial(endpoint, **values))

    signature = inspect.signature(endpoint)
    unit = inspect.Parameter("unit_of_request", inspect.Parameter.KEYWORD_ONLY, annotation=UnitDep)
    asked = signature.replace(parameters=[*signature.parameters.values(), unit])
    run.__signature__ = asked  # type: ignore[attr-defined]  # what FastAPI reads
    return run


def _asks_for(dependant: Dependant, call: Endpoint) -> bool:
    return any(one.call is call or _asks_for(one, call) for one in dependant.dependencies)
