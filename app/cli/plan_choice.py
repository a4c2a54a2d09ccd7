"""Which plans a file is judged by: the built-in ones, and one in a file of the user's."""

from pathlib import Path

from app.errors import NotFound
from app.services.applied_standard import RULES_OF
from app.services.known_standards import Standards
from app.standards.catalogues import Catalogues
from app.standards.loader import load_builtin_standards, load_plan_file, resolve


def chosen_standards(choice: str, catalogues: Catalogues) -> tuple[Standards, str]:
    """All standards, and which of them is asked for: `effective`, `all`, an id, or the path of a plan file.

    Raises NotFound for an id that is none, StandardFileError for a plan file with a fault.
    """
    built_in = {standard.id: standard for standard in load_builtin_standards()}
    if choice in RULES_OF or choice in built_in:
        return Standards(built_in), choice
    path = Path(choice)
    if not path.is_file():
        raise NotFound(resource="standard", id=choice)
    own = load_plan_file(path, catalogues)
    own = resolve(own, built_in.get)
    return Standards({**built_in, own.id: own}, frozenset({own.id})), own.id
