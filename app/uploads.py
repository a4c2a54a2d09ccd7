"""How uploaded files are read: streamed to temporary files, never held in memory, within the limits of the form."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import Fault, InvalidInput, UnsupportedMediaType
from app.schemas.faults import unknown_name

MULTIPART: Final = "multipart/form-data"
JSON: Final = "application/json"
MAX_IN_MEMORY: Final = 1024**2
MAX_FILES: Final = 10
MAX_FIELDS: Final = 50
MAX_FIELD_BYTES: Final = 256 * 1024
_MAX_NAME: Final = 255
_BAD_IN_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BAD_IN_NAME: Final = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file as it came: under the name and type that the client gives it. `content` is gone with the request."""

    name: str
    media_type: str
    byte_count: int
    content: BinaryIO


@dataclass(frozen=True)
class Upload:
    """The parts of a form: texts and files."""

    fields: Mapping[str, str]
    files: Mapping[str, UploadedFile]

    def file(self, name: str) -> UploadedFile:
        """The file of a part. Raises InvalidInput where it is missing."""
        if name not in self.files:
            raise InvalidInput(Fault("missing", f"/{name}"))
        return self.files[name]

    def texts(self, *, beside: Sequence[str]) -> dict[str, str]:
        """The other fields of a form that has files of the names `beside`.

        Browsers send an object as a file of JSON: under another name than those it is the text of a field. Raises
        InvalidInput for any other file, which nobody would read, and for a text where a file belongs.
        """
        others = {name: file for name, file in self.files.items() if name not in beside}
        faults = [
            unknown_name(name, beside, pointer=f"/{name}") for name, file in others.items() if not _is_field(file)
        ]
        given = {name: text for name, text in self.fields.items() if name not in beside}
        faults += [Fault("file_expected", f"/{name}", self.fields[name]) for name in beside if self.fields.get(name)]
        if faults:
            raise InvalidInput(*faults)
        return given | {name: _json_text(name, file) for name, file in others.items()}


def _is_field(file: UploadedFile) -> bool:
    return is_json(file.media_type) and file.byte_count <= MAX_FIELD_BYTES


def _json_text(name: str, file: UploadedFile) -> str:
    content = file.content.read()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(Fault("json_not_utf8", f"/{name}", params={"position": error.start + 1})) from None


def is_upload(content_type: str) -> bool:
    """Whether a body of this type is a form with files."""
    return content_type.partition(";")[0].strip().lower() == MULTIPART


def is_json(content_type: str) -> bool:
    """Whether a body of this type is JSON."""
    return content_type.partition(";")[0].strip().lower() == JSON


@asynccontextmanager
async def receiving_json(request: Request) -> AsyncIterator[BinaryIO]:
    """The body as a file, for as long as the block lasts; it has not been looked at."""
    with SpooledTemporaryFile(max_size=MAX_IN_MEMORY) as file:
        async with aclosing(request.stream()) as body:
            async for piece in body:
                if file.tell() + len(piece) > MAX_IN_MEMORY:
                    await run_in_threadpool(file.write, piece)
                else:
                    file.write(piece)
        yield cast(BinaryIO, file)


@asynccontextmanager
async def reading_upload(request: Request) -> AsyncIterator[Upload]:
    """The form in the body, for as long as the block lasts.

    Raises UnsupportedMediaType for a body of another type, InvalidInput for one that is no form or has too many parts.
    """
    content_type = request.headers.get("content-type", "")
    if not is_upload(content_type):
        seen = content_type.partition(";")[0].strip().lower()
        raise UnsupportedMediaType(seen=seen or "of no stated type", expected=[MULTIPART])
    form = await _parsed(request)
    try:
        yield _upload(form)
    finally:
        await form.close()


async def get_upload(request: Request) -> AsyncIterator[Upload]:
    """The form in the body, for endpoints that ask for it."""
    async with reading_upload(request) as upload:
        yield upload


class _WholeForm(MultiPartParser):
    """A form that was cut off is refused: its last part would be lost without a word."""

    has_ended = False

    def on_end(self) -> None:
        self.has_ended = True

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self.has_ended:
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("it ends before its last boundary.")
        return form


async def _parsed(request: Request) -> FormData:
    async with aclosing(request.stream()) as body:
        parser = _WholeForm(
            request.headers, body, max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        )
        try:
            return await parser.parse()
        except MultiPartException as error:
            raise InvalidInput(Fault("upload_malformed", params={"problem": error.message})) from None


def _upload(form: FormData) -> Upload:
    parts = form.multi_items()
    names = [name for name, _ in parts]
    faults = [
        Fault("upload_repeated", f"/{name}", params={"name": name, "count": names.count(name)})
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    fields = {name: part for name, part in parts if isinstance(part, str)}
    faults += [Fault("invalid_text", f"/{name}", text) for name, text in fields.items() if _BAD_IN_TEXT.search(text)]
    if faults:
        raise InvalidInput(*faults)
    files = {name: _file(part) for name, part in parts if isinstance(part, UploadFile) and (part.filename or part.size)}
    return Upload(fields, files)


def _file(part: UploadFile) -> UploadedFile:
    return UploadedFile(
        name=_BAD_IN_NAME.sub("", part.filename or "")[-_MAX_NAME:],
        media_type=_BAD_IN_NAME.sub("", part.content_type or "application/octet-stream")[:_MAX_NAME],
        byte_count=part.size or 0,
        content=part.file,
    )
