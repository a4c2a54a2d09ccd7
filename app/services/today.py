"""Which day it is where the plans are in force."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

PLACE_OF_TODAY: Final = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The date there now."""
    return datetime.now(PLACE_OF_TODAY).date()
