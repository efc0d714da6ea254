"""The files that pages load, at addresses that say what is in them: browsers keep them, never an old one."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Response, abort

from webui.caching import kept, tag_of, unchanged

if TYPE_CHECKING:
    from flask import Flask

_FOLDER: Final = Path(__file__).with_name("static")
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class StaticFiles:
    """The files of a folder, read once; the version that their addresses hold follows from all of them.

    The version stands before the name, so a script finds another by an address relative to its own.
    """

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Read every file of a folder; each has to be of a type that pages load."""
        self._files = {each.name: each.read_bytes() for each in sorted(folder.iterdir()) if each.is_file()}
        digest = blake2b(digest_size=6)
        for name, content in self._files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self.version = digest.hexdigest()

    def attach(self, app: Flask) -> None:
        """Have an app serve the files, and name them with their version in every address that it writes."""
        app.add_url_rule("/static/<version>/<path:filename>", "static", self.file)
        app.add_url_rule("/static/<path:filename>", "static", self.file)
        app.url_defaults(self._versioned)

    def file(self, filename: str, version: str | None = None) -> Response:
        """Answer a file; one asked for under another version is the present one, and kept only shortly."""
        content = self._files.get(filename)
        if content is None:
            abort(404)
        tag = tag_of(self.version, filename)
        response = unchanged(tag) or kept(Response(content, mimetype=_TYPES[Path(filename).suffix]), tag)
        if version == self.version:
            response.headers["Cache-Control"] = _FOR_GOOD
        return response

    def _versioned(self, endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", self.version)
