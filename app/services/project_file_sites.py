"""Projects of a file that name no division: the stored communities around their sites tell it."""

from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from app.schemas.project_result import DivisionSource
from app.services.project_reading import Beside
from app.services.project_sites import division_around
from app.services.project_sites_reading import site_communities
from app.standards.divisions import derived_setting, township_type
from app.standards.facts import encode
from app.standards.projects import Projects
from app.store.sites import holdings


def with_divisions_of_sites(session: Session, projects: Projects) -> tuple[Projects, dict[int, Beside]]:
    """The projects, those without a division with that of their sites, and what the sites told, by place.

    A division or a setting that is given stays; so does a project whose site no stored boundary holds.
    """
    units = projects.facts.units
    code, setting, kind = units.code.astype("U12"), units.setting.copy(), units.township_type.copy()
    has_site = np.array([site is not None for site in projects.site], np.bool_)
    asked = np.flatnonzero((code == "") & has_site)
    beside: dict[int, Beside] = {}
    for place, held in zip(asked.tolist(), holdings(session, list(projects.site[asked])), strict=True):
        found = division_around(held)
        if found:
            own = next((item.setting for item in held if item.code == found), None) or derived_setting(found)
            code[place], kind[place] = found, encode(township_type(found))
            setting[place] = setting[place] or encode(own)
            beside[place] = Beside(DivisionSource.SITE, site_communities(held))
    located = replace(units, code=code, setting=setting, township_type=kind)
    return replace(projects, facts=replace(projects.facts, units=located)), beside
