"""Mixed content becomes safe markup, and safe markup becomes text: the only place where either happens.

What comes from outside is never passed through: it is read into a stream of events (text, an opening or a
closing tag), and written anew with i, b, u, sub and sup as the only tags, no attributes, all text escaped.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from html.parser import HTMLParser
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from crawler.article import Markup
from crawler.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bs4.element import Tag

JOINER: Final = "\u2060"
"""Stands in `index_text` where a sub- or superscript begins or ends within a word."""

_ALLOWED: Final = {
    "i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b",
    "u": "u", "underline": "u", "sub": "sub", "sup": "sup",
}  # fmt: skip
_SEPARATING: Final = frozenset({"br", "p", "div", "li", "list-item", "tr", "td", "break", "title", "sec"})
_NAMES: Final = "|".join(
    """
    a abbr address article aside b big blockquote body bold br button caption center cite code dd del
    disp-formula div dl dt em embed ext-link fig figcaption figure font footer form h[1-6] head header
    hr html i iframe img inline-formula input ins italic label li link list list-item mark math meta
    monospace nav ol object option p param pre q s sc sec section select small span strike strong style
    sub sup svg table tbody td tex-math textarea tfoot th thead title tr tt u ul underline var video
    xref
    """.split()
)
_DROPPED: Final = frozenset({"script", "style", "annotation", "annotation-xml", "tex-math"})

_SIGN: Final = re.compile(
    rf"<(?!!--|!\[|!doctype|\?[a-z]|/?(?:script|style)\b[^<>]*>"
    rf"|/?(?:{_NAMES}|(?:jats|mml):[\w-]+)(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>)",
    re.IGNORECASE,
)
_AMPERSAND: Final = re.compile(r"&(?!#?[0-9A-Za-z]{1,31};)")
_TAG: Final = re.compile(r"</?(?:i|b|u|sub|sup)>")
_PIECE: Final = re.compile(r"<[^<>]*>|[^<]+")
_SCRIPT_TAG: Final = re.compile(r"</?(?:sub|sup)>")
_EMPTY_PAIR: Final = re.compile(r"<(i|b|u|sub|sup)>( ?)</\1>")
_STRAY_JOINER: Final = re.compile(rf"(?<!\w){JOINER}+|{JOINER}+(?!\w)")
# Each sign is escaped, no tag is inside another, none is empty.
_FLAT: Final = re.compile(
    r"(?:[^<>&]++|&(?:lt|gt|amp);|<(i|b|u|sub|sup)>(?! ?</)(?:[^<>&]++|&(?:lt|gt|amp);)++</\1>)*+"
)
_SPACES: Final = re.compile(r"\s+")
_OUTSIDE_TAGS: Final = re.compile(r"[^<>]+")
_DAMAGE: Final = re.compile(
    "[\u00c2\u00c3\u00c4\u00c5\u00ce\u00cf\u00e2]"
    f"[\x80-\u00bf{bytes(range(0x80, 0xA0)).decode('cp1252', 'ignore')}]"
)
_CONTROLS: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)


class _Event(NamedTuple):
    """A piece of mixed content: `kind` is "text", "open" or "close"; `value` a text or an allowed tag."""

    kind: str
    value: str


_SPACE: Final = _Event("text", " ")


def clean(text: str) -> str:
    """Return text in NFC, without control characters, each run of white space one blank, ends trimmed.

    UTF-8 that was once read as Windows-1252 (a sequence that begins like \u00c3\u00a9) is mended.
    """
    # Reading 50,000 records comes by here millions of times, mostly with nothing to clean.
    if text.isprintable() and "  " not in text and _is_tidy(text):
        return text.strip()
    text = _tidied(text)
    # The only white space that is printable is the blank.
    return text.strip() if "  " not in text and text.isprintable() else " ".join(text.split())


def from_xml(element: etree._Element) -> Markup:
    """Return the mixed content of an XML element; MathML becomes sub- and superscripts.

    Raises ParseError where the document uses an entity that it defines itself: none of the sources does,
    and such entities are how small files are made to swell.
    """
    return _write(_xml_events(element)) if len(element) else from_text(element.text or "")


def from_soup(tag: Tag) -> Markup:
    """Return the mixed content of an HTML element."""
    return _write(_soup_events(tag))


def from_html(text: str) -> Markup:
    """Return the safe markup of a fragment of HTML of any kind, however broken.

    Only what has the name of a tag, of HTML's or JATS's, is one: every other `<` is a sign, as in "p<LOD",
    and `&` begins a character only where a semicolon ends it.
    """
    reader = _FragmentReader()
    fragment = _AMPERSAND.sub("&amp;", _SIGN.sub("&lt;", text))
    # Python's reader raises on an unknown "<![section"; to both, as to a browser, this is a bogus comment.
    reader.feed(fragment.replace("<![", "<!-["))
    reader.close()
    return _write(reader.events)


def is_written(text: str) -> bool:
    """Say whether `from_html` returns a text just as it is, blanks at the ends aside; no may be wrong.

    To see that it holds tidy text and the five tags takes a hundredth of the time to write it anew.
    """
    plain = text
    if "<" in text or ">" in text or "&" in text:
        if not _FLAT.fullmatch(text):
            return False
        plain = to_text(Markup(text))
    return "  " not in plain and plain.isprintable() and _is_tidy(plain)


def text_of_html(text: str) -> str:
    """Return the plain text of a fragment of HTML."""
    return to_text(from_html(text)) if "<" in text or "&" in text else clean(text)


def from_text(text: str) -> Markup:
    """Return plain text as markup: every `<` in it is a less-than sign."""
    return Markup(_escape(clean(text)))


def part_of_text(text: str) -> Markup:
    """Return a part of plain text as markup, just as it is: clean, with the blanks at its ends."""
    return Markup(_escape(text))


def _escape(text: str) -> str:
    # Most texts hold none of these, and to look is faster than to replace.
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def to_text(markup: Markup) -> str:
    """Return the plain text of safe markup, sub- and superscripts in line: SOD1G93A, 1.73 m2."""
    return _unescape(_TAG.sub("", markup))


def index_text(markup: Markup) -> str:
    """Return the plain text for the analyzer: JOINER marks where a script starts or ends within a word.

    Without its joiners it is `to_text(markup)`, character for character.
    """
    if "<" not in markup and JOINER not in markup:
        return _unescape(markup)
    joined = re.sub(f"{JOINER}+", JOINER, _TAG.sub("", _SCRIPT_TAG.sub(JOINER, markup)))
    return _unescape(_STRAY_JOINER.sub("", joined))


def cut(markup: Markup, start: int, end: int, marks: Sequence[tuple[int, int]]) -> list[tuple[Markup, bool]]:
    """Return the part from `start` to `end` of safe markup, in pieces: inside a mark, or outside.

    Offsets count characters of `to_text(markup)`; marks come in order and do not overlap. Each piece is safe
    markup, whole in itself: a tag that reaches across a border is closed and opened again.
    """
    inside = bytearray(len(markup) + 1)
    for first, last in marks:
        inside[first:last] = b"\1" * (last - first)
    pieces: list[tuple[Markup, bool]] = []
    for is_marked, run in groupby(
        islice(_characters(markup), start, end), key=lambda each: bool(inside[each[0]])
    ):
        written: list[str] = []
        for tags, characters in groupby(run, key=lambda each: each[2]):
            text = escape("".join(character for _, character, _ in characters), quote=False)
            written += [f"<{tag}>" for tag in tags] + [text] + [f"</{tag}>" for tag in reversed(tags)]
        pieces.append((Markup("".join(written)), is_marked))
    return pieces


def _characters(markup: Markup) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield each character of the plain text with its offset and the tags around it."""
    offset = 0
    tags: tuple[str, ...] = ()
    for token in _PIECE.findall(markup):
        if _TAG.fullmatch(token):
            tags = tags[:-1] if token.startswith("</") else (*tags, token[1:-1])
            continue
        for character in _unescape(token):
            yield offset, character, tags
            offset += 1


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tidied(text: str) -> str:
    """Return text in NFC, mended, without control characters; its white space is as it was."""
    if text.isascii():
        return text if text.isprintable() else _CONTROLS.sub("", text)
    while True:
        bare = _mended(text)
        bare = bare if bare.isprintable() else _CONTROLS.sub("", bare)
        bare = unicodedata.normalize("NFC", bare)
        if bare == text:
            return text
        # What was taken out may have stood between the halves of a damaged letter.
        text = bare


