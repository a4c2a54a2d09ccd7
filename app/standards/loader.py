"""Plan files in, standards out: read, checked, and put together with what they extend."""

import functools
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from app.errors import Fault, InvalidInput
from app.standards.catalogues import Catalogues, load_catalogues
from app.standards.checks import check_standard
from app.standards.model import Rule, Standard
from app.standards.plan_errors import content_error, duplicate_standard, encoding_error, shape_error, syntax_error


def load_plan_file(path: Traversable, catalogues: Catalogues) -> Standard:
    """The standard that the TOML file holds.

    Raises StandardFileError for the first thing wrong: the syntax, repeated, unknown or missing keys, values of
    another kind, and everything that `check_standard` finds.
    """
    document = _parse(path)
    try:
        text = json.dumps(document, ensure_ascii=False, default=_json_date)
        standard = Standard.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise shape_error(path.name, document, error.errors()) from None
    faults = check_standard(standard, catalogues)
    if faults:
        raise content_error(path.name, document, faults[0])
    return standard


def load_plan_files(paths: Iterable[Traversable], catalogues: Catalogues) -> tuple[Standard, ...]:
    """The standards of several files, which all have ids of their own; StandardFileError as for one."""
    found: dict[str, str] = {}
    standards = []
    for path in paths:
        standard = load_plan_file(path, catalogues)
        first = found.setdefault(standard.id, path.name)
        if first != path.name:
            raise duplicate_standard(path.name, standard.id, first)
        standards.append(standard)
    return tuple(standards)


@functools.cache
def load_builtin_standards() -> tuple[Standard, ...]:
    """The plans that come with the service, in the order of their file names."""
    folder = files("app.standards").joinpath("plans")
    plans = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    return load_plan_files(plans, load_catalogues())


def resolve(standard: Standard, lookup: Callable[[str], Standard | None]) -> Standard:
    """The standard with the rules of what it extends: overridden by id in place, new ones at the end.

    An inherited rule keeps its source: the base document's name is written into it. Raises InvalidInput
    (`unknown_base`, `extends_cycle`) where the chain of bases does not end.
    """
    lineage = [standard]
    while (base_id := lineage[-1].extends) is not None:
        if base_id in {known.id for known in lineage}:
            raise InvalidInput(Fault("extends_cycle", "/extends", standard.extends, {"base": base_id}))
        base = lookup(base_id)
        if base is None:
            raise InvalidInput(Fault("unknown_base", "/extends", base_id))
        lineage.append(base)
    rules: dict[str, Rule] = {}
    for ancestor in reversed(lineage[1:]):
        rules |= {rule.id: with_document(rule, document_name(ancestor)) for rule in ancestor.rules}
    rules |= {rule.id: rule for rule in standard.rules}
    return standard.model_copy(update={"rules": tuple(rules.values())})


def document_name(standard: Standard) -> str:
    """How the document is cited: its Chinese title and, where there is one, its number."""
    return f"{standard.title.zh} {standard.document_number}".strip()


def content_hash(standard: Standard) -> str:
    """SHA-256 of the standard's canonical JSON, in hexadecimal: changes with any field of it."""
    content = standard.model_dump(mode="json", by_alias=True)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def with_document(rule: Rule, document: str) -> Rule:
    """The rule with its document's name written into its source, unless one is there."""
    if rule.source.document:
        return rule
    return rule.model_copy(update={"source": rule.source.model_copy(update={"document": document})})


def _json_date(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _parse(path: Traversable) -> Mapping[str, object]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise encoding_error(path.name, raw, error) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise syntax_error(path.name, text, error) from None
