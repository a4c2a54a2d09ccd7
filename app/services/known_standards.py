"""The standards to choose from, wherever they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.errors import NotFound
from app.standards.catalogue import chain
from app.standards.model import Standard


@dataclass(frozen=True)
class Standards:
    """All standards, resolved; `own_ids` are those that users have stored."""

    by_id: Mapping[str, Standard]
    own_ids: frozenset[str] = frozenset()

    def get(self, standard_id: str) -> Standard:
        """The standard of this id. Raises NotFound."""
        if standard_id not in self.by_id:
            raise NotFound(resource="standard", id=standard_id)
        return self.by_id[standard_id]

    def is_built_in(self, standard: Standard) -> bool:
        return standard.id not in self.own_ids

    def chain(self, *, division: str, on: date) -> tuple[Standard, ...]:
        """Those that apply to the division on the date, the most specific first."""
        return chain(self.by_id.values(), division=division, on=on, own_ids=self.own_ids)
