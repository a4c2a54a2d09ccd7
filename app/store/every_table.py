"""All tables together: what declares them is imported here, so that none is missing from the whole."""

from typing import Final

from app.store.job_tables import JOB
from app.store.street_network_tables import STREET_NETWORK
from app.store.tables import COMMUNITY
from app.store.walking_tables import RESIDENCE

METADATA: Final = COMMUNITY.metadata

assert JOB.metadata is METADATA  # noqa: S101 - a declaration elsewhere would be lost to the migrations in silence
assert RESIDENCE.metadata is METADATA  # noqa: S101 - the same
assert STREET_NETWORK.metadata is METADATA  # noqa: S101 - the same
