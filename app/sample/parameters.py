"""The parameters of the model, as model.toml holds them."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from app.standards.model import Frozen
from app.standards.vocabulary import Setting

Share = Annotated[float, Field(ge=0, le=1)]
Hours = Annotated[float, Field(ge=0, le=24)]
Area = Annotated[float, Field(ge=0)]


class OtherFacilities(Frozen):
    """A kind of facility that does not count as service: who has it, and how large it is."""

    category: str
    chance: dict[Setting, Share]
    share_of_floor_area: tuple[Share, Share] | None = None
    floor_area_m2: tuple[Area, Area] | None = None
    land_per_floor_area: tuple[Area, Area] | None = None


class Parameters(Frozen):
    """The fields are explained in model.toml."""

    seed: int
    census_on: date
    committee_size_factor: Annotated[float, Field(gt=0)]
    community_size_spread: Annotated[float, Field(ge=0)]
    station_area_spread: Annotated[float, Field(ge=0)]
    second_station_chance: Share
    main_station_share: Share
    resident_activity_share: tuple[Share, Share]
    opening_hours_per_day: tuple[Hours, ...]
    main_stations: dict[Setting, tuple[str, ...]]
    second_stations: dict[Setting, tuple[str, ...]]
    others: tuple[OtherFacilities, ...]


@cache
def load_parameters() -> Parameters:
    """The parameters that every sample is made with."""
    text = (files("app.sample") / "model.toml").read_text(encoding="utf-8")
    return Parameters.model_validate(tomllib.loads(text))
