"""What the stored communities around the sites of a file's projects tell: divisions, settings, and contradictions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Fault
from app.schemas.project_result import DivisionSource
from app.services.project_file_places import FilePlaces
from app.services.project_reading import Beside
from app.services.project_sites import division_around, warnings_of_site
from app.services.project_sites_reading import site_communities
from app.standards.divisions import derived_setting, township_type
from app.standards.facts import Bools, Codes, encode
from app.standards.projects import Projects
from app.store.sites import Holding, holdings

Around = dict[int, tuple[Holding, ...]]


@dataclass(frozen=True)
class PlacedProjects:
    """Projects with the divisions of their sites; by place, what the sites told, and what is doubtful about them."""

    projects: Projects
    beside: dict[int, Beside]
    doubts: tuple[tuple[int, Fault], ...]


def placed_by_sites(session: Session, projects: Projects, invalid: Bools, *, places: FilePlaces) -> PlacedProjects:
    """The projects, those without a division with that of their sites; invalid ones are left as they are.

    A division or a setting that is given stays; so does a project whose site no stored boundary holds.
    """
    units = projects.facts.units
    given = units.code.astype("U12")
    around = _around(session, projects, invalid)
    code = given.copy()
    for place, held in around.items():
        code[place] = given[place] or division_around(held)
    setting, kind = units.setting.copy(), units.township_type.copy()
    for place, held in around.items():
        kind[place] = encode(township_type(str(code[place])))
        if not places.names_setting[place]:
            own = next((item.setting for item in held if item.code == code[place]), None)
            setting[place] = encode(own or derived_setting(str(code[place])))
    located = replace(units, code=code, setting=setting, township_type=kind)
    moved = replace(projects, facts=replace(projects.facts, units=located))
    return PlacedProjects(moved, dict(_beside(around, given, code)), tuple(_doubts(around, given)))


def _around(session: Session, projects: Projects, invalid: Bools) -> Around:
    has_site = np.array([site is not None for site in projects.site], np.bool_)
    asked = np.flatnonzero(has_site & ~invalid)
    found = zip(asked.tolist(), holdings(session, list(projects.site[asked])), strict=True)
    return {place: held for place, held in found if held}


def _beside(around: Around, given: Codes, code: Codes) -> Iterator[tuple[int, Beside]]:
    for place, held in around.items():
        source = DivisionSource.GIVEN if given[place] else DivisionSource.SITE if code[place] else None
        yield place, Beside(source, site_communities(held))


def _doubts(around: Around, given: Codes) -> Iterator[tuple[int, Fault]]:
    for place, held in around.items():
        for fault in warnings_of_site(held, given=str(given[place])):
            yield place, fault
