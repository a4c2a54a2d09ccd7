"""The exit statuses of the commands."""

from typing import Final

DONE: Final = 0
FAILED: Final = 1
"""Of `validate`: some project fails. Of the others: what was asked did not succeed."""
UNHEALTHY: Final = FAILED
UNUSABLE: Final = 2
"""The arguments, the settings or the input cannot be used."""
UNDECIDED: Final = 3
"""No project fails, but some could not be evaluated, or not be read."""
