"""The facts of a division's communities, with the walks of their homes where a street network is stored."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.services.terms import Terms
from app.standards.members import Members
from app.store.facts import CommunityTable, load_division


def load_walked_division(session: Session, division: str, *, terms: Terms) -> tuple[CommunityTable, Members]:
    """The communities of a division of 0 to 12 digits, and its members."""
    table, members = load_division(session, division, on=terms.on, catalogues=terms.wording.catalogues)
    if terms.walked is None:
        return table, members
    facts = terms.walked.of_division(session, table.ids, table.facts, on=terms.on)
    return replace(table, facts=facts), replace(members, communities=facts)
