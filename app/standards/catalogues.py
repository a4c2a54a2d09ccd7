"""The catalogues: facility categories, circles, indicators and the labels of the vocabulary, read from TOML files."""

import difflib
import functools
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files

from pydantic import Field, TypeAdapter

from app.language import Language
from app.standards.model import Frozen, Title
from app.standards.vocabulary import Basis, CategoryGroup, CategoryLevel, Level, OverallVerdict, Setting, Verdict

GROUP_PREFIX = "group:"
CIRCLE_PREFIX = "circle:"


class Category(Frozen):
    """A kind of facility; `broad` counts as service in the broad variants of the area indicators."""

    id: str
    label: Title
    aliases: tuple[str, ...] = ()
    group: CategoryGroup
    level: CategoryLevel = CategoryLevel.COMMUNITY
    broad: bool = False


class Circle(Frozen):
    """Categories that should all be within a walk."""

    id: str
    label: Title
    categories: tuple[str, ...] = Field(min_length=1)


class Indicator(Frozen):
    """What is measured: value = per × numerator ÷ denominator. The fields are explained in indicators.toml."""

    id: str
    label: Title
    formula: Title
    numerator: Title | None = None
    denominator: Title | None = None
    per: float
    unit: str
    unit_zh: str
    shortfall_unit: str
    shortfall_unit_zh: str
    decimals: int
    levels: tuple[Level, ...]
    is_share: bool = False
    counts_whole_units: bool = False
    has_broad_variant: bool = False
    on_community: bool = False
    owed_by_whole_project: bool = False
    takes_categories: bool = False
    fixed_categories: tuple[str, ...] = ()
    takes_measure: bool = False
    addition_enlarges_denominator: bool = False
    only_setting: Setting | None = None


def in_language(title: Title, language: Language) -> str:
    """The title's text in the language.

    >>> in_language(Title(zh="户", en="households"), "en")
    'households'
    """
    return title.zh if language == "zh" else title.en


@dataclass(frozen=True, eq=False)
class Labels:
    """The words shown beside enum values, by enum and value."""

    texts: Mapping[str, Mapping[str, Title]]

    def of(self, member: StrEnum, language: Language) -> str:
        """The label of one enum value; KeyError where labels.toml lacks it (a test holds it complete)."""
        return in_language(self.texts[type(member).__name__][member.value], language)

    def verdict(self, verdict: Verdict | OverallVerdict, basis: Basis, language: Language) -> str:
        """The label of a verdict; of basis BENCHMARK it speaks of the target's level, not of keeping a rule.

        >>> load_catalogues().labels.verdict(Verdict.FAIL, Basis.BENCHMARK, "zh")
        '低于规划目标水平'
        """
        held_beside = self.texts["BenchmarkVerdict"] if basis is Basis.BENCHMARK else {}
        if verdict.value in held_beside:
            return in_language(held_beside[verdict.value], language)
        return self.of(verdict, language)


@dataclass(frozen=True, eq=False)
class Catalogues:
    """All catalogues together, with their lookups."""

    categories: tuple[Category, ...]
    circles: tuple[Circle, ...]
    indicators: tuple[Indicator, ...]
    units: Mapping[str, str]
    labels: Labels

    @cached_property
    def category_index(self) -> Mapping[str, int]:
        """The place of each category in `categories`: the column that it has in tables."""
        return {category.id: place for place, category in enumerate(self.categories)}

    @cached_property
    def _circles_by_id(self) -> Mapping[str, Circle]:
        return {circle.id: circle for circle in self.circles}

    @cached_property
    def _indicators_by_id(self) -> Mapping[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def _categories_by_name(self) -> Mapping[str, Category]:
        return {normal_name(name): category for category in self.categories for name in _names(category)}

    def category(self, category_id: str) -> Category:
        """The category of this id; KeyError if there is none."""
        return self.categories[self.category_index[category_id]]

    def circle(self, circle_id: str) -> Circle:
        """The circle of this id; KeyError if there is none."""
        return self._circles_by_id[circle_id]

    def label_of_choice(self, choice: str, language: Language) -> str:
        """The name of what a rule chooses: a category, `circle:…` or `group:…`; KeyError if there is none.

        >>> [load_catalogues().label_of_choice(choice, "zh") for choice in ("childcare", "circle:fitness")]
        ['托育服务设施', '健身圈']
        """
        if choice.startswith(CIRCLE_PREFIX):
            return in_language(self.circle(choice.removeprefix(CIRCLE_PREFIX)).label, language)
        if choice.startswith(GROUP_PREFIX):
            return self.labels.of(CategoryGroup(choice.removeprefix(GROUP_PREFIX)), language)
        return in_language(self.category(choice).label, language)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of this id; KeyError if there is none."""
        return self._indicators_by_id[indicator_id]

    def find_category(self, text: str) -> Category | None:
        """The category whose id, label or alias the text is, full-width forms and letter case aside.

        >>> load_catalogues().find_category("村(社区)综合性文化服务中心").id
        'cultural_service_centre'
        """
        return self._categories_by_name.get(normal_name(text))

    def nearest_categories(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Ids of the `n` categories of which id, label or an alias looks most like the text, the nearest first.

        >>> load_catalogues().nearest_categories("kindergarden", n=1)
        ('kindergarten',)
        """
        names = self._categories_by_name
        alike = difflib.get_close_matches(normal_name(text), names, n=len(names), cutoff=0)
        return tuple(dict.fromkeys(names[name].id for name in alike))[:n]


def normal_name(text: str) -> str:
    """A name as it is compared: compatibility forms (NFKC) and letter case unified, no space around.

    >>> normal_name(" 村（社区） ")
    '村(社区)'
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _names(category: Category) -> tuple[str, ...]:
    return (category.id, category.label.zh, category.label.en, *category.aliases)


def _read(name: str) -> dict[str, dict[str, dict[str, object]]]:
    return tomllib.loads(files("app.standards").joinpath(name).read_text(encoding="utf-8"))


def _read_indicators() -> tuple[Mapping[str, str], tuple[Indicator, ...]]:
    document = _read("indicators.toml")
    units = TypeAdapter(dict[str, str]).validate_python(document["units"])
    known = {"": "", **units}
    indicators = tuple(
        Indicator.model_validate(
            {
                "id": name,
                "unit_zh": known[str(fields["unit"])],
                "shortfall_unit_zh": known[str(fields["shortfall_unit"])],
                **fields,
            }
        )
        for name, fields in document["indicator"].items()
    )
    return units, indicators


@functools.cache
def load_catalogues() -> Catalogues:
    """The built-in catalogues, read once."""
    units, indicators = _read_indicators()
    labels = TypeAdapter(dict[str, dict[str, Title]]).validate_python(_read("labels.toml"))
    return Catalogues(
        categories=tuple(
            Category.model_validate({"id": name, **row}) for name, row in _read("categories.toml").items()
        ),
        circles=tuple(Circle.model_validate({"id": name, **row}) for name, row in _read("circles.toml").items()),
        indicators=indicators,
        units=units,
        labels=Labels(labels),
    )
