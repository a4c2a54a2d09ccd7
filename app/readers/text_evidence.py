"""Which encoding texts are in, by what their bytes can be and by what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.errors import Fault, InvalidInput
from app.readers.code_pages import GB18030, GBK, UTF_8, CodePage

_CUT_OFF: Final = frozenset({"unexpected end of data", "incomplete multibyte sequence"})
"""What Python says of bytes that end within a character."""
_DECISIVE_WEIGHT: Final = 6
"""Of different characters in UTF-8, those of two bytes counting 1 and longer ones 3.

A character of GBK looks like one of two bytes in UTF-8 in about one case of five, and hardly ever like a longer one:
six by chance are one file in 15,000.
"""
_FEWEST_CHINESE: Final = 4
"""So many different characters of GB2312 and no other are no text of a single-byte encoding."""
_TEXTS_PER_LOOSE_CUT: Final = 10


@dataclass(frozen=True)
class Cell:
    """The bytes of a text, and how many its field has; 0 where that is not known."""

    raw: bytes
    width: int = 0

    def read(self, codec: str) -> tuple[str, bool]:
        """The text, and whether the last character is cut in two and left out. Raises UnicodeDecodeError."""
        try:
            return self.raw.decode(codec), False
        except UnicodeDecodeError as error:
            if error.reason not in _CUT_OFF:
                raise
            return self.raw[: error.start].decode(codec), True


@dataclass
class Fit:
    """How texts read in an encoding: their characters, cuts, those short of a field's end, the first that is wrong."""

    characters: set[str] = field(default_factory=set)
    cut: int = 0
    loose: int = 0
    wrong: bool = False
    first_bad: tuple[bytes, int] = (b"", 0)

    @classmethod
    def of(cls, cells: Sequence[Cell], codec: str) -> "Fit":
        """Up to the first text that is none in this encoding."""
        fit = cls()
        for cell in cells:
            try:
                text, is_cut = cell.read(codec)
            except UnicodeError as error:
                fit.wrong, fit.first_bad = True, (cell.raw, getattr(error, "start", 0))
                break
            fit.characters.update(text)
            fit.cut += is_cut
            if is_cut and not 0 < cell.width <= len(cell.raw):
                fit.loose += 1
                fit.first_bad = fit.first_bad if fit.first_bad[0] else (cell.raw, len(cell.raw) - 1)
        return fit

    @property
    def weight(self) -> int:
        """How much speaks for UTF-8."""
        return sum(1 if one < "\u0800" else 3 for one in self.characters if one > "\x7f")

    @property
    def is_plain_chinese(self) -> bool:
        """Whether all characters are among those of GB2312, and not too few to say so."""
        beyond = [one for one in self.characters if one > "\x7f"]
        return len(beyond) >= _FEWEST_CHINESE and all(map(_is_common, beyond))


@dataclass(frozen=True)
class Evidence:
    """The texts beyond ASCII that speak for an encoding."""

    cells: Sequence[Cell]
    _fits: dict[str, Fit] = field(default_factory=dict)

    def page(self, words: Mapping[str, CodePage], *, asked: str) -> CodePage:
        """The encoding of the texts: by their bytes where these decide, else as `words` say.

        The word of `asked` goes before others. Raises InvalidInput: `encoding_wrong` (params: the codec),
        `encoding_not_found`, `encoding_contradictory`.
        """
        if asked in words and words[asked].codec.startswith("utf-16"):  # a cell ends at its first byte of zero
            raise _wrong(words[asked])
        if not self.cells:
            return next(iter(words.values()), UTF_8)
        chinese = next((page for page in (GBK, GB18030) if self._can_be(page)), GB18030)
        fitting = self._fitting(words, chinese)
        decided = self._decided(chinese, fitting) or fitting.get(asked)
        if decided:
            return decided
        if len({page.family for page in fitting.values()}) > 1:
            said = [f"{who} = {page.shown}" for who, page in fitting.items()]
            raise InvalidInput(Fault("encoding_contradictory", "?encoding", said, {"said": said}))
        return next(iter(fitting.values()), None) or self._guessed(words, chinese)

    def first_bad(self, codec: str) -> tuple[bytes, int]:
        """The first text that is none in this encoding, and the place of the byte in it."""
        return self._fit(codec).first_bad

    def _fit(self, codec: str) -> Fit:
        if codec not in self._fits:
            self._fits[codec] = Fit.of(self.cells, codec)
        return self._fits[codec]

    def _can_be(self, page: CodePage) -> bool:
        """UTF-8 shows by itself; in others characters cut anywhere but at the end of a field speak against them."""
        fit = self._fit(page.codec)
        return not fit.wrong and (page == UTF_8 or fit.loose * _TEXTS_PER_LOOSE_CUT <= len(self.cells))

    def _fitting(self, words: Mapping[str, CodePage], chinese: CodePage) -> dict[str, CodePage]:
        """Those words that the bytes can be."""
        said = {who: chinese if page.family == chinese.family else page for who, page in words.items()}
        return {who: page for who, page in said.items() if self._can_be(page)}

    def _decided(self, chinese: CodePage, fitting: Mapping[str, CodePage]) -> CodePage | None:
        """What the bytes can only be."""
        if self._can_be(UTF_8):
            return UTF_8 if self._fit(UTF_8.codec).weight >= _DECISIVE_WEIGHT else None
        is_plain = self._fit(chinese.codec).is_plain_chinese
        rivals = [page for page in fitting.values() if page != chinese and not (page.is_single_byte and is_plain)]
        return chinese if self._can_be(chinese) and not rivals else None

    def _guessed(self, words: Mapping[str, CodePage], chinese: CodePage) -> CodePage:
        """What is likelier where no word helps: the encoding with fewer cuts, UTF-8 before others."""
        guesses = [page for page in (UTF_8, chinese) if self._can_be(page)]
        if guesses:
            return min(guesses, key=lambda page: self._fit(page.codec).cut)
        raise _wrong(next(iter(words.values()))) if words else InvalidInput(Fault("encoding_not_found"))


def _wrong(page: CodePage) -> InvalidInput:
    return InvalidInput(Fault("encoding_wrong", "?encoding", page.shown, {"codec": page.codec}))


def _is_common(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False
