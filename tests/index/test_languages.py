from __future__ import annotations

import pytest

from index.languages import LANGUAGES, name


@pytest.mark.parametrize(("code", "expected"), [("ger", "German"), ("CHI", "Chinese"), ("zzz", ""), ("", "")])
def test_a_language_is_known_by_its_code_in_any_case(code: str, expected: str) -> None:
    assert name(code) == expected


def test_no_two_codes_have_the_same_name_or_tag() -> None:
    tags, names = zip(*LANGUAGES.values(), strict=True)
    assert len(set(tags)) == len(set(names)) == len(LANGUAGES)
