"""Projects of a file are placed by their sites where they name no division."""

import numpy as np
from shapely import box

from app.schemas.project_result import DivisionSource
from app.services.project_columns import ProjectRecord, projects_of
from app.services.project_file_places import FilePlaces
from app.services.project_file_sites import placed_by_sites
from app.standards.catalogues import load_catalogues
from app.standards.facts import encode
from app.standards.vocabulary import Setting, TownshipType
from app.store.unit_of_work import Store
from tests.store.builders import stored_community


def test_sites_tell_divisions_when_none_is_given(store: Store) -> None:
    with store.unit_of_work() as session:
        stored = stored_community(session, "522701001201", boundary=box(107, 26, 107.1, 26.1))
    inside, outside = box(107.02, 26.02, 107.03, 26.03), box(110, 26, 110.01, 26.01)
    records = [
        ProjectRecord(row=2, site=inside),
        ProjectRecord(row=3, site=inside, code="62"),
        ProjectRecord(row=4, site=outside),
        ProjectRecord(row=5),
        ProjectRecord(row=6, site=inside, setting=Setting.URBAN),
        ProjectRecord(row=7, site=inside),
    ]
    projects = projects_of(records, load_catalogues().category_index)
    with store.reading() as session:
        named = FilePlaces("projects", {}, projects.facts.units.setting != 0)
        invalid = np.array([False] * 5 + [True])
        found = placed_by_sites(session, projects, invalid, places=named)
    placed, beside = found.projects, found.beside
    units = placed.facts.units
    assert units.code.tolist() == ["522701001201", "62", "", "", "522701001201", ""]
    assert units.setting.tolist() == [encode(Setting.RURAL), 0, 0, 0, encode(Setting.URBAN), 0]
    assert units.township_type[0] == encode(TownshipType.SUBDISTRICT)
    assert sorted(beside) == [0, 1, 4]
    assert [(place, fault.code) for place, fault in found.doubts] == [(1, "site_elsewhere")]
    assert beside[0].division_source is DivisionSource.SITE
    assert [item.community_id for item in beside[0].communities] == [stored.id]
    assert np.array_equal(placed.row, projects.row)
