"""Numbers texts in the order in which they are first met."""

from __future__ import annotations


class Numbering(dict[str, int]):
    """The number of each text; asking for a new one numbers it. `fresh` are those not yet taken."""

    def __init__(self) -> None:
        super().__init__()
        self.fresh: list[str] = []

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        self.fresh.append(text)
        return number

    def take_fresh(self) -> list[str]:
        """Return the texts that were numbered since this was last asked, in order."""
        fresh, self.fresh = self.fresh, []
        return fresh
