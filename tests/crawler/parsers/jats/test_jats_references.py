"""Reference lists in all the styles of JATS and of NLM's DTDs before it."""

from __future__ import annotations

import pytest

from crawler.article import Reference
from tests.crawler.parsers.jats.test_jats import read, record

NAMES = (
    "<name><surname>Smith</surname><given-names>John A</given-names></name>"
    "<name><surname>van den Berg</surname><given-names>LH</given-names></name>"
)
PEOPLE = f'<person-group person-group-type="author">{NAMES}<etal/></person-group>'
ARTICLE = "<article-title>A <italic>title</italic></article-title><source>J Inv</source><year>2001</year>"
PRESS = "<publisher-loc>Ulm</publisher-loc><publisher-name>Press</publisher-name><year>1990</year>"
EDITORS = f"<person-group person-group-type='editor'>{NAMES}</person-group>"
DOE = "<name><surname>Doe</surname><given-names>J</given-names></name>"
ONLINE = "<date-in-citation>Accessed 1 May 2021</date-in-citation><uri>https://r.org</uri>"


def references(*refs: str) -> tuple[Reference, ...]:
    entries = "".join(f"<ref><label>1</label>{ref}</ref>" for ref in refs)
    return read(record(back=f"<ref-list>{entries}</ref-list>")).references


def text(content: str, tag: str = "element-citation") -> str:
    (reference,) = references(f"<{tag}>{content}</{tag}>")
    return reference.text


@pytest.mark.parametrize("tag", ["element-citation", "nlm-citation", "citation", "mixed-citation"])
def test_a_citation_of_bare_elements_is_written_in_pubmeds_style(tag: str) -> None:
    content = f"{PEOPLE} {ARTICLE}\n<volume>3</volume><issue>2</issue><fpage>12</fpage><lpage>19</lpage>"
    assert text(content, tag) == "Smith JA, van den Berg LH, et al. A title. J Inv. 2001;3(2):12-19."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{NAMES}{ARTICLE}<volume>3</volume><elocation-id>e9</elocation-id>", "J Inv. 2001;3:e9."),
        (
            f"{ARTICLE}<volume>3</volume><supplement>2</supplement><fpage>1</fpage>",
            "J Inv. 2001;3 Suppl 2:1.",
        ),
        (f"{ARTICLE}<month>Mar</month><day>4</day>", "A title. J Inv. 2001 Mar 4."),
        (f"{ARTICLE}<comment>In press</comment>", "J Inv. 2001. In press."),
        (
            "<collab>The Group</collab><article-title>Why?</article-title><year>1999</year>",
            "The Group. Why? 1999.",
        ),
        (
            f"{NAMES}<source>A book</source><edition>2</edition>{PRESS}<fpage>7</fpage>",
            "Smith JA, van den Berg LH. A book. 2 ed. Ulm: Press; 1990. p. 7.",
        ),
        (
            f"{DOE}<chapter-title>A chapter</chapter-title>{EDITORS}<source>A book</source>{PRESS}<page-range>7-9</page-range>",
            "Doe J. A chapter. In: Smith JA, van den Berg LH, editors. A book. Ulm: Press; 1990. p. 7-9.",
        ),
        (
            f"{EDITORS}<source>A book</source><year>1990</year>",
            "Smith JA, van den Berg LH, editors. A book. 1990.",
        ),
        (
            f"<collab>R Team</collab><source>R</source><year>2020</year>{ONLINE}",
            "R Team. R. 2020. Accessed 1 May 2021. https://r.org.",
        ),
        ("<trans-title>Translated</trans-title><source>S</source>", "[Translated]. S."),
    ],
)
def test_what_is_there_is_written(content: str, expected: str) -> None:
    assert text(content).endswith(expected)


