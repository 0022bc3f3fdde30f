"""What has been on the screen, in order: what `back` goes through and an edit quietly changes."""

from dataclasses import dataclass, field, replace
from uuid import uuid4

from bot.cards.model import Card, Form


@dataclass(frozen=True, slots=True)
class Page:
    """One card or form as it is drawn. `reader` is the one person it was shown to, `None` where it is for everyone;
    `key` is what it was posted under, `None` where it answers somebody.
    """

    says: Card | Form
    text: str
    reader: str | None = None
    key: str | None = None
    # Never seen before, so that a message recorded by an earlier run is not taken for one of this screen.
    id: str = field(default_factory=lambda: uuid4().hex)


class Pages(list[Page]):
    """Every page so far, oldest first."""

    def known(self, page_id: str) -> int | None:
        """Where the page with that id is."""
        return next((at for at, page in enumerate(self) if page.id == page_id), None)

    def posted(self, key: str) -> Page | None:
        """The page that was posted under a key."""
        return next((page for page in self if page.key == key), None)

    def edit(self, page_id: str, card: Card, text: str) -> None:
        """Change what a page shows, if there is such a page."""
        if (at := self.known(page_id)) is not None:
            self[at] = replace(self[at], says=card, text=text)

    def before(self, reader: str, page: Page | None = None) -> Page | None:
        """The latest card that a person may see, or the latest before `page`. A form is not shown twice."""
        end = self.known(page.id) if page else None
        seen = (page for page in self[:end] if isinstance(page.says, Card) and page.reader in (None, reader))
        return next(reversed(list(seen)), None)
