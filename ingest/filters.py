"""Which articles count: by outlet and by publication date."""

from dataclasses import dataclass

__all__ = ["Filters"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Articles to search in; the default is all of them.

    Attributes:
        outlets: Names as articles have them (where an article has none, its source); empty for all.
        since, until: The first and the last publication day, YYYY-MM-DD; None where that side is open. An article
            of which only the year or month is known counts where any of its days does; one without a date counts
            only when both are None.
    """

    outlets: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.outlets or self.since or self.until)
