"""The description of the API for programs, OpenAPI 3.1, made from the types of its answers.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from msgspec import Struct, json

from webui import api_parameters
from webui.api import shapes
from webui.problems import ProblemDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "1.0"
"""Of the API: the first number changes with what would break a program, the second with what is added."""

ADDRESS: Final = "/api/v1/openapi.json"
"""Where the description is found."""

KEY: Final = "39337454"
"""The key of an article that stands in examples where there is no other."""

STATUSES: Final = {
    400: "A parameter is unknown, ill-formed or given twice; the problem says which, and what it may be.",
    403: "The key of a site was never given to one.",
    404: "There is no such article, facet, page or cursor, and never was such an index.",
    405: "The API is only read: GET, HEAD and OPTIONS.",
    410: "The index that is asked for, by its name or a cursor, is no longer kept.",
    414: "The address is longer than 64 kB: it is refused before it is read, without a problem document.",
    429: "Too much was asked from this address; Retry-After says how many seconds to wait.",
    431: "The head of the request is longer than 400 kB: it is refused likewise.",
    503: "The index or the library cannot be used at the moment; Retry-After says when to try again.",
}
"""The statuses of problems, and what each means."""

_BARE: Final = frozenset({414, 431})
"""Those that the server gives before the API is asked, and that have no document."""


class Operation(Struct, frozen=True, kw_only=True):
    """An address of the API: its rule as Flask writes it, what it takes and answers, and an example.

    `path` holds examples of what stands in the rule; an empty one stands for the key of an article.
    """

    name: str
    rule: str
    about: str
    parameters: tuple[str, ...]
    answer: type[Struct]
    example: tuple[tuple[str, str], ...] = ()
    path: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """The address as OpenAPI writes it."""
        return self.rule.replace("<path:", "{").replace("<", "{").replace(">", "}")

    def example_path(self, key: str) -> str:
        """Return the address of the example, with the key of an article where one stands in it."""
        path = self.address
        for name, value in self.path:
            path = path.replace(f"{{{name}}}", quote(value or key))
        return f"{path}?{urlencode(self.example)}" if self.example else path


_KEY: Final = (("key", ""),)

PATH_ABOUT: Final = {"key": "A PMID, PMCID or DOI.", "name": "The name of a facet."}
"""What stands in addresses."""

OPERATIONS: Final = (
    Operation(
        name="search",
        rule="/api/v1/search",
        about="Search: a page of hits with snippets and facets, and how the query was understood.",
        parameters=api_parameters.SEARCH,
        answer=shapes.SearchAnswer,
        example=(("q", "riluzole survival"), ("sort", "newest"), ("size", "5")),
    ),
    Operation(
        name="article",
        rule="/api/v1/article/<path:key>",
        about="An article by its PMID, PMCID or DOI.",
        parameters=api_parameters.NONE,
        answer=shapes.ArticleAnswer,
        path=_KEY,
    ),
    Operation(
        name="references",
        rule="/api/v1/references/<path:key>",
        about="The reference list of an article.",
        parameters=api_parameters.PAGED,
        answer=shapes.ReferencesAnswer,
        example=(("size", "50"),),
        path=_KEY,
    ),
    Operation(
        name="cited_by",
        rule="/api/v1/cited-by/<path:key>",
        about="The articles of the library that cite one.",
        parameters=api_parameters.PAGED,
        answer=shapes.CitedByAnswer,
        example=(("size", "50"),),
        path=_KEY,
    ),
    Operation(
        name="similar",
        rule="/api/v1/similar/<path:key>",
        about="The articles most like one, by the words and headings they share, the most similar first.",
        parameters=api_parameters.SIMILAR,
        answer=shapes.SimilarAnswer,
        example=(("size", "5"),),
        path=_KEY,
    ),
    Operation(
        name="explain",
        rule="/api/v1/explain/<path:key>",
        about="How the score of one hit of a search came about: its words, and what else counted.",
        parameters=api_parameters.EXPLAIN,
        answer=shapes.ExplainAnswer,
        example=(("q", "riluzole survival"),),
        path=_KEY,
    ),
    Operation(
        name="facet",
        rule="/api/v1/facets/<name>",
        about="The values of one facet over the hits of a search, also those with a word that starts so.",
        parameters=api_parameters.FACET,
        answer=shapes.FacetAnswer,
        example=(("q", "survival"), ("contains", "mot"), ("size", "10")),
        path=(("name", "keyword"),),
    ),
    Operation(
        name="trends",
        rule="/api/v1/trends",
        about="How many articles of a search were published each year, beside other searches or by a facet.",
        parameters=api_parameters.TRENDS,
        answer=shapes.TrendsAnswer,
        example=(("q", "riluzole"), ("compare", "edaravone"), ("by", "type")),
    ),
    Operation(
        name="suggest",
        rule="/api/v1/suggest",
        about="What the words at the end of a query may become.",
        parameters=api_parameters.SUGGEST,
        answer=shapes.SuggestAnswer,
        example=(("q", "rilu"), ("size", "5")),
    ),
    Operation(
        name="status",
        rule="/api/v1/status",
        about="What the library and the index hold, and how fresh that is.",
        parameters=api_parameters.NONE,
        answer=shapes.StatusAnswer,
    ),
)
"""All that the API answers, in the order of its page."""

_LINKS: Final = {
    operation.name: {
        "operationId": operation.name,
        "parameters": {"key": "$response.body#/hits/0/article/key"},
        "description": operation.about,
    }
    for operation in OPERATIONS
    if operation.path == _KEY
}
"""Where the key of a hit leads, as programs follow it."""


def document(key: str) -> dict[str, object]:
    """Return the description, with the key of an article for its examples."""
    types = [operation.answer for operation in OPERATIONS]
    _, components = json.schema_components(
        [*types, ProblemDocument], ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "als-search",
            "version": VERSION,
            "summary": "Search the literature on amyotrophic lateral sclerosis (ALS).",
            "description": "Records are courtesy of the U.S. National Library of Medicine, which does not "
            "endorse this service. Nothing here is medical advice. Members may be added to any answer; none "
            "is renamed or taken away while the address says v1.",
        },
        "paths": {operation.address: {"get": _get(operation, key)} for operation in OPERATIONS},
        "components": {"schemas": components},
    }


def _get(operation: Operation, key: str) -> dict[str, object]:
    examples = dict(operation.example)
    in_path = [_in_path(name, example or key) for name, example in operation.path]
    in_query = [_in_query(name, examples.get(name)) for name in operation.parameters]
    problem = {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}
    answer = {"schema": {"$ref": f"#/components/schemas/{operation.answer.__name__}"}}
    links = _LINKS if operation.answer is shapes.SearchAnswer else {}
    return {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": [*in_path, *in_query],
        "responses": {
            "200": {
                "description": operation.answer.__doc__,
                "content": {"application/json": answer},
                "links": links,
            },
            "304": {"description": "The answer is the one that If-None-Match names."},
        }
        | {
            str(status): {"description": meaning}
            | ({} if status in _BARE else {"content": {"application/problem+json": problem}})
            for status, meaning in STATUSES.items()
            if status != 410 or "generation" in operation.parameters
        },
    }


def _in_path(name: str, example: str) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string", "minLength": 1}
    if name == "name":
        schema["enum"] = list(api_parameters.NAMES)
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": PATH_ABOUT[name],
        "schema": schema,
        "example": example,
    }


def _in_query(name: str, example: str | None) -> dict[str, object]:
    schema: Mapping[str, object] = api_parameters.schema_of(name)
    if api_parameters.is_list(name):
        schema = {"type": "array", "items": schema, "maxItems": api_parameters.most(name)}
    found: dict[str, object] = {
        "name": name,
        "in": "query",
        "description": api_parameters.about(name),
        "schema": schema,
    }
    if example is not None:
        found["example"] = int(example) if schema.get("type") == "integer" else example
    return found
