"""The application: what is wired to what."""

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from app import __version__, problems
from app.jobs.supervisor import Supervisor
from app.logs import configure_logs
from app.middleware import BodyLimit, HeadAsGet, NotModified, PlainBodies, RequestLog, Uploads
from app.native import compile_ahead
from app.openapi import describe
from app.origins import OwnSite
from app.routers import (
    assessments,
    batches,
    communities,
    coverage,
    exports,
    facilities,
    imports,
    projects,
    residences,
    service,
    standards,
    statistics,
    street_networks,
)
from app.services.coverage_desk import CoverageDesk
from app.services.hot_reads import HotReads
from app.services.lanes import Lanes
from app.services.network_cache import NetworkCache
from app.services.standards import Shelf
from app.services.worker import COMMAND
from app.settings import Settings, load_settings
from app.standards.catalogues import load_catalogues
from app.standards.loader import load_builtin_standards
from app.store.engine import make_engine
from app.store.unit_of_work import Store

# In the order in which addresses are looked up: what is asked for most comes first.
ROUTERS = (
    communities.router,
    assessments.router,
    service.router,
    standards.router,
    statistics.router,
    facilities.router,
    projects.router,
    batches.router,
    imports.router,
    exports.router,
    street_networks.router,
    coverage.router,
    residences.router,
)

UPLOAD_PATHS = frozenset({"/v1/batches", "/v1/imports", "/v1/street-networks"})
LAST_SECONDS: Final = 8.0
"""After so long the process of a service that is being stopped ends, whatever holds it up."""
LIST_PATHS = frozenset({"/v1/batches", "/v1/batches/items"})


def create_app(settings: Settings) -> FastAPI:
    """The service with these settings; the database is opened when it starts."""
    configure_logs(settings.log_level)
    app = FastAPI(
        title="Facility Standards",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.ends_process = False
    app.add_middleware(HeadAsGet)
    app.add_middleware(NotModified)
    app.add_middleware(PlainBodies)
    app.add_middleware(
        BodyLimit,
        max_body_bytes=settings.max_body_bytes,
        uploads=Uploads(UPLOAD_PATHS, settings.max_upload_bytes, LIST_PATHS),
    )
    app.add_middleware(OwnSite, settings=settings)
    app.add_middleware(RequestLog)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/assets", StaticFiles(packages=[("fastapi_offline", "static"), ("app.pages", "static")]))
    describe(app)
    return app


def from_environment() -> FastAPI:
    """The service with the settings of the environment, for servers that ask for a factory."""
    compile_ahead()
    app = create_app(load_settings())
    app.state.ends_process = True
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    engine = make_engine(
        settings.database_url, pool_size=settings.database_pool_size, wait_seconds=settings.database_wait_seconds
    )
    app.state.store = Store(engine)
    app.state.lanes = Lanes.beside(app.state.store, settings)
    app.state.catalogues = load_catalogues()
    app.state.built_in_standards = load_builtin_standards()
    app.state.shelf = Shelf(app.state.built_in_standards)
    app.state.networks = NetworkCache(settings.network_cache_bytes)
    app.state.coverage = CoverageDesk(app.state.store, app.state.networks, app.state.catalogues)
    app.state.hot_reads = HotReads(app.state.store, app.state.lanes.reads, app.state.shelf, app.state.coverage)
    supervisor = Supervisor(app.state.store, settings, COMMAND)
    supervisor.start()
    try:
        yield
    finally:
        if app.state.ends_process:
            _end_soon()
        await run_in_threadpool(supervisor.stop)
        app.state.hot_reads.close()
        app.state.coverage.close()
        app.state.store.close()


def _end_soon() -> None:
    """Whatever threads are still at: what they leave undone is not committed."""
    last = threading.Timer(LAST_SECONDS, os._exit, (1,))
    last.daemon = True
    last.start()


def _operation_id(route: APIRoute) -> str:
    return route.name
