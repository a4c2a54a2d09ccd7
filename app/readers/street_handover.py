"""How the reading process hands a network over: its columns as they are, in one file."""

from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from app.errors import Fault, InvalidInput
from app.walking.street_columns import StreetColumns

NETWORK: Final = "network.npz"
_COLUMNS: Final = {"lon_lat": "<f8", "start": "<i4", "end": "<i4", "length_dm": "<u2", "street_class": "|u1"}
_CLASSES: Final = "classes"


def hand_over(columns: StreetColumns, folder: Path) -> None:
    """Write the network into the folder."""
    held: dict[str, Any] = {name: getattr(columns, name) for name in _COLUMNS}  # Any: columns differ in what they hold
    held[_CLASSES] = np.array(columns.classes, np.str_)
    np.savez(folder / NETWORK, **held)


def take_over(folder: Path) -> StreetColumns:
    """The network from the folder. Raises InvalidInput `reading_crashed` where it is not whole."""
    try:
        with np.load(folder / NETWORK, allow_pickle=False) as held:
            classes = tuple(map(str, held[_CLASSES].tolist()))
            columns = {name: np.asarray(held[name]) for name in _COLUMNS}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise InvalidInput(Fault("reading_crashed")) from error
    network = StreetColumns(**columns, classes=classes)
    if any(columns[name].dtype != np.dtype(kind) for name, kind in _COLUMNS.items()) or not network.is_sound:
        raise InvalidInput(Fault("reading_crashed"))
    return network
