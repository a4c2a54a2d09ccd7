"""What a reading says about the file: format, encoding, coordinate system, and what each heading was taken for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from app.errors import Fault


@dataclass(frozen=True)
class HeadingUse:
    """A heading and the field that it was read as; `unit` and `factor` where its figures were converted."""

    heading: str
    field: str
    unit: str | None = None
    factor: float | None = None


@dataclass(frozen=True)
class SheetReport:
    """A sheet, layer or file; `table` is None where it was not read."""

    name: str
    table: str | None
    row_count: int
    heading_row: int = 1
    fields: tuple[HeadingUse, ...] = ()
    unknown_headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Something done or seen that the user should know: a fault's code and params."""

    code: str
    params: Mapping[str, Any]  # Any: what json holds

    def fault(self) -> Fault:
        """As a fault, whose texts messages.toml holds."""
        return Fault(self.code, "", None, self.params)


@dataclass(frozen=True)
class ReadReport:
    """What was understood of the file. `crs_source`: OPTION, FILE, or ASSUMED where nothing said otherwise."""

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    crs: str | None = None
    crs_source: str | None = None
    is_approximate: bool = False
    sheets: tuple[SheetReport, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def as_document(self) -> dict[str, Any]:  # Any: what json holds
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The report again."""
        sheets = tuple(_sheet(row) for row in document["sheets"])
        notes = tuple(Note(**row) for row in document["notes"])
        return cls(**{**document, "sheets": sheets, "notes": notes})


def _sheet(row: Mapping[str, Any]) -> SheetReport:  # Any: what json holds
    fields = tuple(HeadingUse(**use) for use in row["fields"])
    return SheetReport(**{**row, "fields": fields, "unknown_headings": tuple(row["unknown_headings"])})
