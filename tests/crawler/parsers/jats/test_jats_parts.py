"""Bylines, the full text, figures and statements of interest in JATS."""

from __future__ import annotations

import pytest

from crawler.article import Author, Figure, Section
from crawler.parsers.names import initials
from tests.crawler.parsers.jats.test_jats import read, record


def person(last: str, fore: str, more: str = "", kind: str = "author") -> str:
    name = f"<name><surname>{last}</surname><given-names>{fore}</given-names></name>"
    return f"<contrib contrib-type='{kind}'>{name}{more}</contrib>"


def body(xml: str) -> list[tuple[str, str]]:
    return [(section.label, section.text) for section in read(record(body=xml)).body]


class TestByline:
    def test_people_groups_and_names_in_one_piece_are_authors_and_editors_are_not(self) -> None:
        article = read(
            record(
                f"<contrib-group>{person('Doe', 'Jean-Paul', '<degrees>MD</degrees>')}"
                "<contrib><string-name>Anna B. van den Berg</string-name></contrib>"
                '<contrib contrib-type="author"><name name-style="eastern"><surname>Li</surname>'
                '<given-names initials="XM">Xiaoming</given-names><suffix>Jr.</suffix></name></contrib>'
                '<contrib contrib-type="author"><collab>The Group</collab></contrib>'
                f"{person('Ed', 'It', kind='editor')}</contrib-group>"
            )
        )
        assert article.authors == (
            Author(last="Doe", fore="Jean-Paul", initials="JP"),
            Author(last="van den Berg", fore="Anna B.", initials="AB"),
            Author(last="Li", fore="Xiaoming", initials="XM", suffix="Jr"),
            Author(collective="The Group"),
        )

    def test_members_of_groups_are_investigators(self) -> None:
        group = f"<collab>The Group<contrib-group>{person('Inner', 'A')}</contrib-group></collab>"
        article = read(
            record(
                f'<contrib-group><contrib contrib-type="author">{group}</contrib></contrib-group><contrib-group>'
                f"{person('Outer', 'B', kind='author non-byline')}</contrib-group>"
            )
        )
        assert [author.full() for author in article.authors] == ["The Group"]
        assert [author.last for author in article.investigators] == ["Inner", "Outer"]

    def test_an_et_al_says_that_not_all_are_named(self) -> None:
        assert not read(record(f"<contrib-group>{person('A', 'B')}<etal/></contrib-group>")).authors_complete
        assert read(record(f"<contrib-group>{person('A', 'B')}</contrib-group>")).authors_complete

    def test_affiliations_are_found_by_reference_or_within_without_number_and_email(self) -> None:
        both = '<xref ref-type="aff" rid="a1 a2"/>'
        elsewhere = "<aff-alternatives><aff>Elsewhere</aff><aff>Ailleurs</aff></aff-alternatives>"
        second = '<xref ref-type="aff" rid="a2"><sup>2</sup></xref>'
        article = read(
            record(
                f"<contrib-group>{person('A', 'A', both)}"
                f"{person('B', 'B', second)}"
                f"{person('C', 'C', elsewhere)}"
                "<aff id='a1'><label>1</label><institution>Clinic</institution><city>Ulm</city> , <country>Germany"
                "</country></aff></contrib-group>"
                "<aff id='a2'><sup>2</sup>Dept of Things, X; e-mail: <email>x@y.org</email></aff>"
            )
        )
        assert [author.affiliations for author in article.authors] == [
            ("Clinic, Ulm, Germany", "Dept of Things, X"),
            ("Dept of Things, X",),
            ("Elsewhere",),
        ]

    def test_the_only_affiliation_is_that_of_all(self) -> None:
        article = read(
            record(f"<contrib-group>{person('A', 'A')}{person('B', 'B')}</contrib-group><aff>Here</aff>")
        )
        assert [author.affiliations for author in article.authors] == [("Here",), ("Here",)]

    def test_an_orcid_is_read_and_another_id_is_none(self) -> None:
        orcid = '<contrib-id contrib-id-type="orcid">https://orcid.org/0000-0002-1825-0097</contrib-id>'
        other = '<contrib-id contrib-id-type="scopus">0000000218250097</contrib-id>'
        article = read(
            record(
                f"<contrib-group>{person('A', 'A', other + orcid)}{person('B', 'B', other)}</contrib-group>"
            )
        )
        assert [author.orcid for author in article.authors] == ["0000-0002-1825-0097", ""]

    @pytest.mark.parametrize(
        ("fore", "expected"),
        [
            ("Jean-Paul", "JP"),
            ("Leonard H", "LH"),
            ("L.H.", "LH"),
            ("DFS-H", "DFSH"),
            ("JOHN", "J"),
            ("", ""),
        ],
    )
    def test_initials_are_those_of_the_fore_names(self, fore: str, expected: str) -> None:
        assert initials(fore) == expected


