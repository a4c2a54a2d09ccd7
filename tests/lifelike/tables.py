"""The made-up projects as text in the words of planning bureaus."""

import numpy as np
import polars as pl

from tests.lifelike.faults import Table
from tests.lifelike.truth import CATEGORIES

REFERENCE, NAME, CODE, SETTING, ROLE = "项目编号", "项目名称", "行政区划代码", "城乡", "项目规模"
HOUSEHOLDS, TOTAL, ACTIVITY, LISTED = "规划户数（户）", "总建筑面积(万㎡)", "居民活动面积（㎡）", "设施清单完整"
STATION = "社区便民服务站建筑面积(㎡)"
_SETTINGS = {"URBAN": ["城市", "城镇", "", "ＵＲＢＡＮ"], "RURAL": ["农村", "乡村", "", "农村社区"]}
_ROLES = {"WHOLE_COMMUNITY": "整社区", "PART": "部分", None: ""}
_NOTHING = ["", "—", "无", "/"]
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def subject_table(truth: pl.DataFrame, seed: int) -> Table:
    """Who the projects are and how large."""
    random = np.random.default_rng(seed)
    return {
        REFERENCE: truth["reference"].to_list(),
        NAME: truth["name"].to_list(),
        CODE: truth["code"].to_list(),
        SETTING: [str(random.choice(_SETTINGS[setting])) for setting in truth["setting"]],
        ROLE: [_ROLES[role] for role in truth["role"]],
        HOUSEHOLDS: [_count(value, random) for value in truth["households"]],
        TOTAL: [_ten_thousands(value, random) for value in truth["total_floor_area"]],
    }


def wide_table(truth: pl.DataFrame, seed: int) -> Table:
    """One row per project, areas in columns by category; blank where the facilities are not listed."""
    areas = {f"{label}建筑面积(㎡)": [area(value) for value in truth[name]] for name, label in CATEGORIES.items()}
    return subject_table(truth, seed) | areas | {ACTIVITY: [area(value) for value in truth["activity"]]}


def area(value: float | None) -> str:
    """Square metres with as many decimals as it has, at most two; blank where unknown."""
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _count(value: float | None, random: np.random.Generator) -> str:
    """Plain, with separators, in full width, with the unit; or a word for nothing."""
    if value is None:
        return str(random.choice(_NOTHING))
    plain = f"{value:.0f}"
    return str(random.choice([plain, plain, plain, f"{value:,.0f}", plain.translate(_FULL_WIDTH), f" {plain}户"]))


def _ten_thousands(value: float | None, random: np.random.Generator) -> str:
    if value is None:
        return str(random.choice(_NOTHING))
    return f"{round(value * 100) / 1_000_000:.6f}"
