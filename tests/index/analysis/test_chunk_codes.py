from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from index.analysis import chunk_codes
from index.analysis.chunk_codes import NO_CODE, ChunkCodes
from index.analysis.numbering import Numbering

if TYPE_CHECKING:
    import pytest

LETTERS = st.text(alphabet="ab\u00e9\u03b2\U0001f600\ud800\0-", max_size=20)
"""Short and long ones, with characters of one to four bytes; few letters, so that many begin alike."""

LINES = st.lists(st.lists(LETTERS, min_size=1).map(" ".join), min_size=1)


@given(st.lists(LINES))
def test_every_chunk_gets_its_own_code_however_often_it_comes(texts: list[list[str]]) -> None:
    numbers = Numbering()
    codes = ChunkCodes(numbers.__getitem__)
    for lines in (*texts, *texts):
        chunks = [chunk for line in lines for chunk in line.split(" ")]
        chunked = codes.chunked("\n".join(lines))
        assert [chunked.text(number) for number in range(len(chunks))] == chunks
        expected = [numbers[chunk] if chunk else NO_CODE for chunk in chunks]
        assert [
            code if chunk else NO_CODE for code, chunk in zip(chunked.codes, chunks, strict=True)
        ] == expected


@given(LINES)
def test_a_line_ends_behind_its_last_chunk(lines: list[str]) -> None:
    chunked = ChunkCodes(lambda _: 7).chunked("\n".join(lines))
    ends = chunked.lines().tolist()
    assert len(ends) == len(lines)
    assert [number for number in range(len(chunked.codes)) if chunked.ends_line(number)] == ends


def test_what_was_found_is_not_asked_for_again() -> None:
    asked: list[str] = []

    def code_of(chunk: str) -> int:
        asked.append(chunk)
        return 1

    codes = ChunkCodes(code_of)
    for _ in range(2):
        codes.chunked("motor neuron\nneurodegeneration-related")
    assert sorted(asked) == ["motor", "neurodegeneration-related", "neuron"]


def test_what_is_long_is_forgotten_where_it_is_too_much_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunk_codes, "_MOST", 100)
    asked: list[str] = []

    def code_of(chunk: str) -> int:
        asked.append(chunk)
        return int(chunk[-4:])

    codes = ChunkCodes(code_of)
    many = " ".join(f"neurodegeneration-{number:04}" for number in range(150))
    for _ in range(2):
        assert codes.chunked(many).codes.tolist() == list(range(150))
    assert len(asked) == 300


def test_chunks_that_share_a_place_take_turns() -> None:
    numbers = Numbering()
    codes = ChunkCodes(numbers.__getitem__)
    many = " ".join(f"{number:x}" for number in range(300_000))
    assert codes.chunked(many).codes.tolist() == codes.chunked(many).codes.tolist() == list(range(300_000))