class TestBody:
    def test_paragraphs_below_a_heading_are_a_section_labelled_with_its_path(self) -> None:
        assert body(
            "<p>First.</p><sec><label>1</label><title>Methods</title><p>One.</p><p>Two <italic>x</italic>.</p>"
            "<sec><title>Patients<fn><p>n</p></fn></title><p>Three.</p></sec><p>Four.</p></sec>"
            "<sec><p>Five.</p></sec><sec><title>Empty</title></sec>"
        ) == [
            ("", "First."),
            ("Methods", "One. Two <i>x</i>."),
            ("Methods / Patients", "Three."),
            ("Methods", "Four."),
            ("", "Five."),
        ]

    def test_figures_tables_files_notes_and_tex_are_no_text(self) -> None:
        furniture = (
            "<fig><label>F</label><caption><p>C</p></caption></fig><table-wrap><caption><p>C</p></caption><table><tr>"
            "<td>x</td></tr></table></table-wrap><supplementary-material><p>S</p></supplementary-material>"
            "<fn><p>N</p></fn>"
        )
        formula = "<inline-formula><tex-math>\\alpha</tex-math></inline-formula>"
        assert body(f"<sec><title>A</title><p>One {furniture}two{formula}.</p>{furniture}</sec>") == [
            ("A", "One two.")
        ]

    def test_lists_are_text_and_boxes_are_parts_of_their_own(self) -> None:
        box = "<boxed-text><label>Box 1</label><caption><title>Key</title><p>In it.</p></caption><p>More.</p></boxed-text>"
        items = "<list><list-item><p>a</p></list-item><list-item><p>b</p></list-item></list>"
        assert body(f"<sec><title>A</title><p>One {box}two.</p>{items}</sec>") == [
            ("A", "One two."),
            ("A / Key", "In it. More."),
            ("A", "a b"),
        ]

    def test_appendices_follow_and_answers_of_others_do_not(self) -> None:
        article = read(
            record(
                body="<p>Text.</p>",
                back="<app-group><app><title>Appendix</title><sec><title>S</title><p>More.</p></sec></app></app-group>",
                more="<sub-article><body><p>Letter.</p><fig><label>F</label></fig></body></sub-article>"
                "<response><body><p>Reply.</p></body><back><ref-list><ref><note><p>R</p></note></ref></ref-list></back>"
                "</response>",
            )
        )
        assert article.body == (
            Section(read(record(title="Text.")).title),
            Section(read(record(title="More.")).title, "Appendix / S"),
        )
        assert (article.figures, article.references) == ((), ())

    def test_figures_are_found_in_text_and_floats_and_tables_are_none(self) -> None:
        figure = "<fig><label>{}.</label><caption><title>T.</title><p>x<sub>1</sub></p>{}</caption></fig>"
        article = read(
            record(
                body=f"<sec><p>{figure.format('Figure 1', '<p>DOI: http://dx.doi.org/10.1/f</p>')}</p></sec>"
                "<table-wrap><label>Table 1</label><caption><p>No.</p></caption></table-wrap>"
                "<supplementary-material><label>Figure S1</label><caption><p>No.</p></caption></supplementary-material>",
                more=f"<floats-group>{figure.format('Figure 2', '')}</floats-group>",
            )
        )
        caption = read(record(title="T. x<sub>1</sub>")).title
        assert article.figures == (Figure("Figure 1", caption), Figure("Figure 2", caption))


class TestConflictOfInterest:
    @pytest.mark.parametrize(
        "place",
        [
            {
                "meta": '<author-notes><fn fn-type="COI-statement"><label>*</label><p>None.</p></fn></author-notes>'
            },
            {"back": '<fn-group><fn fn-type="conflict"><p>None.</p></fn></fn-group>'},
            {"back": "<sec><title>Declaration of competing interests</title><p>None.</p></sec>"},
            {"back": '<notes notes-type="COI-statement"><p>None.</p></notes>'},
            {"body": "<sec><title>Conflict of Interest Statement</title><p>None.</p></sec>"},
        ],
    )
    def test_it_is_found_by_kind_or_title_and_is_not_in_the_text(self, place: dict[str, str]) -> None:
        article = read(record(**place))
        assert article.conflict_of_interest == "None."
        assert article.body == ()

    def test_a_note_of_no_kind_is_known_by_its_words(self) -> None:
        notes = "<author-notes><fn><p>We have no competing financial interests.</p></fn><fn><p>Hi.</p></fn></author-notes>"
        assert read(record(notes)).conflict_of_interest == "We have no competing financial interests."

    def test_a_section_about_something_else_stays_in_the_text(self) -> None:
        xml = "<sec><title>Competing interests of host and parasite</title><p>Text.</p></sec>"
        article = read(record(body=xml))
        assert article.conflict_of_interest == ""
        assert len(article.body) == 1
