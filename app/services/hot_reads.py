"""What is read all the time: one community, and its assessment.

Each request asks the database in one statement which state it is in; what was answered for this very state, in this
process, is given again as it was. Otherwise the answer is made anew, whole from one snapshot of the data.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from app.language import Language
from app.schemas.etag import etag, is_none_match
from app.services.answers import Answer, KeptAnswers
from app.services.assessment import assess_community, assessment_tag, read_groups
from app.services.communities import read_community
from app.services.coverage_desk import CoverageDesk
from app.services.known_standards import Standards
from app.services.lanes import Lane
from app.services.standards import Shelf
from app.services.terms import Terms
from app.services.walking_facts import WalkingFacts
from app.services.wording import Wording
from app.store.facts_revision import FactsState, Glances, read_facts_state, read_revisions
from app.store.unit_of_work import Store


@dataclass(frozen=True)
class Wishes:
    """What a client asks of an assessment; `known` is the If-None-Match of an answer that it has already."""

    on: date
    standard: str
    groups: str
    language: Language
    known: str | None = None


class HotReads:
    """Gives answers as bytes."""

    def __init__(self, store: Store, lane: Lane, shelf: Shelf, desk: CoverageDesk) -> None:
        self._store = store
        self._lane = lane
        self._shelf = shelf
        self._desk = desk
        self._glances = Glances(store)
        self._kept = KeptAnswers()

    async def community(self, community_id: int) -> Answer:
        """The community. Raises NotFound."""
        now = await self._glances.revisions(community_id)
        body = self._kept.get(now)
        if body is not None:
            return Answer(etag(now.revision), body)
        return await self._lane.run(partial(self._community_anew, community_id))

    async def assessment(self, community_id: int, wishes: Wishes) -> Answer:
        """The assessment of the community; without a body where the client has it.

        Raises NotFound, also for an unknown standard, and InvalidInput for an unknown group.
        """
        now = await self._glances.facts_state(community_id)
        standards = self._shelf.known(now.shelf_state)
        if standards is not None and not self._walks(now):
            tag = assessment_tag(now, terms=self._terms(wishes, standards))
            if is_none_match(wishes.known, tag):
                return Answer(tag, None)
            body = self._kept.get((community_id, tag))
            if body is not None:
                return Answer(tag, body)
        return await self._lane.run(partial(self._assessment_anew, community_id, wishes))

    def close(self) -> None:
        """Let go of threads and connections."""
        self._glances.close()

    def _community_anew(self, community_id: int) -> Answer:
        with self._store.reading() as session:
            body = read_community(session, community_id).model_dump_json().encode()
            then = read_revisions(session, community_id)
        self._kept.keep(then, body)
        return Answer(etag(then.revision), body)

    def _assessment_anew(self, community_id: int, wishes: Wishes) -> Answer:
        with self._store.reading() as session:
            then = read_facts_state(session, community_id)
            terms = self._terms(wishes, self._shelf.known(then.shelf_state) or self._shelf.read(session))
            tag = assessment_tag(then, terms=terms, walks=self._walks_state(session, then, terms))
            if is_none_match(wishes.known, tag):
                return Answer(tag, None)
            body = self._kept.get((community_id, tag))
            if body is None:
                body = assess_community(session, community_id, terms=terms).model_dump_json().encode()
        self._kept.keep((community_id, tag), body)
        return Answer(tag, body)

    def _walks(self, state: FactsState) -> bool:
        """Whether homes can be walked from: what they reach is then asked in a session of its own."""
        return state.networks > 0

    def _walks_state(self, session: Session, state: FactsState, terms: Terms) -> str:
        if not self._walks(state):
            return ""
        walking = WalkingFacts(self._desk, terms.standards.by_id.values())
        return walking.state(session, state.community_id, on=terms.on)

    def _terms(self, wishes: Wishes, standards: Standards) -> Terms:
        return Terms(
            on=wishes.on,
            standard=wishes.standard,
            groups=read_groups(wishes.groups),
            standards=standards,
            wording=Wording(self._desk.catalogues, wishes.language),
            walked=WalkingFacts(self._desk, standards.by_id.values()),
        )
