"""The summary of a batch: kept as codes and counts, added up over its chunks, put into words when it is read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.errors import Fault
from app.language import Language
from app.readers.report import ReadReport
from app.schemas.batch import BatchSummaryRead, ReadReportRead, StandardRef
from app.schemas.problem import fault_read
from app.schemas.project_result import ProjectRuleSummaryRead
from app.services.wording import Wording
from app.standards.catalogues import in_language
from app.standards.loader import content_hash
from app.standards.project_summary import RuleTotals, summarise_projects
from app.standards.projects import ProjectResults
from app.store.job_tables import Json

_COUNTS = ("by_status", "by_verdict", "errors", "warnings")
_RULE_COUNTS = ("verdicts", "reasons")


def summary_of(results: ProjectResults) -> Json:
    """What a chunk contributes."""
    summary = summarise_projects(results)
    codes, is_warning = results.errors.code, results.errors.is_warning
    used = {standard.id: content_hash(standard) for part in results.parts for standard in part.applied.chain}
    return {
        "projects": summary.projects,
        "by_status": dict(summary.statuses),
        "by_verdict": dict(summary.verdicts),
        "rules": [_rule_document(totals) for totals in summary.rules],
        "errors": dict(sorted(Counter(codes[~is_warning].tolist()).items())),
        "warnings": dict(sorted(Counter(codes[is_warning].tolist()).items())),
        "standards": used,
    }


def whole_summary(parts: Sequence[Json], report: ReadReport | None) -> Json:
    """The summaries of all chunks as one, with what was understood of the file; however it was cut into chunks."""
    return {
        "projects": sum(part["projects"] for part in parts),
        **{name: _added(part[name] for part in parts) for name in _COUNTS},
        "rules": _added_rules(rule for part in parts for rule in part["rules"]),
        "standards": dict(sorted(item for part in parts for item in part["standards"].items())),
        "read": None if report is None else report.as_document(),
    }


def summary_read(document: Json, wording: Wording) -> BatchSummaryRead:
    """The summary in words."""
    return BatchSummaryRead(
        projects=document["projects"],
        by_status=document["by_status"],
        by_verdict=document["by_verdict"],
        rules=[_rule_read(rule, wording) for rule in document["rules"]],
        errors=document["errors"],
        warnings=document["warnings"],
        standards=[StandardRef(id=name, content_hash=text) for name, text in sorted(document["standards"].items())],
        read=None if document["read"] is None else report_read(document["read"], wording.language),
    )


def report_of(document: Json) -> ReadReport | None:
    """What was understood of the file; None of a list in JSON."""
    return None if document["read"] is None else ReadReport.of_document(document["read"])


def report_read(document: Json, language: Language) -> ReadReportRead:
    """What was understood of a file, for its readers."""
    notes = [fault_read(Fault(note["code"], "", None, note["params"]), language) for note in document["notes"]]
    return ReadReportRead(**{**document, "notes": notes})


def _rule_document(totals: RuleTotals) -> Json:
    standard = totals.applied.standard
    return {
        "standard": standard.id,
        "rule": totals.applied.rule.id,
        "group": totals.applied.rule.group,
        "indicator": totals.applied.rule.indicator,
        "verdicts": dict(totals.verdicts),
        "reasons": dict(totals.reasons),
        "shortfall": totals.shortfall,
        "order": [standard.division_code, standard.id, [rule.id for rule in standard.rules].index(totals.key[1])],
    }


def _added_rules(rules: Iterable[Json]) -> list[Json]:
    found: dict[tuple[str, str], Json] = {}
    for rule in rules:
        key = rule["standard"], rule["rule"]
        found[key] = _both(found[key], rule) if key in found else rule
    return sorted(found.values(), key=lambda rule: rule["order"])


def _both(one: Json, other: Json) -> Json:
    missing = [item["shortfall"] for item in (one, other) if item["shortfall"] is not None]
    counts = {name: _added((one[name], other[name])) for name in _RULE_COUNTS}
    return {**one, **counts, "shortfall": sum(missing) if missing else None}


def _added(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))


def _rule_read(rule: Json, wording: Wording) -> ProjectRuleSummaryRead:
    indicator = wording.catalogues.indicator(rule["indicator"])
    words = {
        "indicator_label": in_language(indicator.label, wording.language),
        "shortfall": wording.missing(rule["shortfall"], indicator),
    }
    return ProjectRuleSummaryRead(**{**rule, **words})
