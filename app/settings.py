"""What an operator can set, from environment variables. A misspelt one stops the start."""

import difflib
import os
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "FACILITY_STANDARDS_"
DATABASE_VARIABLE = "DATABASE_URL"
ANY_HOST = "*"
_HOST_NAME = re.compile(r"\*|\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+")


def _in_capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_in_capitals)]


class WrongSettings(ValueError):
    """The environment does not say how the service is to run; the message is one line for the operator."""


class UnknownSetting(WrongSettings):
    """An environment variable with the service's prefix that the service does not know."""


class Settings(BaseSettings):
    """Every setting has a default that serves a single machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", populate_by_name=True, env_ignore_empty=True
    )

    database_url: Annotated[
        str,
        Field(
            validation_alias=DATABASE_VARIABLE,
            description="Where the data are kept: `sqlite:///path/to/file.db`, or "
            "`postgresql://user:password@host:5432/name` for PostgreSQL 15 or newer with PostGIS 3.",
        ),
    ] = "sqlite:///var/facility-standards.db"
    database_pool_size: Annotated[
        int, Field(ge=1, le=100, description="Connections to the database that one process keeps open.")
    ] = 10
    database_wait_seconds: Annotated[
        float,
        Field(gt=0, le=300, description="How long a change waits for another one to finish before it is refused."),
    ] = 15.0
    max_waiting_requests: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            description="How many requests may wait for those at work to finish, readers and writers each; more are "
            "answered 503 with Retry-After.",
        ),
    ] = 500
    host: Annotated[str, Field(min_length=1, max_length=255, description="Address the service listens on.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=1, le=65535, description="Port the service listens on.")] = 8000
    allowed_hosts: Annotated[
        str,
        Field(
            max_length=4096,
            description="Names and addresses under which the service is asked, with commas and without ports; loopback "
            "ones and that of `FACILITY_STANDARDS_HOST` always are, and `*` allows any.",
        ),
    ] = "localhost,127.0.0.1,[::1]"
    max_body_bytes: Annotated[
        int, Field(ge=1024, le=1024**3, description="Largest request body that is read; a larger one is answered 413.")
    ] = 10 * 1024**2
    max_upload_bytes: Annotated[
        int,
        Field(
            ge=1024, le=2 * 1024**3, description="Largest upload of files that is read; a larger one is answered 413."
        ),
    ] = 200 * 1024**2
    max_header_bytes: Annotated[
        int,
        Field(
            ge=1024,
            le=1024**2,
            description="Most bytes that address and headers of a request may have together; more are answered 431.",
        ),
    ] = 64 * 1024
    max_headers: Annotated[
        int, Field(ge=10, le=10_000, description="Most headers that a request may have; more are answered 431.")
    ] = 100
    header_seconds: Annotated[
        float, Field(gt=0, le=3600, description="How long a client may take to send the headers of a request.")
    ] = 20.0
    body_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=86_400,
            description="How long a client may take to send the body of a request, beside the time its bytes give.",
        ),
    ] = 30.0
    body_bytes_per_second: Annotated[
        int,
        Field(ge=1, le=10**9, description="For so many bytes of a body that have come the client has one second more."),
    ] = 10_000
    answer_seconds: Annotated[
        float,
        Field(gt=0, le=3600, description="How long a client may fetch nothing of an answer before it is cut off."),
    ] = 60.0
    stop_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=3600,
            description="How long answers under way may take when the service is asked to stop (SIGTERM); at most "
            "eight seconds later it has ended.",
        ),
    ] = 5
    max_vertices: Annotated[
        int, Field(ge=4, le=10_000_000, description="Most vertices that one geometry may have.")
    ] = 100_000
    read_memory_bytes: Annotated[
        int, Field(ge=512 * 1024**2, le=1024**4, description="Most memory that reading one uploaded file may take.")
    ] = 4 * 1024**3
    read_seconds: Annotated[int, Field(ge=1, le=86_400, description="How long reading one uploaded file may take.")] = (
        600
    )
    max_network_nodes: Annotated[
        int, Field(ge=2, le=1_000_000_000, description="Most nodes that one street network may have.")
    ] = 10_000_000
    network_cache_bytes: Annotated[
        int,
        Field(ge=0, le=1024**4, description="How much memory one process may use to keep street networks at hand."),
    ] = 1024**3
    job_workers: Annotated[
        int,
        Field(
            ge=0,
            le=32,
            description="Most processes beside the service that work on batches and imports; with 0 they are worked on "
            "only by `facility-standards worker`.",
        ),
    ] = 1
    job_lease_seconds: Annotated[
        float,
        Field(ge=0.1, le=3600, description="How long a silent worker keeps its job before another takes it over."),
    ] = 30.0
    job_poll_seconds: Annotated[
        float, Field(ge=0.01, le=60, description="How often a worker without work looks for some.")
    ] = 1.0
    job_step_seconds: Annotated[
        float,
        Field(gt=0, le=86_400, description="How long one step of a job may take before its worker is ended as stuck."),
    ] = 3600.0
    job_max_attempts: Annotated[
        int, Field(ge=1, le=100, description="After how many attempts that get no further a job is given up.")
    ] = 3
    job_retention_days: Annotated[
        float, Field(gt=0, le=36_500, description="How long finished batches and imports are kept with their results.")
    ] = 30.0
    log_level: Annotated[LogLevel, Field(description="The least weight of what is logged.")] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError("is not a database address such as sqlite:///facility-standards.db") from None
        if url.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
            raise ValueError("names neither SQLite (sqlite:///) nor PostgreSQL (postgresql://)")
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError("needs a file, as in sqlite:///facility-standards.db: memory is not shared by threads")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _are_names_of_hosts(cls, value: str) -> str:
        wrong = [name for name in _split(value) if not _HOST_NAME.fullmatch(name)]
        if wrong:
            raise ValueError(f"holds {wrong[0]!r}: name hosts alone, as in planning.example.cn,10.1.2.3")
        return value

    @property
    def host_names(self) -> tuple[str, ...]:
        """The allowed hosts in small letters, `*` among them where any is."""
        return _split(self.allowed_hosts.lower())


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def variable_names() -> tuple[str, ...]:
    """The environment variables that are read, in the order of the settings."""
    return tuple(
        DATABASE_VARIABLE if name == "database_url" else PREFIX + name.upper() for name in Settings.model_fields
    )


def refuse_unknown(environment: Mapping[str, str]) -> None:
    """Stop at a variable with the service's prefix that names no setting.

    Raises UnknownSetting naming the variable and the nearest known one.
    """
    known = variable_names()
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            nearest = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.0)[0]
            raise UnknownSetting(f"{name} is not a setting of this service. The nearest one is {nearest}.")


def load_settings() -> Settings:
    """The settings of this process. Raises WrongSettings for a misspelt variable and for a value out of bounds."""
    refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSettings(" ".join(_in_words(item) for item in error.errors(include_url=False))) from None


def _in_words(error: ErrorDetails) -> str:
    """Which variable is wrong, and why. The address of the database is not repeated: it may hold a password."""
    name = str(error["loc"][0])
    reason = error["msg"].removeprefix("Value error, ")
    if name == DATABASE_VARIABLE:
        return f"{name} {reason}."
    return f"{PREFIX}{name.upper()} is {error['input']!r}. {reason}."