def _is_tidy(text: str) -> bool:
    """Say whether printable text is one that `_tidied` would return as it is."""
    return text.isascii() or (not _is_damaged(text) and unicodedata.is_normalized("NFC", text))


def _is_damaged(text: str) -> bool:
    # To look for each letter that damage begins with is several times faster than to look for all at once.
    return (
        "\u00c2" in text or "\u00c3" in text or "\u00c4" in text or "\u00c5" in text
        or "\u00ce" in text or "\u00cf" in text or "\u00e2" in text
    ) and _DAMAGE.search(text) is not None  # fmt: skip


def _mended(text: str) -> str:
    """Return text in which words of UTF-8 that was read as Windows-1252 are read anew, and no others."""
    if not _is_damaged(text):
        return text
    from ftfy import fix_encoding  # noqa: PLC0415 - it loads large tables, which few texts need

    # ftfy judges by what is likely side by side: word by word, what is sound is not judged by its neighbours.
    return " ".join(fix_encoding(word) if _DAMAGE.search(word) else word for word in text.split(" "))


def _write(events: Iterable[_Event]) -> Markup:
    """Write events anew: balanced tags, escaped text, single blanks even across tags."""
    pieces: list[str] = []
    open_tags: list[str] = []
    after_space = True
    for kind, value in events:
        if kind == "open":
            open_tags.append(value)
            pieces.append(f"<{value}>")
        elif kind == "close":
            if value in open_tags:
                while (tag := open_tags.pop()) != value:
                    pieces.append(f"</{tag}>")
                pieces.append(f"</{value}>")
        else:
            text = _SPACES.sub(" ", _tidied(value))
            text = text[1:] if after_space and text.startswith(" ") else text
            if text:
                pieces.append(_escape(text))
                after_space = text.endswith(" ")
    pieces.extend(f"</{tag}>" for tag in reversed(open_tags))
    written = "".join(pieces)
    while (pruned := _EMPTY_PAIR.sub(r"\2", written)) != written:
        written = pruned
    # Tags are left out: a combining stroke after one would turn its ">" into a letter.
    return Markup(_OUTSIDE_TAGS.sub(lambda text: _escape(_tidied(_unescape(text[0]))), written).strip())


