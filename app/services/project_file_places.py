"""Where projects of a file lie, in its own headings, and what is doubtful about it. Nothing here knows the database."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.echo import echo
from app.errors import Fault
from app.readers.reading import Reading
from app.services.applied_standard import RULES_OF
from app.services.terms import Terms
from app.standards.facts import Bools, Ints, rows_of
from app.standards.projects import Projects
from app.standards.row_errors import RowError, RowErrors

TABLE = "projects"
NOT_LOOKED_UP = "site_not_looked_up"


@dataclass(frozen=True)
class FilePlaces:
    """The sheet of projects, what it calls each field, and which projects name their own setting."""

    sheet: str
    headings: Mapping[str, str]
    names_setting: Bools

    @classmethod
    def of(cls, reading: Reading) -> "FilePlaces":
        """Those of a file of projects."""
        table = reading.tables[TABLE]
        report = next(sheet for sheet in reading.report.sheets if sheet.table == TABLE)
        return cls(table.sheet, {use.field: use.heading for use in report.fields}, table.texts("setting") != "")

    def warnings(self, found: Iterable[tuple[int, Fault]], projects: Projects) -> RowErrors:
        """Warnings of projects, by their places, where the file says what they are about."""
        return RowErrors.of_rows(
            RowError(
                project=place,
                sheet=self.sheet,
                row=int(projects.row[place]),
                column=self.headings.get(fault.pointer.removeprefix("/"), ""),
                code=fault.code,
                value=echo(fault.value),
                params=json.dumps({name: echo(value) for name, value in fault.params.items()}, ensure_ascii=False),
                is_warning=True,
            )
            for place, fault in found
        )

    def of_some(self, places: Ints) -> "FilePlaces":
        """The same for some of the projects."""
        return FilePlaces(self.sheet, self.headings, self.names_setting[places])


def unplaced(projects: Projects, invalid: Bools, terms: Terms) -> Iterator[tuple[int, Fault]]:
    """Projects that no plan can be chosen for, since it is not known where they lie."""
    if terms.standard in RULES_OF:
        for place in np.flatnonzero((projects.facts.units.code == "") & ~invalid).tolist():
            yield place, Fault("division_unknown", "/division_code")


def unplaced_without_boundaries(projects: Projects, invalid: Bools, terms: Terms) -> Iterator[tuple[int, Fault]]:
    """The same where no boundaries are known: that a site was not looked up is said of those that have one."""
    for place, fault in unplaced(projects, invalid, terms):
        has_site = projects.site[place] is not None
        yield place, Fault(NOT_LOOKED_UP, "/site") if has_site else fault


def with_warnings(errors: RowErrors, warnings: RowErrors) -> RowErrors:
    """The faults with more warnings, those of each project together, as chunks of any size have them."""
    both = errors.followed_by(warnings) if len(warnings) else errors
    return rows_of(both, np.argsort(both.project, kind="stable"))
