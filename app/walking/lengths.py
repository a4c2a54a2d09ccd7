"""Lengths in whole decimetres, which 16 bits hold."""

from typing import Final

DM_PER_M: Final = 10
LONGEST_DM: Final = 65_000
"""No street or chain of streets is longer: longer ones are cut, so that any place on them can be told in 16 bits."""