def _xml_events(element: etree._Element) -> Iterator[_Event]:
    """Yield the events of an element's content, without the element itself."""
    if element.text:
        yield _Event("text", element.text)
    for child in element:
        yield from _xml_child(child)
        if child.tail:
            yield _Event("text", child.tail)


def _xml_child(child: etree._Element) -> Iterator[_Event]:
    if isinstance(child, etree._Entity):  # noqa: SLF001 - lxml has no public name for it
        raise ParseError(f"uses an entity of its own, {child.text}, which no source of articles does")
    if isinstance(child, etree._Comment | etree._ProcessingInstruction):  # noqa: SLF001 - the same
        return
    name = etree.QName(child).localname.lower()
    if name == "math":
        yield from _math_events(child)
    elif name not in _DROPPED:
        yield from _tagged(name, _xml_events(child))


def _tagged(name: str, content: Iterable[_Event]) -> Iterator[_Event]:
    """Yield content in the allowed tag of this name, between blanks, or bare."""
    if tag := _ALLOWED.get(name):
        yield _Event("open", tag)
        yield from content
        yield _Event("close", tag)
    elif name in _SEPARATING:
        yield _SPACE
        yield from content
        yield _SPACE
    else:
        yield from content


def _math_events(node: etree._Element) -> Iterator[_Event]:
    """Yield a formula on one line: scripts as scripts, a fraction with a slash, a root with its sign."""
    children = list(node.iterchildren("*"))
    name = etree.QName(node).localname
    if name in _DROPPED:
        return
    if not children:
        yield _Event("text", (node.text or "").strip() if name != "mtext" else node.text or "")
        return
    if name == "msqrt":
        yield _Event("text", "\N{SQUARE ROOT}")
    scripts = {"msub": ("sub",), "msup": ("sup",), "msubsup": ("sub", "sup")}.get(name, ())
    for place, child in enumerate(children):
        if name == "mfrac" and place:
            yield _Event("text", "/")
        script = scripts[place - 1] if 0 < place <= len(scripts) else ""
        yield from _tagged(script, _math_events(child))


def _soup_events(tag: Tag) -> Iterator[_Event]:
    from bs4 import element  # noqa: PLC0415 - it takes a tenth of a second, and only saved pages need it

    for child in tag.children:
        if isinstance(child, element.Tag):
            if child.name not in _DROPPED:
                yield from _tagged(child.name, _soup_events(child))
        elif isinstance(child, element.NavigableString) and not isinstance(child, element.PreformattedString):
            yield _Event("text", str(child))


class _FragmentReader(HTMLParser):
    """Turns a fragment of HTML into events; what is between script or style tags is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[_Event] = []
        self._dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        name = tag.rpartition(":")[2]
        if name in _DROPPED:
            self._dropping += 1
        elif name in _ALLOWED:
            self.events.append(_Event("open", _ALLOWED[name]))
        elif name in _SEPARATING:
            self.events.append(_SPACE)

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif name in _ALLOWED:
            self.events.append(_Event("close", _ALLOWED[name]))
        elif name in _SEPARATING:
            self.events.append(_SPACE)

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.events.append(_Event("text", data))
