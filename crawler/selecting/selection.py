"""A query of PubMed's, asked of one record at a time: the bulk files hold all of PubMed, not what it finds.

Most records fail. So each is asked twice: `Selection.might_match` looks at its bytes, which is cheap, and is
never wrong when it says no; `Selection.selects` looks at the article, once it has been parsed.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.errors import ParseError
from crawler.identity import normal_pmid
from crawler.markup import clean
from crawler.selecting.fields import DATES, FIELDS, LONG_TAGS, Field, Term, heading_words_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from crawler.article import Article

_TOKEN: Final = re.compile(
    r'\s*(?:"(?P<phrase>[^"]*)"|\[(?P<tag>[^\[\]]*)\]|(?P<sign>[()&|])|(?P<word>[^\s"\[\]()&|]+)|(?P<stray>\S))'
)
_OPERATORS: Final = {"AND": "AND", "OR": "OR", "NOT": "NOT", "&": "AND", "|": "OR"}
_CURLY: Final = str.maketrans("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '""')
_DEEPEST: Final = 50
_SHORTEST_STEM: Final = 4
_MANY: Final = 500
"""Terms of a query from which on it takes too long to compare each with each."""
_DATE: Final = re.compile(r"([0-9]{4})(?:/([0-9]{1,2}))?(?:/([0-9]{1,2}))?")
_VALUE: Final = re.compile(
    r"has(?:(?:structured|nonenglish)?abstract|keyword|cois|databanklist|nihmsid"
    r"|(?:comment|erratum|retraction|update|expressionofconcern)(?:in|for|of|on))",
    re.IGNORECASE,
)

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_TAG: Final = re.compile(rb"<(?![!?])[^>]*>")
# A prefix may hide any name, and what these elements hold is no text: script, style, annotation, tex-math.
_ODD_TAG: Final = re.compile(rb"</(?:[sS](?:[cC]|[tT][yY])|[aA][nN]|[tT][eE]|[^>]*:)")
_REFERENCE: Final = re.compile(rb"&(?:#x0*([0-9a-fA-F]{1,6})|#0*([0-9]{1,7})|amp|lt|gt|quot|apos);")
_TO_LETTERS: Final = {"\N{KELVIN SIGN}": b"k", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": b"i"}
"""The only characters outside of ASCII that become a letter of it, when composed (NFC) and in lower case."""
_LOWER: Final = bytes(range(256)).lower()
_NO_LETTERS: Final = bytes(n for n in range(256) if not (n < 128 and chr(n).isalnum()))


class Selection:
    """What a query selects, in PubMed's syntax: terms, quoted phrases, tags, AND, OR, NOT, parentheses.

    As on PubMed, operators are in capitals and go from left to right, words without one between them are
    ANDed, several words before a tag are a phrase, case and punctuation do not matter, and a `*` at the end
    of four letters or more stands for any ending. Unlike there, a phrase is found as it is typed, plural or
    not, and never taken apart; a word without a tag is looked up in every field as it is, not mapped to MeSH.

    The tree of MeSH is not known here: [mh] and [majr] find the descriptor itself, and those that `narrower`
    names below it (name -> names of all depths); with :noexp, the descriptor alone. The same holds for [pt].
    Raises ParseError for a query that is empty, not balanced, or uses a tag that a record cannot answer.
    """

    def __init__(self, query: str, *, narrower: Mapping[str, Collection[str]] | None = None) -> None:
        below = {
            heading_words_of(name): tuple(map(heading_words_of, names))
            for name, names in (narrower or {}).items()
        }
        tokens = deque(_tokens(query))
        self._root = _chain(tokens, below, depth=0)
        if tokens:
            raise ParseError("the query closes a parenthesis that it does not open")
        self._gate = _gate(self._root)

    def selects(self, article: Article) -> bool:
        """Say whether the query finds the article."""
        return _holds(self._root, article)

    def might_match(self, raw: bytes) -> bool:
        """Say whether a record of PubMed's XML may be one that the query selects, without parsing it.

        "No" is certain: `selects` would refuse what `pubmed_xml.parse_record` makes of it, if anything.
        """
        text = _text(raw)
        if text is None:
            return True
        # To leave out more than a parser does only joins runs of letters, so that none is lost: the markup
        # within a word, and all that stands between two.
        letters = text.translate(_LOWER, _NO_LETTERS)
        return _passes(self._gate, letters) and _may_hold(self._root, text.lower(), letters)


class _Test(NamedTuple):
    """A question that only the article can answer."""

    holds: Callable[[Article], bool]


class _Chain(NamedTuple):
    """Operators and what they join, from left to right; the first operator is AND."""

    steps: tuple[tuple[str, _Node], ...]


_Node = Term | _Test | _Chain


class _Gates(NamedTuple):
    """All or any of several gates."""

    how: Callable[[Iterable[bool]], bool]
    gates: tuple[_Gate, ...]


_Gate = bytes | _Gates
"""A run of letters that must stand in a record, or several."""


# The query.


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(query.translate(_CURLY)):
        kind = str(found.lastgroup)
        if kind == "stray":
            raise ParseError(
                f"the query has a {found[kind]} without its other half: {query[found.start() :]!r}"
            )
        text = found[kind]
        yield ("operator", _OPERATORS[text]) if text in _OPERATORS and kind != "phrase" else (kind, text)


def _chain(tokens: deque[tuple[str, str]], below: Mapping[str, tuple[str, ...]], depth: int) -> _Chain:
    """Take tokens up to a closing parenthesis, or all of them, and return what they ask."""
    if depth > _DEEPEST:
        raise ParseError(f"the query nests more than {_DEEPEST} parentheses")
    steps: list[tuple[str, _Node]] = []
    operator = ""
    while tokens and tokens[0] != ("sign", ")"):
        kind, text = tokens[0]
        if kind == "operator":
            if operator or not steps:
                raise ParseError(f"the query has an {text} with nothing before it")
            operator = text
            tokens.popleft()
            continue
        if kind == "sign":
            tokens.popleft()
            node: _Node = _chain(tokens, below, depth + 1)
            if not tokens:
                raise ParseError("the query opens a parenthesis that it does not close")
            tokens.popleft()
        else:
            node = _operand(tokens, below)
        steps.append((operator or "AND", node))
        operator = ""
    if operator or not steps:
        raise ParseError(
            f"the query has an {operator} with nothing after it" if steps else "nothing is asked"
        )
    return _Chain(tuple(steps))


def _operand(tokens: deque[tuple[str, str]], below: Mapping[str, tuple[str, ...]]) -> _Node:
    """Take a quoted phrase, words up to a tag, or else one word, each with the tag behind it."""
    kind, text = tokens.popleft()
    if kind == "tag":
        raise ParseError(f"the query has the tag [{text}] with no term before it")
    more = 0
    if kind == "word":
        while more < len(tokens) and tokens[more][0] == "word":
            more += 1
    if len(tokens) > more and tokens[more][0] == "tag":
        text = " ".join([text, *(tokens.popleft()[1] for _ in range(more))])
        tag = tokens.popleft()[1]
        return _tagged(text, tag, below, is_quoted=kind == "phrase")
    if kind == "word" and _VALUE.fullmatch(text):
        return _value_search(text)
    return _term(text, FIELDS["all"], {}, is_quoted=kind == "phrase")


def _tagged(text: str, tag: str, below: Mapping[str, tuple[str, ...]], *, is_quoted: bool) -> _Node:
    name, _, how = re.sub(r"\s*([:/-])\s*", r"\1", clean(tag).lower()).partition(":")
    name = LONG_TAGS.get(name, name)
    if name in DATES and not how:
        return _dates(text, DATES[name])
    field = FIELDS.get(name)
    if field is None or how not in ("", "noexp" if field.explodes else ""):
        known = " ".join(f"[{each}]" for each in (*FIELDS, *DATES))
        raise ParseError(f"the query uses the tag [{tag}], which is not known here; known are {known}")
    if name == "pmid":
        text = " ".join(map(_pmid, text.split()))
    elif name == "la":
        text = "jpn" if text.lower() == "japanese" else text[:3]
    return _term(text, field, {} if how else below, is_quoted=is_quoted)


def _term(text: str, field: Field, below: Mapping[str, tuple[str, ...]], *, is_quoted: bool) -> Term:
    text = clean(text)
    bare = text.removesuffix("*")
    words = field.words_of(bare)
    if not words_of(bare):
        raise ParseError(f"the query asks for {text!r}, in which there is no word")
    if "*" in bare or (bare != text and len(words) < _SHORTEST_STEM):
        raise ParseError(f"in {text!r}, the * does not stand at the end of {_SHORTEST_STEM} letters or more")
    wanted = tuple(words.split()) if field is FIELDS["pmid"] else (words,)
    if field.explodes and bare == text:
        wanted += below.get(words, ())
    letters = tuple(_required(each, field) for each in wanted)
    is_whole = field.gap == "/" and all(letters) and "".join(wanted).isascii()
    pattern = _pattern(letters, is_cut=bare != text) if is_whole else None
    return Term(field, wanted, bare != text, is_quoted, letters, pattern)


def _pmid(text: str) -> str:
    if not (pmid := normal_pmid(text)):
        raise ParseError(f"the query asks for the PMID {text!r}, which is not a number")
    return pmid


def _value_search(text: str) -> _Test:
    if text.lower() != "hasabstract":
        raise ParseError(f"the query asks for {text!r}, which is not known here; hasabstract is")
    return _Test(lambda article: article.abstract is not None)


def _dates(text: str, numbers: Callable[[Article], Iterable[int]]) -> _Test:
    """Return the test of a date or a range, as precise as they are: 2019, 2019:2021/06, 2019/01/01:3000."""
    ends = [_DATE.fullmatch(part.strip()) for part in text.split(":")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or not first or not last:
        raise ParseError(f"the query asks for the date {text!r}; write 2019, 2019/06/30 or 2019:2021")
    low = int(first[1]) * 10_000 + int(first[2] or 1) * 100 + int(first[3] or 1)
    high = int(last[1]) * 10_000 + int(last[2] or 12) * 100 + int(last[3] or 31)
    return _Test(lambda article: any(low <= number <= high for number in numbers(article)))


# The article.


def _holds(node: _Node, article: Article) -> bool:
    if isinstance(node, _Test):
        return node.holds(article)
    if isinstance(node, Term):
        return node.field.holds(article, node)
    value = True
    for operator, each in node.steps:
        if operator == "OR":
            value = value or _holds(each, article)
        else:
            value = value and _holds(each, article) == (operator == "AND")
    return value


# The bytes of a record.


def _required(words: str, field: Field) -> tuple[bytes, ...]:
    """Return the runs of letters that stand in the letters of every record which holds these words.

    The words of a text follow each other there, as far as they come from one element. In place of an accented
    letter there may be the bare one, or nothing.
    """
    runs = (run for part in words.split(field.gap) for run in _NOT_ASCII.split(part))
    return tuple(bare for run in runs if (bare := run.encode().translate(None, _NO_LETTERS)))


def _pattern(letters: tuple[tuple[bytes, ...], ...], *, is_cut: bool) -> re.Pattern[bytes]:
    """Return what finds the first of the runs as whole words, however much that is no letter is in them."""
    end = b"" if is_cut else b"(?![a-z0-9])"
    # The first letter comes before the look behind it: this is what makes the search for it fast.
    ways = (
        b"%b(?<![a-z0-9]%b)%b" % (run[:1], run[:1], b"".join(b"[^a-z0-9]*%c" % letter for letter in run[1:]))
        for run, *_ in letters
    )
    return re.compile(b"(?:%b)%b" % (b"|".join(ways), end))


def _gate(node: _Node) -> _Gate:
    """Return what the letters of a record must hold; what must not be there cannot be told from them."""
    if isinstance(node, _Test):
        return b""
    if isinstance(node, Term):
        return _joined(any, [_joined(all, runs or [b""]) for runs in node.letters])
    gate: _Gate = b""
    for operator, steps in groupby(node.steps, key=itemgetter(0)):
        if operator != "NOT":
            gate = _joined(any if operator == "OR" else all, [gate, *(_gate(each) for _, each in steps)])
    return gate


def _joined(how: Callable[[Iterable[bool]], bool], gates: Iterable[_Gate]) -> _Gate:
    """Return one gate for all or any of several, without those that follow from another one."""
    flat: dict[_Gate, None] = {}
    for gate in gates:
        flat.update(dict.fromkeys(gate.gates if isinstance(gate, _Gates) and gate.how is how else [gate]))
    runs = [gate for gate in flat if isinstance(gate, bytes)] if len(flat) < _MANY else []
    kept = [
        gate
        for gate in flat
        if not isinstance(gate, bytes)
        or not any(gate != run and (run in gate if how is any else gate in run) for run in runs)
    ]
    return kept[0] if len(kept) == 1 else _Gates(how, tuple(kept))


def _passes(gate: _Gate, letters: bytes) -> bool:
    if isinstance(gate, bytes):
        return gate in letters
    stop = gate.how is any
    for each in gate.gates:
        if (each in letters if isinstance(each, bytes) else _passes(each, letters)) is stop:
            return stop
    return not stop


def _may_hold(node: _Node, text: bytes, letters: bytes) -> bool:
    """Say whether a record may hold what is asked, as `_gate`, but of whole words."""
    if isinstance(node, _Test):
        return True
    if isinstance(node, Term):
        is_there = any(all(run in letters for run in runs) for runs in node.letters)
        return is_there and (node.pattern is None or bool(node.pattern.search(text)))
    value = True
    for operator, each in node.steps:
        if operator == "OR":
            value = value or _may_hold(each, text, letters)
        elif operator == "AND":
            value = value and _may_hold(each, text, letters)
    return value


def _text(raw: bytes) -> bytes | None:
    """Return a record with every tag a line end, and letters for what stands for them; None where unsure."""
    # After the citation come ids, dates and the references, and no field looks at these.
    end = raw.rfind(b"</MedlineCitation")
    raw = raw[:end] if end > 0 else raw
    text = _TAG.sub(b"\n", raw)
    # What is left of a sign: a comment, CDATA, an attribute with a sign in it. NUL: it is not UTF-8.
    if b"<" in text or b">" in text or b"\x00" in text or _ODD_TAG.search(raw):
        return None
    if b"&" in text:
        text = _REFERENCE.sub(_character, text)
    if not text.isascii():
        for character, letter in _TO_LETTERS.items():
            text = text.replace(character.encode(), letter)
    return text


def _character(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2] or 0)
    character = chr(number) if number < 0x110000 else ""
    return character.encode() if character.isascii() else _TO_LETTERS.get(character, b" ")
