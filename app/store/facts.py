"""What the core assesses, read from the database as columns: rows become arrays, never objects.

Rows come in the order of their ids, so that a community gives the same bits alone and in a table.
"""

from collections.abc import Sequence
from typing import Any

type_of_rows = Sequence[Any]
