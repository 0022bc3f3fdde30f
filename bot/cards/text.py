"""Any card as plain text: for logs, notifications of last resort, tests and the reader without a screen."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from bot.cards.model import (
    Block,
    Buttons,
    Card,
    Channel,
    Code,
    Facts,
    File,
    Form,
    Group,
    Link,
    Moment,
    Mono,
    Note,
    OptionLine,
    Options,
    Prose,
    Ranking,
    Span,
    Strong,
    Text,
    Timeline,
)
from bot.domain.question import Step

RANKING = ("#", "Name", "Score", "In detail")
"""The columns of a board, where one has heads."""
TIMELINE = "Step by step"
"""What a timeline is headed with."""

_STATES = {"transient": "○", "pending": "◔", "expired": "◌", "deleted": "✗", "detached": "○"}


def render(says: Card | Form) -> str:
    """The whole card or form, block by block, without a trailing newline."""
    if isinstance(says, Form):
        return "\n".join([says.title, *(f"{field.label}: {field.value}" for field in says.fields)])
    return "\n\n".join([says.title, *("\n".join(lines(block)) for block in says.blocks)])


def plain(spans: Iterable[Span]) -> str:
    """Spans without their emphasis; code keeps its back-ticks."""
    return "".join(map(_span, spans))


def lines(block: Block) -> Iterator[str]:  # noqa: C901  # one case for each block
    """A block's lines."""
    match block:
        case Prose(spans) | Note(spans):
            yield plain(spans)
        case Code(source, _, caption):
            if caption:
                yield f"{caption}:"
            yield from (f"    {line}".rstrip() for line in source.splitlines())
        case Options(options):
            for option in options:
                yield from _option(option)
        case Ranking(ranks):
            for rank in ranks:
                mark = "→" if rank.me else " "
                yield f"{mark}{rank.rank:>3}. {rank.name}  {rank.score}  {rank.note}".rstrip()
        case Facts(pairs):
            yield from (f"{name}: {plain(value)}" for name, value in pairs)
        case Buttons(items):
            yield " ".join(f"[{button.label}]" for button in items)
        case File(name, text):
            yield f"{name}:"
            yield from text.splitlines()
        case Timeline(steps):
            yield f"{TIMELINE}:"
            yield from (f"    {line}" for line in timeline(steps))
        case _:
            assert_never(block)


def timeline(steps: Iterable[Step]) -> Iterator[str]:
    """The steps of a timeline from top to bottom: a sign and a state each, and the SQL between them."""
    for step in steps:
        yield from (f"    {statement}" for statement in step.sql)
        if step.state:
            yield f"{_STATES.get(step.state, '●')} {step.subject}: {step.state}"


def mark(option: OptionLine) -> str:
    """The sign of an option: right, wrong, or still open."""
    return {True: "✓", False: "✗", None: " "}[option.right]


def tally(option: OptionLine) -> str:
    """What is added to an option after the reveal: how many chose it, and whether the reader did; else nothing."""
    said = [] if option.count is None else [f"chosen by {option.count}"]
    if option.chosen:
        said.append("your answer")
    return "".join(f" · {words}" for words in said)


def _option(option: OptionLine) -> Iterator[str]:
    yield f"{mark(option)} {option.letter}) {plain(option.spans)}{tally(option)}"
    if option.reason:
        yield f"     {plain(option.reason)}"


def _span(span: Span) -> str:
    match span:
        case Text(text) | Strong(text):
            return text
        case Mono(text):
            return f"`{text}`"
        case Moment(_, fallback):
            return fallback
        case Link(text, url):
            return f"{text} ({url})"
        case Group(number):
            return f"@{number}"
        case Channel(id_):
            return f"#{id_}"
        case _:
            assert_never(span)
