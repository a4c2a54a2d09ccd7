"""Street networks as jobs: a file is read in the limited process, and the network stored."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Final, cast

from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.jobs.kinds import Chunk, Submission, Work
from app.readers.options import ReadLimits, ReadOptions
from app.readers.street_reading import StreetReading, read_streets
from app.schemas.street_network import StreetNetworkSummaryRead, left_out_read
from app.services.batch_terms import as_fields
from app.settings import Settings
from app.store import street_networks as stored
from app.store.job_tables import Json
from app.store.street_network_tables import StreetNetworkRow
from app.store.unit_of_work import Store
from app.walking.figures import figures_of

STREET_NETWORK: Final = "street_network"


@dataclass(frozen=True)
class StreetNetworkKind:
    """Makes street networks of files."""

    store: Store
    settings: Settings
    name: str = STREET_NETWORK

    def open(self, submission: Submission) -> Work:
        """The work on a file, which is read when the work is done."""
        return StreetNetworkWork(submission, self.settings)


class StreetNetworkWork(Work):
    """One file, one network: the network is stored with the only chunk, and so once."""

    total = chunk_count = 1

    def __init__(self, submission: Submission, settings: Settings) -> None:
        self._submission = submission
        self._settings = settings

    def run(self, number: int) -> Chunk:
        """Read the file. Raises InvalidInput with the reasons why it holds no network."""
        given = self._submission.parameters
        file = self._submission.inputs[0]
        options = ReadOptions(
            **{name: given[name] for name in ("crs", "encoding", "mapping", "walkable_filter")},
            file_name=file.name or None,
        )
        try:
            reading = read_streets(file.path, options=options, limits=self._limits(), within=self._submission.folder)
        except InvalidInput as refusal:
            raise as_fields(refusal) from None
        return Chunk(done=1, rows=reading)

    def write(self, session: Session, number: int, chunk: Chunk) -> Chunk:
        """Store the network."""
        reading = cast("StreetReading", chunk.rows)
        row = stored.insert(session, self._row(reading), reading.packed)
        summary = StreetNetworkSummaryRead(
            id=row.id,
            checksum=row.checksum,
            nodes=row.node_count,
            edges=row.street_count,
            length_m=row.length_m,
            pieces=row.piece_count,
            left_out=left_out_read(reading.report),
        )
        return Chunk(done=1, summary=summary.model_dump(mode="json"))

    def finish(self, session: Session, summaries: Sequence[Json]) -> Json:
        """The network's id and figures."""
        return summaries[0]

    def _limits(self) -> ReadLimits:
        return ReadLimits(
            memory_bytes=self._settings.read_memory_bytes,
            seconds=self._settings.read_seconds,
            nodes=self._settings.max_network_nodes,
        )

    def _row(self, reading: StreetReading) -> StreetNetworkRow:
        given, file = self._submission.parameters, self._submission.inputs[0]
        figures, report = figures_of(reading.network), reading.report
        west, south, east, north = figures.box
        return StreetNetworkRow(
            name=given["name"] or PurePath(file.name).stem or STREET_NETWORK,
            is_default=given["is_default"],
            format=report.format,
            crs=report.crs,
            crs_source=report.crs_source,
            walkable_filter=report.walkable_filter,
            node_count=figures.nodes,
            street_count=figures.streets,
            length_m=figures.length_m,
            classes=[asdict(one) for one in figures.classes],
            west=west,
            south=south,
            east=east,
            north=north,
            piece_count=figures.pieces,
            largest_piece_share=figures.largest_piece_share,
            report=report.as_document(),
            checksum=reading.network.checksum,
            source_name=file.name,
            source_sha256=reading.sha256,
            byte_count=len(reading.packed),
        )
