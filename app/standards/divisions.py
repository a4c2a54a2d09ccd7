"""Division codes (统计用区划代码): what their digits say. Whether a code exists is not asked: lists age."""

import re

from app.errors import Fault, InvalidInput
from app.standards.vocabulary import Setting, TownshipType

LEVEL_ENDS = (2, 4, 6, 9, 12)
"""Where province, prefecture, county, township and community end."""

COMMUNITY_DIGITS = LEVEL_ENDS[-1]
TOWNSHIP_DIGITS = LEVEL_ENDS[-2]
COUNTY_DIGITS = LEVEL_ENDS[-3]

_SETTINGS = (
    (range(1, 200), Setting.URBAN),
    (range(200, 400), Setting.RURAL),
    (range(400, 500), Setting.URBAN),
    (range(500, 600), Setting.RURAL),
)
_TOWNSHIP_TYPES = (
    (range(1, 100), TownshipType.SUBDISTRICT),
    (range(100, 200), TownshipType.TOWN),
    (range(200, 400), TownshipType.TOWNSHIP),
    (range(400, 600), TownshipType.FARM_OR_ZONE),
)


def normal_division(code: str, *, pointer: str = "") -> str:
    """The code without trailing levels of zeros; the empty code, or one of zeros only, is the nation.

    Raises InvalidInput (`bad_division_code`) unless the code is of digits and ends at a level.

    >>> normal_division("130824000000"), normal_division("62"), normal_division("000000")
    ('130824', '62', '')
    """
    if not re.fullmatch(r"[0-9]*", code) or len(code) not in (0, *LEVEL_ENDS):
        raise InvalidInput(Fault("bad_division_code", pointer, code))
    for start, end in reversed(list(zip((0, *LEVEL_ENDS), LEVEL_ENDS, strict=False))):
        if len(code) == end and not code[start:end].strip("0"):
            code = code[:start]
    return code


def community_code(code: str, *, pointer: str = "") -> str:
    """The code, if it can be a community's: 12 digits of which the last three are not all zero.

    Raises InvalidInput (`bad_community_code`) otherwise.

    >>> community_code("130824001001")
    '130824001001'
    """
    if not re.fullmatch(rf"[0-9]{{{COMMUNITY_DIGITS}}}", code) or not code[TOWNSHIP_DIGITS:].strip("0"):
        raise InvalidInput(Fault("bad_community_code", pointer, code))
    return code


def derived_setting(code: str) -> Setting | None:
    """Urban or rural by the kind of committee, digits 10 to 12; None where they do not tell.

    >>> derived_setting("130824001001"), derived_setting("130824101200"), derived_setting("130824101600")
    (<Setting.URBAN: 'URBAN'>, <Setting.RURAL: 'RURAL'>, None)
    """
    if len(code) != COMMUNITY_DIGITS:
        return None
    number = int(code[TOWNSHIP_DIGITS:])
    return next((setting for numbers, setting in _SETTINGS if number in numbers), None)


def township_type(code: str) -> TownshipType | None:
    """The type of the township that the code names or lies in, by digits 7 to 9; None where they do not tell.

    >>> township_type("130824001"), township_type("130824"), township_type("130824600")
    (<TownshipType.SUBDISTRICT: 'SUBDISTRICT'>, None, None)
    """
    if len(code) < TOWNSHIP_DIGITS:
        return None
    number = int(code[COUNTY_DIGITS:TOWNSHIP_DIGITS])
    return next((kind for numbers, kind in _TOWNSHIP_TYPES if number in numbers), None)
