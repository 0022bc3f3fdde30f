"""One block of a card as the text Discord shows for it."""

import unicodedata
from typing import assert_never

from adapters.discord.markup import escape, fence, inline, small
from bot.cards.model import Block, Buttons, Code, Facts, File, Note, OptionLine, Options, Prose, Rank, Ranking, Timeline
from bot.cards.text import TIMELINE, mark, tally, timeline
from bot.domain.words import isolate, visible

_TITLE = 200  # characters of a title, so that it alone cannot fill a message
_NAME = 24  # columns of a board; longer names are cut, so that a line fits a telephone
_LINE = 72  # characters of a whole line, so that fifty of them fit a message


def text(block: Block) -> str:
    """The Markdown of a block; empty for buttons and files, which are components."""
    match block:
        case Prose(spans):
            return inline(spans)
        case Note(spans):
            return small(inline(spans))
        case Code(source, language, caption):
            return f"{escape(caption)}\n{fence(source, language)}" if caption else fence(source, language)
        case Options(lines):
            return "\n".join(map(_option, lines))
        case Ranking(lines):
            return fence("\n".join(_table(lines)), "") if lines else ""
        case Facts(pairs):
            return "\n".join(f"**{escape(name)}**: {inline(value)}" for name, value in pairs)
        case Timeline(steps):
            drawn = "\n".join(timeline(steps))
            return f"{TIMELINE}\n{fence(drawn, '')}"
        case Buttons() | File():
            return ""
        case _:
            assert_never(block)


def title(words: str) -> str:
    """The head line of a card."""
    return f"### {escape(clip(one_line(words), _TITLE))}"


def one_line(words: str) -> str:
    """Words without line breaks or what cannot be seen."""
    return " ".join(visible(words).split())


def clip(words: str, most: int) -> str:
    """At most that many characters, the last one saying that there were more."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _option(option: OptionLine) -> str:
    sign = mark(option).strip()
    head = f"{sign} **{option.letter}**" if sign else f"**{option.letter}**"
    line = f"{head}  {inline(option.spans)}{escape(tally(option))}"
    return f"{line}\n{small(inline(option.reason))}" if option.reason else line


def _table(lines: tuple[Rank, ...]) -> list[str]:
    names = [clip(one_line(line.name), _NAME) for line in lines]
    name_columns = max(map(_columns, names))
    score_columns = max(_columns(line.score) for line in lines)
    return [
        clip(
            f"{'→' if line.me else ' '}{line.rank:>3}  {_pad(name, name_columns)}  "
            f"{_pad(one_line(line.score), score_columns)}  {one_line(line.note)}".rstrip(),
            _LINE,
        )
        for line, name in zip(lines, names, strict=True)
    ]


def _pad(words: str, columns: int) -> str:
    return isolate(words) + " " * (columns - _columns(words))


def _columns(words: str) -> int:
    """How wide words stand in a fixed pitch: marks that sit on others take no room, East Asian ones and emoji two."""
    return sum(
        1 + (unicodedata.east_asian_width(char) in ("W", "F"))
        for char in words
        if unicodedata.category(char) not in ("Cf", "Mn")
    )
