"""What a batch keeps of a few thousand projects: their results, and what is known of them besides."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from app.language import Language
from app.services.jobs import result_chunks
from app.services.project_reading import Beside
from app.standards import project_bytes
from app.standards.projects import ProjectResults
from app.store.unit_of_work import Store

ANY_LANGUAGE: Final = ""
_LENGTH_BYTES: Final = 8
_BESIDE: Final = TypeAdapter(dict[str, dict[int, Beside]])


@dataclass(frozen=True)
class KeptChunk:
    """Results, and what is beside them by language and place; under ANY_LANGUAGE what has no words in it."""

    results: ProjectResults
    beside: Mapping[str, Mapping[int, Beside]]

    def beside_in(self, language: Language) -> Mapping[int, Beside]:
        """What is beside the results, in a language."""
        return self.beside.get(ANY_LANGUAGE) or self.beside.get(language, {})

    def to_bytes(self) -> bytes:
        """As the job keeps it: the same bytes for the same results."""
        beside = zlib.compress(_BESIDE.dump_json({key: dict(value) for key, value in self.beside.items()}))
        return len(beside).to_bytes(_LENGTH_BYTES, "big") + beside + project_bytes.to_bytes(self.results)

    @classmethod
    def of_bytes(cls, kept: bytes) -> "KeptChunk":
        """The chunk again."""
        end = _LENGTH_BYTES + int.from_bytes(kept[:_LENGTH_BYTES], "big")
        beside = _BESIDE.validate_json(zlib.decompress(kept[_LENGTH_BYTES:end]))
        return cls(project_bytes.from_bytes(kept[end:]), beside)


@dataclass(frozen=True)
class StoredChunks:
    """All chunks of a batch, read one at a time and as often as they are gone through."""

    store: Store
    job_id: str

    def __iter__(self) -> Iterator[KeptChunk]:
        return (KeptChunk.of_bytes(kept) for kept in result_chunks(self.store, self.job_id))


@dataclass(frozen=True)
class StoredResults:
    """The same without what is beside them."""

    chunks: StoredChunks

    def __iter__(self) -> Iterator[ProjectResults]:
        return (chunk.results for chunk in self.chunks)
