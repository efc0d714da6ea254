"""Languages, named or coded, become NLM's codes."""

from __future__ import annotations

from crawler.parsers.languages import language_code, named_languages


def test_languages_become_the_codes_of_nlm() -> None:
    assert named_languages("[Article in English, French]") == ("eng", "fre")
    assert named_languages("[Article in Greek, Modern]") == ("gre",)
    assert named_languages("Germany") == ()


def test_codes_of_two_letters_and_terminological_ones_become_bibliographic() -> None:
    tags = ["en", "pt-BR", "de_CH", "deu", "fra", "xyz", "xx", ""]
    assert [language_code(tag) for tag in tags] == ["eng", "por", "ger", "ger", "fre", "xyz", "", ""]