def test_a_printed_citation_is_kept_as_it_is() -> None:
    printed = (
        "<name><surname>Smith</surname><given-names>J</given-names></name>, <etal>et al</etal>. (<year>2001</year>)"
        " <article-title>A  <sub>title</sub>?</article-title><source>J Inv</source><volume>3</volume>:\n<fpage>1</fpage>"
        "&#8211;<lpage>9</lpage>. doi: <pub-id pub-id-type='doi'>10.1/x</pub-id>. <pub-id pub-id-type='pmid'>77</pub-id>"
    )
    assert references(f"<mixed-citation>{printed}</mixed-citation>") == (
        Reference(
            text="Smith J, et al. (2001) A title? J Inv 3: 1\N{EN DASH}9. doi: 10.1/x.",
            doi="10.1/x",
            pmid="77",
        ),
    )


def test_names_that_touch_in_a_printed_citation_get_a_comma() -> None:
    assert text(f"<person-group>{NAMES}<etal/></person-group> A title.", "mixed-citation") == (
        "Smith John A, van den Berg LH, et al A title."
    )


def test_a_citation_that_is_nothing_but_markup_is_kept() -> None:
    assert text("<italic>Smith J, A title.</italic>", "mixed-citation") == "Smith J, A title."


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ('<pub-id pub-id-type="pmid">7</pub-id><pub-id pub-id-type="pmcid">PMC8</pub-id>', ("7", "PMC8", "")),
        ('<pub-id pub-id-type="pmc">8</pub-id>', ("", "PMC8", "")),
        ('<object-id pub-id-type="pmid">7</object-id>', ("7", "", "")),
        ('<ext-link ext-link-type="doi" xlink:href="10.1/x">link</ext-link>', ("", "", "10.1/x")),
        (
            '<comment><ext-link ext-link-type="uri" xlink:href="http://dx.doi.org/10.1/x">x</ext-link></comment>',
            ("", "", "10.1/x"),
        ),
        ('<ext-link ext-link-type="uri" xlink:href="http://a.org/10.1/x">x</ext-link>', ("", "", "")),
        ('<pub-id pub-id-type="pmid">none</pub-id><pub-id pub-id-type="other">7</pub-id>', ("", "", "")),
    ],
)
def test_ids_come_from_ids_and_links(content: str, ids: tuple[str, str, str]) -> None:
    for tag in ("element-citation", "mixed-citation"):
        (reference,) = references(f"<{tag}>Text <source>S</source>{content}</{tag}>")
        assert (reference.pmid, reference.pmcid, reference.doi) == ids


def test_alternatives_are_one_reference_printed_and_with_all_ids() -> None:
    alternatives = (
        "<citation-alternatives><element-citation><source>S</source><pub-id pub-id-type='pmid'>7</pub-id>"
        "</element-citation><mixed-citation>As printed.</mixed-citation></citation-alternatives>"
    )
    assert references(alternatives) == (Reference(text="As printed.", pmid="7"),)


def test_an_entry_that_cites_several_works_is_several_references() -> None:
    several = "".join(f"<mixed-citation>({n}) Work {n}.</mixed-citation>" for n in "ab")
    assert [each.text for each in references(several, "<note><p>A note.</p></note>", "")] == [
        "(a) Work a.", "(b) Work b.", "A note.",
    ]  # fmt: skip


def test_lists_beside_and_in_one_another_come_in_order_with_their_titles() -> None:
    entry = "<ref><mixed-citation>{}</mixed-citation></ref>"
    article = read(
        record(
            back=f"<ref-list><title>References</title>{entry.format('A')}<ref-list><title>Trials</title>"
            f"{entry.format('B')}</ref-list><ref-list>{entry.format('C')}</ref-list></ref-list>"
            f"<sec><ref-list>{entry.format('D')}</ref-list></sec>"
        )
    )
    assert [(each.text, each.list_title) for each in article.references] == [
        ("A", "References"), ("B", "Trials"), ("C", "References"), ("D", ""),
    ]  # fmt: skip
    assert article.body == ()


def test_how_many_references_there_are_is_told_where_fewer_are_shown() -> None:
    counts = "<counts><ref-count count='40'/></counts>"
    assert read(record(counts)).references_stated == 40
    assert read(record("<counts><ref-count count='x'/></counts>")).references_stated == 0
