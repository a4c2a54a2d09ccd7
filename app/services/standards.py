"""The standards that there are: built-in plans and users' own, resolved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.errors import Conflict, Fault, InvalidInput
from app.schemas.page import Page
from app.schemas.standard import (
    ApplicableStandards,
    StandardCreate,
    StandardQuery,
    StandardRead,
    StandardSummary,
    chain_link,
    standard_read,
    standard_summary,
)
from app.services.known_standards import Standards
from app.services.requests import NextLink, RequestContext
from app.standards.catalogue import Displaced, displaced
from app.standards.catalogues import Catalogues
from app.standards.checks import check_standard
from app.standards.divisions import normal_division
from app.standards.loader import content_hash, resolve
from app.standards.model import Standard
from app.store import standards as stored
from app.store.tables import OwnStandard

RESERVED_IDS = frozenset({"all", "applicable", "effective"})


class Shelf:
    """Keeps the standards read from the database: a stored one never changes, so each is read and resolved once."""

    def __init__(self, built_in: Iterable[Standard]) -> None:
        self._built_in = {standard.id: standard for standard in built_in}
        self._own: Mapping[str, tuple[str, Standard]] = {}
        self._latest: tuple[str | None, Standards] = None, Standards(self._built_in)

    @property
    def built_in(self) -> Mapping[str, Standard]:
        """The plans that come with the service."""
        return self._built_in

    def known(self, state: str | None) -> Standards | None:
        """All standards of a state of the store (`read_state`); None where it is not the one that was read last."""
        known, standards = self._latest
        return standards if known == state else None

    def read(self, session: Session) -> Standards:
        """All standards as they are stored now."""
        state = stored.read_state(session)
        known = self.known(state)
        if known is not None:
            return known
        standards = self._taken(stored.read_all(session))
        self._latest = state, standards
        return standards

    def _taken(self, rows: Sequence[OwnStandard]) -> Standards:
        own = self._own
        if any(row.id not in own or own[row.id][0] != row.content_hash for row in rows):
            own = self._own = self._resolved(rows)
        present = {row.id: own[row.id][1] for row in rows}
        return Standards({**self._built_in, **present}, frozenset(present))

    def _resolved(self, rows: Sequence[OwnStandard]) -> Mapping[str, tuple[str, Standard]]:
        given = {row.id: Standard.model_validate(row.document) for row in rows}
        lookup = {**self._built_in, **given}.get
        return {row.id: (row.content_hash, resolve(given[row.id], lookup)) for row in rows}


@dataclass(frozen=True)
class Storing:
    """What storing a standard takes beside it."""

    session: Session
    shelf: Shelf
    catalogues: Catalogues
    context: RequestContext


def create_standard(created: StandardCreate, storing: Storing) -> StandardRead:
    """Store a user's own standard; what it extends is resolved whenever it is read.

    The answer warns of each standard of its division that it puts out of force, and where it is itself out of force.
    Raises Conflict for an id that is taken, InvalidInput for what the checks of plan files refuse.
    """
    if created.id in storing.shelf.built_in:
        raise Conflict(Fault("built_in_standard", "/id", created.id, {"id": created.id}))
    if created.id in RESERVED_IDS:
        raise InvalidInput(Fault("reserved_id", "/id", created.id, {"reserved": sorted(RESERVED_IDS)}))
    division = normal_division(created.division_code, pointer="/division_code")
    standard = Standard.model_validate({**created.model_dump(), "division_code": division})
    faults = check_standard(standard, storing.catalogues)
    if faults:
        raise InvalidInput(*faults)
    known = storing.shelf.read(storing.session)
    resolved = resolve(standard, {**known.by_id, standard.id: standard}.get)
    document = standard.model_dump(mode="json", by_alias=True)
    row = OwnStandard(id=standard.id, document=document, content_hash=content_hash(resolved), division_code=division)
    stored.create(storing.session, row)
    warnings = storing.context.warnings(_out_of_force(resolved, known))
    return standard_read(resolved, is_built_in=False).model_copy(update={"warnings": tuple(warnings)})


def _out_of_force(new: Standard, known: Standards) -> list[Fault]:
    """Of each division only one standard stands: which ones no longer do, and from when."""
    found = displaced(new, known.by_id.values(), own_ids=known.own_ids | {new.id})
    return [_told(one, is_new=one.standard is new) for one in found]


def _told(one: Displaced, *, is_new: bool) -> Fault:
    division = one.standard.division_code
    told = {"standard": one.standard.id, "by": one.by.id, "on": one.on.isoformat()}
    return Fault("not_in_force" if is_new else "put_out_of_force", "/division_code", division, told)


def list_standards(standards: Standards, query: StandardQuery, *, link: NextLink) -> Page[StandardSummary]:
    """A page of the standards that the query chooses, in the order of their ids."""
    chosen = sorted((item for item in standards.by_id.values() if _is_chosen(item, query)), key=lambda item: item.id)
    behind = [item for item in chosen if item.id > query.after]
    items = [standard_summary(item, is_built_in=standards.is_built_in(item)) for item in behind[: query.limit]]
    return Page(items=items, next=link(items[-1].id) if len(behind) > query.limit else None, total=len(chosen))


def read_standard(standards: Standards, standard_id: str) -> StandardRead:
    """The standard with its rules. Raises NotFound."""
    standard = standards.get(standard_id)
    return standard_read(standard, is_built_in=standards.is_built_in(standard))


def applicable_standards(standards: Standards, *, division: str, on: date) -> ApplicableStandards:
    """The chain for a division on a date, the most specific first."""
    links = [
        chain_link(standard, is_built_in=standards.is_built_in(standard), on=on)
        for standard in standards.chain(division=division, on=on)
    ]
    return ApplicableStandards(division=division, on=on, chain=links)


def _is_chosen(standard: Standard, query: StandardQuery) -> bool:
    is_here = query.division is None or query.division.startswith(standard.division_code)
    return is_here and (query.on is None or standard.effective_on <= query.on)
