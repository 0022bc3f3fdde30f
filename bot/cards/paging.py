"""A file for whoever can be given none: page by page, each with the way to the others, and every character of it."""

from collections.abc import Iterator

from bot import wire
from bot.cards.model import Button, Buttons, Code, File


def leaf(file: File, size: int) -> tuple[Code, Buttons | None]:
    """The page of a file that is asked for, of at most so many characters, and the way to those next to it."""
    pages = list(_pages(file.text, size))
    number = min(max(file.page, 1), len(pages))
    buttons = [_turn(file, n, len(pages), n > number) for n in (number + 1, number - 1) if 1 <= n <= len(pages)]
    where = f", page {number} of {len(pages)}" if len(pages) > 1 else ""
    shown = Code(pages[number - 1], "json", f"{file.name}{where}")
    return shown, Buttons(tuple(buttons)) if buttons else None


def _turn(file: File, number: int, of: int, onwards: bool) -> Button:
    press = wire.decode(wire.chosen(wire.encode(file.turn), [str(number)]))
    return Button(f"Page {number} of {of}", press, primary=onwards)


def _pages(text: str, size: int) -> Iterator[str]:
    """The text in pieces that end where a line does, if one does. Joined by line breaks they are the text again, but
    for a line that is longer than a page.
    """
    begin = 0
    while len(text) - begin > size:
        end = text.rfind("\n", begin + 1, begin + size + 1)
        yield text[begin : end if end > 0 else begin + size]
        begin = end + 1 if end > 0 else begin + size
    yield text[begin:]
