"""Markup in and out: what is allowed stays, what is not becomes text or nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.errors import ParseError
from crawler.markup import (
    JOINER,
    clean,
    cut,
    from_html,
    from_soup,
    from_text,
    from_xml,
    index_text,
    part_of_text,
    text_of_html,
    to_text,
)

MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'

pieces = st.sampled_from(
    [
        *(
            "<i>",
            "</i>",
            "<b>",
            "</b>",
            "<u>",
            "</u>",
            "<sub>",
            "</sub>",
            "<sup>",
            "</sup>",
            "<em>",
            "</strong>",
        ),
        *(
            "<p>",
            "</p>",
            "<br/>",
            "<script>",
            "</script>",
            "<style>",
            "<a href='x'>",
            "</a>",
            "<I>",
            "<i class=x>",
        ),
        *(
            "<",
            ">",
            "&",
            "&lt;",
            "&amp;",
            "&lt;i&gt;",
            "&#60;",
            "&nbsp;",
            "&bogus;",
            "<!--",
            "-->",
            "<![",
            "]]>",
        ),
        *(
            "<!",
            "<?",
            "<![CDATA[",
            "<![if x]>",
            "</",
            "\N{COMBINING LONG SOLIDUS OVERLAY}",
            " ",
            "  ",
            "\n",
            "\0",
        ),
        *("SOD1", "a", "2", JOINER, "e\N{COMBINING ACUTE ACCENT}", "'", '"'),
    ]
)
html = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=12).map("".join)


def xml(content: str) -> etree._Element:
    return etree.fromstring(f"<t {MATHML}>{content}</t>")


def tags_of(markup: str) -> list[str]:
    return re.findall(r"<[^>]*>?", markup)


def is_balanced(markup: str) -> bool:
    open_tags: list[str] = []
    for tag in tags_of(markup):
        if not tag.startswith("</"):
            open_tags.append(tag.strip("<>"))
        elif not open_tags or open_tags.pop() != tag.strip("</>"):
            return False
    return not open_tags


@given(html)
def test_any_html_becomes_balanced_markup_of_allowed_tags_only(text: str) -> None:
    markup = from_html(text)
    assert set(tags_of(markup)) <= {
        f"<{end}{tag}>" for tag in ("i", "b", "u", "sub", "sup") for end in ("", "/")
    }
    assert is_balanced(markup)
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", markup)


@given(st.text(alphabet="ab<>/i&;ltgamp "), st.integers(0, 9))
def test_parts_of_a_text_are_parts_of_its_markup(text: str, middle: int) -> None:
    cleaned = clean(text)
    assert part_of_text(cleaned[:middle]) + part_of_text(cleaned[middle:]) == from_text(cleaned)


@given(html)
def test_markup_read_as_html_is_the_same_markup(text: str) -> None:
    assert from_html(from_html(text)) == from_html(text)


@given(st.text())
def test_text_becomes_markup_and_the_same_text_again(text: str) -> None:
    cleaned = clean(text)
    assert to_text(from_text(cleaned)) == cleaned == clean(cleaned)


@given(st.text(alphabet="ab<>/i&;ltgamp sub"))
def test_text_that_looks_like_markup_stays_text(text: str) -> None:
    assert to_text(from_text(text)) == clean(text)
    assert not tags_of(from_text(text))


@given(html)
def test_text_for_the_index_is_the_text_but_for_its_joiners(text: str) -> None:
    markup = from_html(text)
    assert index_text(markup).replace(JOINER, "") == to_text(markup)
    assert JOINER not in to_text(markup)


@given(html)
def test_joiners_stand_inside_words_only(text: str) -> None:
    assert not re.search(rf"(?<!\w){JOINER}|{JOINER}(?!\w)", index_text(from_html(text)))


@pytest.mark.parametrize(
    ("content", "markup"),
    [
        ("<i>SOD1</i> mice", "<i>SOD1</i> mice"),
        ("SOD1<sup>G93A</sup> &amp; <sub>2</sub>", "SOD1<sup>G93A</sup> &amp; <sub>2</sub>"),
        ("p &lt; 0.05", "p &lt; 0.05"),
        ("a <ext-link href='http://x'>b</ext-link> c", "a b c"),
        ("<b>a<i>b</i></b><!-- c -->d<?e f?>", "<b>a<i>b</i></b>d"),
        ("a\n   b<i> </i> c", "a b c"),
        ("<italic>a</italic> <bold>b</bold>", "<i>a</i> <b>b</b>"),
        ("one<p>two</p>three", "one two three"),
        (
            "e\N{COMBINING ACUTE ACCENT}t\N{ZERO WIDTH SPACE}e\N{SOFT HYPHEN}",
            "\N{LATIN SMALL LETTER E WITH ACUTE}te",
        ),
    ],
)
def test_mixed_content_of_xml_keeps_its_allowed_tags(content: str, markup: str) -> None:
    assert from_xml(xml(content)) == markup


@pytest.mark.parametrize(
    ("formula", "markup"),
    [
        ("<mml:msup><mml:mi>m</mml:mi><mml:mn>2</mml:mn></mml:msup>", "m<sup>2</sup>"),
        ("<mml:msub><mml:mi>V</mml:mi><mml:mi>max</mml:mi></mml:msub>", "V<sub>max</sub>"),
        (
            "<mml:msubsup><mml:mi>x</mml:mi><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:msubsup>",
            "x<sub>1</sub><sup>2</sup>",
        ),
        ("<mml:mfrac><mml:mi>a</mml:mi><mml:mi>b</mml:mi></mml:mfrac>", "a/b"),
        ("<mml:msqrt><mml:mn>2</mml:mn></mml:msqrt>", "\N{SQUARE ROOT}2"),
        (
            "<mml:semantics><mml:mi>q</mml:mi><mml:annotation>\\q</mml:annotation></mml:semantics>",
            "q",
        ),
    ],
)
def test_formulas_stand_on_one_line(formula: str, markup: str) -> None:
    assert from_xml(xml(f"<mml:math><mml:mrow>{formula}</mml:mrow></mml:math>")) == markup


def test_an_entity_that_the_document_defines_itself_is_refused() -> None:
    parser = etree.XMLParser(resolve_entities=False)
    element = etree.fromstring('<!DOCTYPE t [<!ENTITY own "swollen">]><t>a&own;</t>', parser)
    with pytest.raises(ParseError, match="an entity of its own, &own;"):
        from_xml(element)


def test_an_element_of_a_page_becomes_the_same_markup_as_its_source() -> None:
    source = "<p>A <em>b</em><script>c</script><!-- d --><br>e <a href='f'>g<sup>2</sup></a></p>"
    page = BeautifulSoup(source, "html.parser")
    assert page.p is not None
    assert from_soup(page.p) == from_html(source) == "A <i>b</i> e g<sup>2</sup>"


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<i>left open", "<i>left open</i>"),
        ("<i>a<b>b</i>c</b>", "<i>a<b>b</b></i>c"),
        ("closed</i> only", "closed only"),
        ("<script>alert(1)</script>x<style>p{}</style>y", "xy"),
        ('<i onclick="x">a</i><img src=x onerror=y>', "<i>a</i>"),
        ("1 < 2 &lt; 3 &amp; 4", "1 &lt; 2 &lt; 3 &amp; 4"),
        ("TDP&#8209;43&nbsp;x", "TDP\N{NON-BREAKING HYPHEN}43 x"),
    ],
)
def test_broken_and_hostile_html_is_mended(text: str, markup: str) -> None:
    assert from_html(text) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("p<LOD (n = 3), x>y", "p&lt;LOD (n = 3), x&gt;y"),
        ("a <b and c> d", "a &lt;b and c&gt; d"),
        ("R&D, A&not B, &para", "R&amp;D, A&amp;not B, &amp;para"),
        ("<jats:p>A <jats:italic>b</jats:italic></jats:p>", "A <i>b</i>"),
        ("<SUB>2</SUB><sup class='x'>3</sup>", "<sub>2</sub><sup>3</sup>"),
        ("<script async>x</script>y<script", "y&lt;script"),
        ("<unknown>a</unknown>", "&lt;unknown&gt;a&lt;/unknown&gt;"),
    ],
)
def test_only_what_has_the_name_of_a_tag_is_one(text: str, markup: str) -> None:
    assert from_html(text) == markup
    assert text_of_html(text) == to_text(from_html(text))


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("Amyotroph\u00c3\u00acc", "Amyotroph\u00ecc"),
        ("Charcot\u00e2\u20ac\u2122s", "Charcot\u2019s"),
        ("Charcot\u00e2\x80\x99s", "Charcot\u2019s"),
        ("10 \u00c2\u00b1 2", "10 \u00b1 2"),
        ("IFN-\u00ce\u00b3 and \u03b1", "IFN-\u03b3 and \u03b1"),
        ("p \u00e2\u2030\u00a4 0.05", "p \u2264 0.05"),
        ("Jos\u00c3\u0192\u00c2\u00a9", "Jos\u00e9"),
        ("\u00c3\xa0 la", "\u00e0 la"),
        ("\u00c2\xa0SOD1", "SOD1"),
        ("caf\u00e9 Jos\u00c3\u00a9 3 \u00c5\u20134 \u00c5", "caf\u00e9 Jos\u00e9 3 \u00c5\u20134 \u00c5"),
    ],
)
def test_utf_8_that_was_read_as_something_else_is_mended(damaged: str, text: str) -> None:
    assert clean(damaged) == text
    assert to_text(from_xml(xml(f"<i>{damaged}</i>"))) == text
    assert to_text(from_html(f"<b>{damaged}</b>")) == text


@pytest.mark.parametrize(
    "text",
    [
        "\u00c2ngela",
        "\u00c2ge d'or",
        "S\u00c3O PAULO",
        "2.5 \u00c5\u20133.0 \u00c5",
        "1.98 \u00c5\u2026",
        "\u00cele-de-France",
        "cr\u00e2ne",
        "\u201e\u00c4\u201c",
        "\u00ab\u00c2me\u00bb",
        "\u00c4\u2019",
        "cm\u207b\u00b9\u00c5\u207b\u00b2",
    ],
)
def test_words_with_such_letters_stay_as_they_are(text: str) -> None:
    assert clean(text) == to_text(from_text(text)) == text


@given(st.text(st.characters(blacklist_characters="\u00c2\u00c3\u00c4\u00c5\u00ce\u00cf\u00e2")))
def test_text_without_such_letters_is_never_mended(text: str) -> None:
    bare = "".join(character for character in text if character.isprintable())
    normal = unicodedata.normalize("NFC", bare)
    assert clean(bare) == " ".join(normal.split())


@given(st.text(st.characters(max_codepoint=126)))
def test_ascii_is_never_mended(text: str) -> None:
    bare = "".join(character for character in text if character.isprintable() or character.isspace())
    assert clean(bare).split() == re.sub(r"[\x1c-\x1f]", "", bare).split()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("SOD1<sup>G93A</sup> mice", f"SOD1{JOINER}G93A mice"),
        ("1.73 m<sup>2</sup>.", f"1.73 m{JOINER}2."),
        ("H<sub>2</sub>O", f"H{JOINER}2{JOINER}O"),
        ("<i>TERT</i> gene", "TERT gene"),
        ("x<sub>1</sub><sup>2</sup>", f"x{JOINER}1{JOINER}2"),
        ("Smith<sup>*</sup>", "Smith*"),
    ],
)
def test_scripts_within_words_are_marked_for_the_index(markup: str, text: str) -> None:
    assert index_text(from_html(markup)) == text


@given(html, st.integers(0, 20), st.integers(0, 20))
def test_pieces_cut_from_markup_hold_its_text_and_are_whole_in_themselves(
    text: str, start: int, end: int
) -> None:
    markup = from_html(text)
    pieces = cut(markup, start, end + start, [(start, start + 1), (start + 2, start + 5)])
    assert "".join(to_text(piece) for piece, _ in pieces) == to_text(markup)[start : end + start]
    assert all(is_balanced(piece) for piece, _ in pieces)
