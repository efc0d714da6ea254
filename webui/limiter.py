"""What counts requests, and refuses those beyond a limit: flask-limiter, as this site has it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from flask_limiter import HeaderNames, Limiter

from webui.counts import SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TOLD: Final = (HeaderNames.LIMIT, HeaderNames.REMAINING, HeaderNames.RESET)


def limiter_of(
    who: Callable[[], str], how_much: Callable[[], str], storage: str, headers: Sequence[str]
) -> Limiter:
    """Return what counts requests by who asks, and refuses those beyond how much.

    `headers` are the names of those that tell the limit, what is left of it, and when it starts anew.
    """
    is_in_memory = storage.startswith("memory:")
    limiter = Limiter(
        who,
        application_limits=[how_much],
        headers_enabled=True,
        header_name_mapping=dict(zip(_TOLD, headers, strict=True)),
        retry_after="delta-seconds",
        storage_uri=f"{SCHEME}://" if is_in_memory else storage,
        # Where the storage cannot be reached, each process counts for itself meanwhile.
        in_memory_fallback_enabled=not is_in_memory,
    )
    # That the storage is out of reach belongs into our log; who was refused, which is told as INFO, does not.
    limiter.logger = logging.getLogger("webui.limits")
    limiter.logger.setLevel(logging.WARNING)
    return limiter
