"""Uploads: streamed to files, refused with a reason when they are no forms, too large only beyond their own limit."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from app import problems
from app.middleware import BodyLimit, Uploads
from app.uploads import MAX_FIELDS, MAX_FILES, Upload, get_upload
from tests.api.calls import fault

BODY_LIMIT, UPLOAD_LIMIT = 2_000, 3_000_000
FORM = "multipart/form-data; boundary=b"


def described(upload: Annotated[Upload, Depends(get_upload)]) -> dict[str, object]:
    file = upload.file("file")
    assert isinstance(file.content, SpooledTemporaryFile)
    content = file.content.read()
    return {
        "fields": upload.texts(beside=("file", "facilities")),
        "name": file.name,
        "type": file.media_type,
        "count": file.byte_count,
        "sum": sum(content),
        "is_on_disk": bool(file.content._rolled),
    }


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI()
    app.add_middleware(BodyLimit, max_body_bytes=BODY_LIMIT, uploads=Uploads(frozenset({"/upload"}), UPLOAD_LIMIT))
    problems.install(app)
    app.post("/upload")(described)
    app.post("/elsewhere")(described)
    with TestClient(app) as client:
        yield client


def test_form_is_read_with_its_texts_and_files(client: TestClient) -> None:
    files = {"file": ("项目.csv", b"\x01\x02\x03", "text/csv")}
    answer = client.post("/upload", data={"on": "2025-12-31", "crs": "EPSG:4490"}, files=files)
    assert answer.json() == {
        "fields": {"on": "2025-12-31", "crs": "EPSG:4490"},
        "name": "项目.csv",
        "type": "text/csv",
        "count": 3,
        "sum": 6,
        "is_on_disk": False,
    }


def test_large_file_is_kept_on_disk(client: TestClient) -> None:
    answer = client.post("/upload", files={"file": ("a.csv", b"\x01" * 2_000_000)})
    assert (answer.json()["sum"], answer.json()["is_on_disk"]) == (2_000_000, True)


def test_upload_over_its_own_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files={"file": ("a.csv", b"\x01" * UPLOAD_LIMIT)})
    assert answer.status_code == 413
    assert str(UPLOAD_LIMIT) in answer.json()["detail"]


def test_upload_over_its_own_limit_is_refused_when_no_length_is_stated(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(UPLOAD_LIMIT // 1000 + 1):
            yield b"\x01" * 1000

    assert client.post("/upload", content=pieces(), headers={"Content-Type": FORM}).status_code == 413


@pytest.mark.parametrize(
    ("path", "content_type"), [("/elsewhere", FORM), ("/upload", "application/json"), ("/upload", "")]
)
def test_other_bodies_have_the_smaller_limit(client: TestClient, path: str, content_type: str) -> None:
    answer = client.post(path, content=b"1" * (BODY_LIMIT + 1), headers={"Content-Type": content_type})
    assert answer.status_code == 413


def test_body_that_is_no_form_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", content=b"{}", headers={"Content-Type": "application/json"})
    assert fault(answer, 415)["pointer"] == "Content-Type"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b""),
        (FORM, b"not a form at all"),
        (FORM, b'--b\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n--b--\r\n'),
        (FORM, b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(60))),
        (
            FORM,
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="a"\r\n\r\nx\r\n' % n for n in range(12)
            ),
        ),
    ],
)
def test_malformed_form_is_refused(client: TestClient, content_type: str, body: bytes) -> None:
    assert (MAX_FIELDS, MAX_FILES) == (50, 10)
    answer = client.post("/upload", content=body, headers={"Content-Type": content_type})
    assert fault(answer, 422)["code"] == "upload_malformed"


def test_missing_file_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files={"other": ("a.csv", b"1")})
    assert (fault(answer, 422)["code"], fault(answer, 422)["pointer"]) == ("missing", "/file")


def test_file_cut_off_before_its_end_is_refused(client: TestClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of'
    answer = client.post("/upload", content=body, headers={"Content-Type": FORM})
    assert fault(answer, 422)["code"] == "upload_malformed"


def test_repeated_part_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files=[("file", ("a.csv", b"1")), ("file", ("b.csv", b"2"))])
    assert fault(answer, 422)["code"] == "upload_repeated"


def test_control_characters_are_refused_in_texts_and_left_out_of_names(client: TestClient) -> None:
    assert fault(client.post("/upload", data={"crs": "a\x00b"}, files={"file": ("a", b"1")}), 422)["pointer"] == "/crs"
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\x00\x1fb.csv"\r\n\r\nx\r\n--b--\r\n'
    assert client.post("/upload", content=body, headers={"Content-Type": FORM}).json()["name"] == "ab.csv"


def test_file_that_was_not_chosen_counts_as_left_out(client: TestClient) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="facilities"; filename=""\r\n\r\n\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n'
    )
    answer = client.post("/upload", content=body, headers={"Content-Type": FORM}).json()
    assert (answer["fields"], answer["name"]) == ({}, "a")


def test_object_is_the_text_of_a_field_when_it_comes_as_a_file_of_json(client: TestClient) -> None:
    mapping = ("blob", '{"户数": "households"}', "application/json")
    answer = client.post("/upload", files={"file": ("a.csv", b"1"), "mapping": mapping})
    assert answer.json()["fields"] == {"mapping": '{"户数": "households"}'}


def test_object_that_is_not_in_utf8_is_refused(client: TestClient) -> None:
    mapping = ("blob", '{"户": "households"}'.encode("gbk"), "application/json")
    answer = client.post("/upload", files={"file": ("a.csv", b"1"), "mapping": mapping})
    assert (fault(answer, 422)["code"], fault(answer, 422)["pointer"]) == ("json_not_utf8", "/mapping")


def test_file_under_another_name_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files={"file": ("a.csv", b"1"), "facilites": ("b.csv", b"2", "text/csv")})
    assert (fault(answer, 422)["code"], fault(answer, 422)["pointer"]) == ("unknown_field", "/facilites")


def test_text_where_a_file_belongs_is_refused(client: TestClient) -> None:
    answer = client.post("/upload", files={"file": ("a.csv", b"1")}, data={"facilities": "name,category"})
    assert (fault(answer, 422)["code"], fault(answer, 422)["pointer"]) == ("file_expected", "/facilities")
