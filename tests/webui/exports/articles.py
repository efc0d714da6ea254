"""Articles for tests of exports: one with everything, one that is hostile, and what hypothesis draws."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from crawler.article import (
    Abstract,
    Article,
    Author,
    Correction,
    DataBank,
    Figure,
    Grant,
    Ids,
    Journal,
    Keyword,
    Markup,
    MeshHeading,
    PubDate,
    Qualifier,
    Reference,
    Section,
    Substance,
)
from crawler.markup import clean, from_html, from_text

HOSTILE_HTML: Final = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <i>SOD1</i><sup onclick=x>G93A</sup>"
HOSTILE_TEXT: Final = "<script>alert(1)</script> & SOD1G93A"

WHOLE: Final = Article(
    ids=Ids(pmid="123", pmcid="PMC45", doi="10.1000/a_b(c)<1>", pii="S1"),
    title=Markup("Zebras &lt; 5% &amp; <i>SOD1</i><sup>G93A</sup>: TDP-43 {in} mice_1."),
    vernacular_title=Markup("Zebras, aber auf Deutsch."),
    journal=Journal(
        title="Journal of Zebras & Friends", abbreviation="J Zebras", issns=("1234-5678", "8765-4321"),
        nlm_id="0001", country="Nowhere",
    ),
    abstract=Abstract(
        sections=(Section(Markup("Why &lt; how."), "BACKGROUND"), Section(Markup("We looked."), "METHODS")),
        copyright="(c) Us.",
    ),
    other_abstracts=(Abstract(sections=(Section(Markup("Auf Deutsch.")),), kind="Publisher", language="ger"),),
    authors=(
        Author(last="van den Berg", fore="Leonard H", initials="LH", orcid="0000-0002-1825-0097",
               affiliations=("Here.", "There.")),
        Author(last="Smith", fore="John A", initials="JA", suffix="Jr"),
        Author(last="O'Hara", initials="B"),
        Author(collective="Zebra and Friends Study Group"),
    ),
    authors_complete=False,
    investigators=(Author(last="Roe", fore="Jane", initials="J"),),
    volume="26", issue="8 Suppl 1", pages="872-81",
    published=PubDate(2023, 8, 7), electronic=PubDate(2023, 7, 1), entered=PubDate(2023, 7, 2),
    revised=PubDate(2023, 9, 3),
    languages=("ger",),
    publication_types=("Journal Article", "Review", "Retracted Publication"),
    keywords=(Keyword("stripes", True, "NOTNLM"), Keyword("zebras", False, "NOTNLM")),
    mesh=(MeshHeading(name="Zebras", qualifiers=(Qualifier("genetics", major=True),)),
          MeshHeading(name="Mice", major=True)),
    supplemental_mesh=("Stripe Disease",),
    substances=(Substance("alpha-Stripe (horse)", "0"), Substance("hay")),
    gene_symbols=("ZEB",),
    grants=(Grant(number="R01 1", acronym="NS", agency="NIH", country="United States"),),
    data_banks=(DataBank("ClinicalTrials.gov", ("NCT00000001", "NCT00000002")),),
    conflict_of_interest=Markup("None &amp; nothing."),
    corrections=(Correction(kind="RetractionIn", source="J Zebras. 2024;1:1.", pmid="124", note="a note"),
                 Correction(kind="CommentIn", source="J Zebras. 2024;1:2.")),
    figures=(Figure("Figure 1", Markup("A <i>zebra</i>.")),),
    references=(Reference(text="Roe J. 2001;1:1.", pmid="7"),),
    status="MEDLINE",
)  # fmt: skip
"""An article with something in every field that an export writes."""

HOSTILE: Final = Article(
    ids=Ids(pmid="666", doi="10.1000/}{\\x"),
    title=from_html(HOSTILE_HTML),
    authors=(Author(last="}Eve\\", fore="{x"), Author(collective="=cmd|' /C calc'!A0")),
    journal=Journal(title="@SUM(1) % journal\nER  - \n\nTY  - JOUR"),
    abstract=Abstract(sections=(Section(from_text("}} @article{evil, title = {x}}")),)),
    keywords=(Keyword("=1+1\r\nPMID- 1"), Keyword("-x"), Keyword("+y")),
    volume="=1+1", issue="@x", pages="-5",
    published=PubDate(2020, 1, text="=now\nTI  - other"),
)  # fmt: skip
"""An article whose every field tries to break out of a file."""

_PARTS: Final = [
    "zebra", " ", "SOD1", "TDP-43", "=", "+", "-", "@", "&", "<", ">", "{", "}", "\\", "$", "%", "#", "_", "~", '"',
    "'", ",", ";", "\n", "\r\n", "\t", "PMID- 1", "ER  - ", "TY  - JOUR", "</script>", "<b>", "\N{EN DASH}",
    "\N{GREEK SMALL LETTER ALPHA}", "\u2028", ".", ": ", "|", "@article{x,", "\x00",
]  # fmt: skip

texts = st.lists(st.sampled_from(_PARTS), max_size=12).map("".join)
"""Texts as outside records may hold them, uncleaned."""

_titles = texts.map(from_text)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw an article with such texts wherever there is text."""
    text = draw(texts)
    return Article(
        ids=Ids(pmid=draw(st.from_regex(r"[1-9][0-9]{0,7}", fullmatch=True)), doi=f"10.1000/{text}"),
        title=draw(_titles) or Markup("x"),
        journal=Journal(title=draw(texts), abbreviation=draw(texts)),
        abstract=Abstract(sections=(Section(draw(_titles), draw(texts)),)),
        authors=(Author(last=draw(texts) or "x", fore=draw(texts)), Author(collective=draw(texts) or "y")),
        keywords=(Keyword(draw(texts)),),
        volume=clean(draw(texts)), pages=draw(texts),
        published=PubDate(2020, draw(st.integers(0, 12))),
    )  # fmt: skip
