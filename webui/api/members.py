"""The types of answers as people read them: each with its members, and what a member is, in words."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from msgspec import Struct, json

from webui.problems import ProblemDocument

_WORDS: Final = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
    "null": "null",
}  # fmt: skip


class Member(Struct, frozen=True):
    """A member: its name, what it is, and what is said of it; nothing where the type says it."""

    name: str
    kind: str
    about: str


class Shape(Struct, frozen=True):
    """A type: its name, what it is, and its members."""

    name: str
    about: str
    members: tuple[Member, ...]


@cache
def shapes_of(types: tuple[type[Struct], ...]) -> tuple[Shape, ...]:
    """Return these types, the one of problems, and those of their members, each before what it is made of."""
    _, components = json.schema_components([*types, ProblemDocument], ref_template="{name}")
    return tuple(_shape(name, schema) for name, schema in components.items())


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    members = tuple(
        Member(member, _kind(of_member), of_member.get("description", ""))
        for member, of_member in schema.get("properties", {}).items()
    )
    about = " ".join(schema.get("description", "").split())
    choices = ", ".join(map(str, schema.get("enum", ())))
    return Shape(name, f"{about} One of {choices}." if choices else about, members)


def _kind(schema: dict[str, Any]) -> str:
    """Return what a JSON Schema stands for: the name of a type, a word, a list of such, or one of several."""
    if "$ref" in schema:
        return str(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "prefixItems" in schema:
        return f"[{', '.join(map(_kind, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return _WORDS[schema["type"]]
