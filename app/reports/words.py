"""The words of reports in one language."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from app.language import Language
from app.standards.catalogues import Catalogues, Indicator
from app.standards.model import Rule


@dataclass(frozen=True)
class Words:
    """Headings and labels in one language.

    English reports carry the names and values of the service's answers, which programs know; Chinese ones the field's
    own words.
    """

    catalogues: Catalogues
    language: Language

    def heading(self, key: str) -> str:
        """The heading of a column."""
        return self.text("column", key)

    def text(self, section: str, key: str) -> str:
        """A text of headings.toml; KeyError where there is none."""
        return texts()[section][key][self.language]

    def member(self, member: StrEnum) -> str:
        """The label of an enum value in Chinese, the value itself in English."""
        return self.catalogues.labels.of(member, "zh") if self.language == "zh" else member.value

    def unit(self, indicator: Indicator, rule: Rule) -> str:
        """The unit of the rule's values."""
        if rule.unit:
            return rule.unit
        return indicator.unit_zh if self.language == "zh" else indicator.unit

    def shortfall_unit(self, indicator: Indicator) -> str:
        """The unit of missing amounts."""
        return indicator.shortfall_unit_zh if self.language == "zh" else indicator.shortfall_unit


@functools.cache
def texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """headings.toml as it stands."""
    return tomllib.loads((files("app.reports") / "headings.toml").read_text(encoding="utf-8"))
