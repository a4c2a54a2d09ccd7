"""Users' own standards are added and never changed."""

import pytest

from app.errors import Conflict
from app.store import standards
from app.store.tables import OwnStandard
from app.store.unit_of_work import Store

DOCUMENT = {"id": "ours", "rules": [{"id": "b", "targets": [{"year": 2025, "value": 31.2}]}], "title": {"zh": "标准"}}


def own(standard_id: str, division: str = "1308") -> OwnStandard:
    return OwnStandard(id=standard_id, document=DOCUMENT, content_hash="0" * 64, division_code=division)


def test_the_document_comes_back_with_its_order(store: Store) -> None:
    with store.unit_of_work() as session:
        standards.create(session, own("ours"))
    with store.reading() as session:
        found = standards.find(session, "ours")
        assert standards.find(session, "theirs") is None
    assert found is not None
    assert list(found.document.items()) == list(DOCUMENT.items())


def test_an_id_is_taken_once(store: Store) -> None:
    with store.unit_of_work() as session:
        standards.create(session, own("ours"))
    with pytest.raises(Conflict) as refused, store.unit_of_work() as session:
        standards.create(session, own("ours"))
    [fault] = refused.value.faults
    assert (fault.code, fault.pointer, fault.params) == ("duplicate_standard", "/id", {"id": "ours"})


def test_all_are_read_in_the_order_of_their_ids(store: Store) -> None:
    with store.unit_of_work() as session:
        for name, division in (("d", ""), ("c", "13"), ("b", "130824"), ("a", "130825"), ("e", "130824001")):
            standards.create(session, own(name, division))
    with store.reading() as session:
        assert [row.id for row in standards.read_all(session)] == ["a", "b", "c", "d", "e"]
