"""A card or a form as lines of a terminal: styled for a screen, or plain for a pipe and for whoever wants no colour.

Everything goes through `Text` objects, whose words rich never reads as markup, and through `clean`.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import assert_never

from rich import box
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.table import Table
from rich.text import Text

from adapters.terminal import clean, words
from adapters.terminal.keys import keys
from bot.cards import model
from bot.cards.model import Button, Card, Form, OptionLine, Rank, Span, Tone
from bot.cards.text import TIMELINE, mark, tally, timeline

_TONES = {Tone.NEUTRAL: "blue", Tone.QUESTION: "magenta", Tone.GOOD: "green", Tone.BAD: "red"}
_MARKS = {True: "green", False: "red", None: ""}

# The sixteen colours of the reader's own scheme: they are legible on light and on dark. Keys are pygments' token types.
_CODE = ANSISyntaxTheme(
    {
        ("Comment",): Style(dim=True),
        ("Keyword",): Style(color="magenta"),
        ("Literal", "Number"): Style(color="cyan"),
        ("Literal", "String"): Style(color="green"),
        ("Name", "Builtin"): Style(color="cyan"),
        ("Name", "Class"): Style(color="blue"),
        ("Name", "Decorator"): Style(color="cyan"),
        ("Name", "Function"): Style(color="blue"),
    }
)


def draw(says: Card | Form, width: int, styled: bool) -> str:
    """The lines of a card or form, none wider than `width` but for those of a file, each ended."""
    if isinstance(says, Form):
        tone, blocks = Tone.NEUTRAL, [_form(says), _word(words.FORM + says.submit, "dim")]
    else:
        named = {button: key for key, button in keys(says).items()}
        tone, blocks = says.tone, [_block(block, named, styled) for block in says.blocks]
    return _print(_headed(says.title, tone, blocks, styled), width, styled)


def hint(said: str, width: int, styled: bool) -> str:
    """A line of small print from the keyboard itself."""
    return _print(_word(said, "dim"), width, styled)


def _print(drawn: RenderableType, width: int, styled: bool) -> str:
    console = Console(
        file=StringIO(),
        width=width,
        color_system="standard" if styled else None,
        force_terminal=styled,
        no_color=not styled,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as captured:
        console.print(drawn, crop=False)  # a file's lines stay whole
    return "".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines())


def _headed(title: str, tone: Tone, blocks: Iterable[RenderableType], styled: bool) -> RenderableType:
    colour = _TONES[tone]
    heading: list[RenderableType] = [Text(clean.line(title), style=f"bold {colour}", overflow="fold")]
    if styled:
        heading.append(Rule(style=f"dim {colour}"))
    spaced = [part for block in blocks for part in (Text(), block)]
    return Group(*heading, *(spaced[1:] if styled else spaced))


def _block(block: model.Block, named: Mapping[Button, str], styled: bool) -> RenderableType:
    match block:
        case model.Prose(spans):
            return _line(spans, styled)
        case model.Code(source, language, caption):
            return _code(clean.program(source), language, clean.line(caption), styled)
        case model.Options(lines):
            return _options(lines, styled)
        case model.Ranking(lines):
            return _ranking(lines)
        case model.Facts(pairs):
            return _grid((_word(name, "dim"), _line(value, styled)) for name, value in pairs)
        case model.Buttons(items):
            return Columns([_button(named[button], button) for button in items], padding=(0, 3))
        case model.Note(spans):
            return _line(spans, styled, "dim")
        case model.File(name, text):
            return Group(_word(name, "dim"), Text(clean.program(text), no_wrap=True, overflow="ignore"))
        case model.Timeline(steps):
            return _timeline(timeline(steps), styled)
        case _:
            assert_never(block)


def _line(spans: Iterable[Span], styled: bool, style: str = "") -> Text:
    return Text(overflow="fold", style=style).append_tokens(
        (clean.line(text), look) for span in spans for text, look in _span(span, styled)
    )


def _word(text: str, style: str = "") -> Text:
    return Text(clean.line(text), style=style, overflow="fold")


def _span(span: Span, styled: bool) -> Iterator[tuple[str, str]]:
    match span:
        case model.Text(text):
            yield text, ""
        case model.Mono(text):
            yield (text, "cyan") if styled else (f"`{text}`", "")
        case model.Strong(text):
            yield text, "bold"
        case model.Moment(at, _):
            yield f"{at.astimezone():%a %d %b %H:%M}", ""
        case model.Link(text, url):
            yield text, ""
            if url not in text:
                yield f" ({url})", "dim"
        case model.Group(number):
            yield f"@{number}", ""
        case model.Channel(id_):
            yield f"#{id_}", ""
        case _:
            assert_never(span)


def _code(source: str, language: str, caption: str, styled: bool) -> RenderableType:
    if styled:
        program = Syntax(source.rstrip("\n"), language, theme=_CODE, background_color="default", word_wrap=True)
        title = Text(caption, style="dim") if caption else None
        return Panel(program, title=title, title_align="left", box=box.ROUNDED, border_style="dim")
    indented = Padding(Text(source.rstrip("\n"), overflow="fold"), (0, 0, 0, 4))
    return Group(Text(f"{caption}:"), indented) if caption else indented


def _timeline(lines: Iterable[str], styled: bool) -> RenderableType:
    drawn = Text("\n").join(Text(line, style="dim" if line.startswith(" ") else "bold") for line in lines)
    if not styled:
        return Group(Text(f"{TIMELINE}:"), Padding(drawn, (0, 0, 0, 4)))
    title = Text(TIMELINE, style="dim")
    return Panel(drawn, title=title, title_align="left", box=box.ROUNDED, border_style="dim")


def _options(lines: Iterable[OptionLine], styled: bool) -> RenderableType:
    return _grid(
        (
            Text(mark(line), style=_MARKS[line.right]),
            Text(line.letter, style=f"bold {_MARKS[line.right]}"),
            _option(line, styled),
        )
        for line in lines
    )


def _option(line: OptionLine, styled: bool) -> RenderableType:
    """What it says, and below, once it is revealed, who chose it and why it is so."""
    said = _line(line.spans, styled)
    said.append(tally(line), style="bold" if line.chosen else "dim")
    return Group(said, _line(line.reason, styled, "not bold dim")) if line.reason else said


def _ranking(lines: Iterable[Rank]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left", "right", "left"):
        table.add_column(justify=justify, overflow="fold")
    for line in lines:
        style = "bold" if line.me else ""
        cells = ("→" if line.me else "", str(line.rank), line.name, line.score, line.note)
        table.add_row(*(_word(cell, style) for cell in cells[:-1]), _word(cells[-1], "dim"))
    return table


def _button(key: str, button: Button) -> Text:
    label = "" if button.label == key else f" {clean.line(button.label)}"
    drawn = Text.assemble("[", (key, "bold cyan"), "]", (label, "bold" if button.primary else ""), overflow="fold")
    return drawn.append(" ⏎", style="dim") if button.primary else drawn


def _form(form: Form) -> RenderableType:
    return _grid((_word(field.label), _word(field.value, "bold"), _word(field.hint, "dim")) for field in form.fields)


def _grid(rows: Iterable[tuple[RenderableType, ...]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for row in rows:
        grid.add_row(*row)
    return grid
