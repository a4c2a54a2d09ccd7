"""The endpoint that the framework's own tutorial would write, and one that only returns bytes: what ours is held to.

Served by `uvicorn benchmarks.textbook:app` with the settings of the service itself; DATABASE_URL names the database.
"""

import os
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Response
from sqlalchemy import make_url
from sqlmodel import Field, Session, SQLModel, create_engine


class CommunityBase(SQLModel):
    """The columns of a community that are numbers, texts and dates."""

    code: str
    name: str
    setting: str | None
    urban_rural_code: str | None
    resettlement_type: str
    is_new_build: bool
    facility_inventory_as_of: date | None
    is_sample: bool
    revision: int
    created_at: datetime
    updated_at: datetime


class Community(CommunityBase, table=True):
    """A row."""

    id: int | None = Field(default=None, primary_key=True)


class CommunityPublic(CommunityBase):
    """The answer."""

    id: int


_url = make_url(os.environ["DATABASE_URL"])
_is_sqlite = _url.get_backend_name() == "sqlite"
engine = create_engine(
    _url if _is_sqlite else _url.set(drivername="postgresql+psycopg"),
    connect_args={"check_same_thread": False} if _is_sqlite else {},
)
app = FastAPI()


def get_session() -> Iterator[Session]:
    """A session for each request."""
    with Session(engine) as session:
        yield session


@app.get("/communities/{community_id}", response_model=CommunityPublic)
def read_community(community_id: int, session: Annotated[Session, Depends(get_session)]) -> Community:
    """One row by its id."""
    community = session.get(Community, community_id)
    if community is None:
        raise HTTPException(status_code=404, detail="Community not found")
    return community


@app.get("/bytes")
async def read_bytes() -> Response:
    """What the framework and the server cost alone."""
    return Response(b'{"id":1}', media_type="application/json")
