"""The coordinate system that a file names, in whatever way, as one of those read here."""

import ast
import json
import re
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from app.errors import Fault, InvalidInput
from app.geometry.crs import SUPPORTED_CRS, coordinate_system

ZONE_WIDTH = 3
FIRST_ZONE, LAST_ZONE = 25, 45
FIRST_ZONED, FIRST_UNZONED = 4513, 4534
FALSE_EASTING_M = 500_000
ZONE_FACTOR = 1_000_000
UTM_SCALE = 0.9996
_SAME_ELLIPSOID = ("CGCS2000", "WGS 84", "China_2000", "WGS_1984", "China 2000", "GRS 1980", "WGS84")
_INIT: Final = re.compile(r"init['\"]?\s*[:=]\s*['\"]?(\w+:\d+)", re.IGNORECASE)
"""How PROJ named a system by its code until its version 6: `+init=epsg:4326`, or {'init': 'epsg:4326'}."""
_LONGEST_DICTIONARY: Final = 2_000


def system_name(text: str) -> str:
    """The name of the system that a text stands for, such as `EPSG:4527`: WKT, PROJJSON, authority code, or PROJ's own.

    PROJ's parameters may stand in a text (+proj=utm +zone=48) or in a dictionary of Python, as older OSMnx wrote it.

    Raises InvalidInput `unknown_crs`, with the system's own name.
    """
    try:
        return coordinate_system(text).name
    except InvalidInput:
        pass
    first = text.lstrip()[:1]
    if first in {"+", "{"} and (named := _INIT.search(text)):
        return system_name(named[1])
    try:
        crs = CRS.from_user_input(_dictionary(text) if first == "{" else text)
        found = _by_code(crs) or _by_parameters(crs)
    except (CRSError, ValueError) as error:  # a system may be written so that only its parts are impossible
        raise _unknown(text) from error
    if found is None:
        raise _unknown(crs.name)
    return found


def _dictionary(text: str) -> object:
    """A dictionary of JSON or of Python. Raises ValueError."""
    try:
        return json.loads(text)
    except ValueError:
        if len(text) > _LONGEST_DICTIONARY:
            raise
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(text) from error


def _by_code(crs: CRS) -> str | None:
    code = crs.to_epsg(min_confidence=70)
    try:
        return coordinate_system(f"EPSG:{code}").name if code else None
    except InvalidInput:
        return None


def _by_parameters(crs: CRS) -> str | None:
    """By datum, central meridian and false easting: what files of other programs agree on."""
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    geodetic = crs.geodetic_crs
    if geodetic is None or not _is_same_datum(geodetic):
        return None
    if crs.is_geographic:
        return "EPSG:4490" if "2000" in geodetic.name else "EPSG:4326"
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    params = {param.name: float(param.value) for param in operation.params}
    code = _zone_code(params)
    return coordinate_system(f"EPSG:{code}").name if code else None


def _is_same_datum(geodetic: CRS) -> bool:
    names = (geodetic.name, geodetic.datum.name if geodetic.datum else "")
    return any(known in name.replace("D_", "") for name in names for known in _SAME_ELLIPSOID)


def _zone_code(params: dict[str, float]) -> int | None:
    meridian = params.get("Longitude of natural origin", 0.0)
    easting = params.get("False easting", 0.0)
    scale = params.get("Scale factor at natural origin", 1.0)
    zone, rest = divmod(meridian, ZONE_WIDTH)
    if abs(scale - UTM_SCALE) < 1e-9 and easting == FALSE_EASTING_M:
        is_south = params.get("False northing", 0.0) > 0
        return (32701 if is_south else 32601) + int((meridian + 177) // 6)
    if scale != 1 or rest or not FIRST_ZONE <= zone <= LAST_ZONE:
        return None
    if easting == FALSE_EASTING_M:
        return FIRST_UNZONED + int(zone) - FIRST_ZONE
    return FIRST_ZONED + int(zone) - FIRST_ZONE if easting == zone * ZONE_FACTOR + FALSE_EASTING_M else None


def _unknown(name: str) -> InvalidInput:
    shown = name[:100]
    return InvalidInput(Fault("unknown_crs", "?crs", shown, {"crs": shown, "supported": SUPPORTED_CRS}))
