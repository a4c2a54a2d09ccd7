"""Choices of facility categories as rules name them: a category's id, `group:…` or `circle:…`."""

from app.standards.catalogues import CIRCLE_PREFIX, GROUP_PREFIX, Catalogues, Category
from app.standards.vocabulary import CategoryGroup

SERVICE = GROUP_PREFIX + CategoryGroup.SERVICE


def holds(choice: str, category: Category, catalogues: Catalogues) -> bool:
    """Whether a choice names the category; KeyError for a circle that does not exist."""
    if choice.startswith(CIRCLE_PREFIX):
        return category.id in catalogues.circle(choice.removeprefix(CIRCLE_PREFIX)).categories
    if choice.startswith(GROUP_PREFIX):
        return category.group == choice.removeprefix(GROUP_PREFIX)
    return category.id == choice


def chosen(choices: tuple[str, ...], catalogues: Catalogues) -> tuple[Category, ...]:
    """All categories that any of the choices names."""
    return tuple(
        category for category in catalogues.categories if any(holds(choice, category, catalogues) for choice in choices)
    )
