"""A small data folder in the form of the real one, with invented names and figures."""

from pathlib import Path

ONE_ROW, NO_ROW, NO_CENSUS = "620901", "620201", "629999"
"""Counties: with a row in the census, with their prefecture's row only, with none."""

POPULATION = """\ufeffCODE,NAME,POPU,POPU_URB
620901,One,40001,0.61
620200,Prefecture,90000,1
620902,Blank,,
,Nobody,1,0.5
"""
HOUSEHOLDS = "\ufeffCODE,NAME,HHLD_S\n620901,One,2.71\n620200,Prefecture,2.5\n620902,Blank,\n"
HOUSING = "\ufeffCODE,NAME,HOUS_SMPP\n620901,One,35.22\n620200,Prefecture,\n620902,Blank,30\n"


def write_folder(folder: Path) -> Path:
    """ONE_ROW has 3 committees and 11 villages in two townships, NO_ROW 2 and 3, NO_CENSUS 1 and 2."""
    (folder / "codes").mkdir(parents=True)
    (folder / "census").mkdir()
    lines = ["code12,name,level,parent12", "620000000000,示例省,1,0", "620901000000,示例县,3,620900000000"]
    lines += _township("620901001", committees=2, villages=4) + _township("620901100", committees=1, villages=7)
    lines += _township("620201100", committees=2, villages=3) + _township("629999100", committees=1, villages=2)
    (folder / "codes" / "counties.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codes" / "provinces.csv").write_text('code,name\n62,"示例省"\n', encoding="utf-8")
    for name, text in {"population": POPULATION, "households": HOUSEHOLDS, "housing": HOUSING}.items():
        (folder / "census" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _township(code: str, *, committees: int, villages: int) -> list[str]:
    numbers = [*range(1, committees + 1), *range(200, 200 + villages)]
    kinds = ["社区居民委员会"] * committees + ["村民委员会"] * villages
    units = [f"{code}{number:03},第{number}{kind},5,{code}000" for number, kind in zip(numbers, kinds, strict=True)]
    return [f"{code}000,示例镇,4,{code[:6]}000000", *units]
