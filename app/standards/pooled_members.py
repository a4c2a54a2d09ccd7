"""Values of a jurisdiction pooled over its members."""

from app.standards.assess import Measurer, question_of
from app.standards.catalogue import AppliedRule
from app.standards.members import Members
from app.standards.pooling import Pooled, pool, pool_parts
from app.standards.scope import scope_reasons
from app.standards.vocabulary import Level

NEVER_POOLED = ("reported", "information")


def pooled_over_members(item: AppliedRule, members: Members, *, broad: bool = False) -> Pooled | None:
    """The rule's pooled value over the communities, or townships, in its scope."""
    rule = item.rule
    if rule.indicator in NEVER_POOLED:
        return None
    question = question_of(rule, broad=broad)
    parts = measurer_of(item, members).parts
    per = members.catalogues.indicator(rule.indicator).per
    return pool_parts(
        [pool(part.measure(question), scope_reasons(rule, part.facts), per=per) for part in parts], per=per
    )


def measurer_of(item: AppliedRule, members: Members) -> Measurer:
    """The units that a rule's value is pooled over: townships where it speaks of them, else communities."""
    of_townships = item.rule.level is Level.TOWNSHIP or item.rule.indicator == "township_coverage"
    return members.of_townships if of_townships else members.of_communities
