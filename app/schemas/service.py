"""What the service says of itself."""

from enum import StrEnum

from pydantic import BaseModel, Field


class ServiceLinks(BaseModel):
    """Where to go from here."""

    documentation: str = "/docs"
    openapi: str = "/openapi.json"
    standards: str = "/v1/standards"
    indicators: str = "/v1/indicators"
    facility_categories: str = "/v1/facility-categories"
    communities: str = "/v1/communities"
    facilities: str = "/v1/facilities"
    assessments: str = "/v1/assessments"
    health: str = "/health/ready"


class ServiceRead(BaseModel):
    """The name of the service, its version and its links."""

    name: str = Field(examples=["facility-standards"])
    version: str = Field(examples=["0.2.0"])
    description: str
    links: ServiceLinks = ServiceLinks()


class Condition(StrEnum):
    OK = "OK"
    FAILED = "FAILED"


class LiveRead(BaseModel):
    """The process answers."""

    status: Condition = Condition.OK


class ReadyRead(BaseModel):
    """Whether what the service stands on is there."""

    status: Condition = Field(description="OK if all below are OK.")
    database: Condition = Field(description="The database answers.")
    migrations: Condition = Field(description="Its schema is that of this version.")
    standards: Condition = Field(description="The built-in standards are loaded.")
    reason: str | None = Field(default=None, description="What is wrong with the database; null where nothing is.")
