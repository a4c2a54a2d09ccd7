"""What figures and days may be, wherever they come from: requests, files, imports."""

from datetime import date

LARGEST = 1_000_000_000_000_000
SMALLEST_AMOUNT = 0.000001
"""Of an area in m², a mm²: smaller ones are no areas, and what is divided by them has no number any more."""
LONGEST_DAY_HOURS = 24
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
LONGEST_NAME = 200
