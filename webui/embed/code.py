"""The code that a site owner copies: the widget, the same held to a hash, and the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from webui.addresses import absolute
from webui.embed.options import filters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webui.embed.script import Script


def element(attributes: Mapping[str, str], script: Script) -> Markup:
    """Return the element, with the plain form in it that works before the script does, and without."""
    label, button = script.words[attributes.get("lang", "en")]
    hidden = Markup("").join(
        Markup('    <input type="hidden" name="{}" value="{}">\n').format(name, value)
        for name, value in filters_of(attributes)
    )
    return Markup(
        "<als-search{}>\n"
        '  <form action="{}">\n'
        '    <label>{} <input type="search" name="q"{}></label>\n'
        "{}"
        "    <button>{}</button>\n"
        "  </form>\n"
        "</als-search>"
    ).format(
        _written(attributes.items()),
        absolute(url_for("pages.search")),
        attributes.get("label", label),
        _written((("value", text),) if (text := attributes.get("query", "")) else ()),
        hidden,
        button,
    )


def widget(attributes: Mapping[str, str], script: Script, *, is_pinned: bool = False) -> Markup:
    """Return script and element; pinned, the address is that of this very script, and its hash is checked."""
    if is_pinned:
        address = absolute(url_for("embed.pinned", digest=script.digest))
        held = Markup(' integrity="{}" crossorigin="anonymous"').format(script.integrity)
    else:
        address, held = absolute(url_for("embed.script")), Markup("")
    tag = Markup('<script type="module" src="{}"{}></script>\n').format(address, held)
    return tag + element(attributes, script)


def frame(attributes: Mapping[str, str], script: Script) -> Markup:
    """Return the frame, for pages that may hold no scripts."""
    label, _ = script.words[attributes.get("lang", "en")]
    address = "?".join(filter(None, (absolute(url_for("embed.frame")), urlencode(attributes))))
    return Markup('<iframe src="{}" title="{}" width="100%" height="640" loading="lazy"></iframe>').format(
        address, attributes.get("label", label)
    )


def _written(attributes: Iterable[tuple[str, str]]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes)
