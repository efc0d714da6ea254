"""Whole addresses of the site: as `webui.public_url` says, else as each was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask

_PUBLIC: Final = "PUBLIC_URL"


def publish(app: Flask, public_url: str) -> None:
    """Have an app show addresses below this one; nothing takes it from each request."""
    app.config[_PUBLIC] = public_url.rstrip("/")


def root() -> str:
    """Return the address that all others begin with, without a slash at the end."""
    return str(current_app.config[_PUBLIC]) or request.url_root.rstrip("/")


def absolute(path: str) -> str:
    """Return the whole address of a path that `url_for` made."""
    return root() + path.removeprefix(request.script_root)
