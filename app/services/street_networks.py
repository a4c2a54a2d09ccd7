"""Street networks for those who order and use them: submit, look up, list, delete."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.geometry.crs import coordinate_system
from app.language import Language
from app.readers.encodings import codec_of
from app.schemas.job import JobLinks, JobQuery
from app.schemas.page import Page
from app.schemas.street_network import (
    StreetNetworkFields,
    StreetNetworkJobRead,
    StreetNetworkQuery,
    StreetNetworkRead,
    network_read,
)
from app.services import jobs
from app.services.batch_terms import as_fields
from app.services.jobs import JobView, NewJob
from app.services.requests import NextLink
from app.services.street_network_work import STREET_NETWORK
from app.store import street_networks as stored
from app.store.job_files import NewInput
from app.store.job_tables import Job, JobInput
from app.store.paging import Cut

COLLECTION: Final = "/v1/street-networks"
JOBS: Final = f"{COLLECTION}/jobs"


@dataclass(frozen=True, kw_only=True)
class StreetNetworkOrder:
    """A file of streets, with what was said of it."""

    file: NewInput
    fields: StreetNetworkFields
    idempotency_key: str | None = None


@dataclass(frozen=True)
class StreetNetworkJobView:
    """How imports of streets are shown: the results of one are the network."""

    language: Language

    def show(self, job: Job, files: Sequence[JobInput]) -> StreetNetworkJobRead:
        """The job for its readers."""
        read = JobView(JOBS, self.language).show(job, files)
        results = f"{COLLECTION}/{job.summary['id']}" if job.summary else None
        return StreetNetworkJobRead(**{**dict(read), "links": JobLinks(self=read.links.self, results=results)})


def submit_network(session: Session, order: StreetNetworkOrder, *, view: StreetNetworkJobView) -> StreetNetworkJobRead:
    """Store the order; it is worked on as soon as the session is committed.

    Raises InvalidInput for a coordinate system or encoding that is not known, for an empty file, and for a key that
    came with another order before.
    """
    _refuse_unknown(order.fields)
    new = NewJob(
        kind=STREET_NETWORK,
        parameters=order.fields.model_dump(mode="json"),
        inputs=(order.file,),
        idempotency_key=order.idempotency_key,
    )
    return _shown(session, jobs.submit(session, new).job, view)


def read_network_job(session: Session, job_id: str, *, view: StreetNetworkJobView) -> StreetNetworkJobRead:
    """How far the import has come. Raises NotFound."""
    return jobs.read_job(session, STREET_NETWORK, job_id, view=view)


def list_network_jobs(
    session: Session, query: JobQuery, *, view: StreetNetworkJobView, link: NextLink
) -> Page[StreetNetworkJobRead]:
    """A page of the imports, newest first."""
    return jobs.list_jobs(session, STREET_NETWORK, query, view=view, link=link)


def cancel_or_delete_network_job(
    session: Session, job_id: str, *, view: StreetNetworkJobView
) -> StreetNetworkJobRead | None:
    """Cancel an import that has not finished, and give it as it is then; remove a finished one, and give None.

    The network that it has made stays. Raises NotFound.
    """
    job = jobs.cancel_or_delete(session, STREET_NETWORK, job_id)
    return None if job is None else _shown(session, job, view)


def list_networks(
    session: Session, query: StreetNetworkQuery, *, language: Language, link: NextLink
) -> Page[StreetNetworkRead]:
    """A page of the networks, in the order in which they were stored."""
    page = stored.read(session, cut=Cut(query.limit, query.after))
    return Page(
        items=[network_read(row, language) for row in page.items],
        next=None if page.after is None else link(page.after),
        total=stored.count(session),
    )


def read_network(session: Session, network_id: int, *, language: Language) -> StreetNetworkRead:
    """What is known of the network. Raises NotFound."""
    return network_read(stored.get(session, network_id), language)


def delete_network(session: Session, network_id: int) -> None:
    """Remove the network. Raises NotFound."""
    stored.remove(session, network_id)


def _shown(session: Session, job: Job, view: StreetNetworkJobView) -> StreetNetworkJobRead:
    return view.show(job, jobs.files(session, job))


def _refuse_unknown(fields: StreetNetworkFields) -> None:
    """What the reading would refuse for certain is better refused at once."""
    try:
        if fields.crs is not None:
            coordinate_system(fields.crs)
    except InvalidInput as refusal:
        raise InvalidInput(*(replace(fault, pointer="/crs") for fault in refusal.faults)) from None
    try:
        if fields.encoding is not None:
            codec_of(fields.encoding)
    except InvalidInput as refusal:
        raise as_fields(refusal) from None
