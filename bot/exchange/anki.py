"""Writes an Anki deck, https://docs.ankiweb.net/importing/packaged-decks.html, with genanki, which is optional.

A note is known by its guid, which is made from the question's id alone, so importing a newer file changes the cards one
learns and keeps one's progress. The same questions always make the same bytes.
"""

import html
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module, resources
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile, ZipInfo

from bot.cards.model import Channel, Group, Link, Moment, Mono, Span, Strong, Text, spans
from bot.cards.questions import how, solution
from bot.domain.question import SHOWS_PROGRAM, Kind, Question
from bot.exchange.parcel import Parcel, Shelf
from bot.exchange.telling import elsewhere, listings, mark

DECK = "SQLAlchemy Session quiz"

FIELDS = ("Id", "Question", "Options", "Hint", "Answer", "Reasons", "Explanation", "Proof")
"""What a note holds. A new field goes to the end: Anki matches the fields of the same note type by their place."""

_NOTE_TYPE = 1_720_351_001
"""Anki's number for our note type: any, but never another, or a second type of the same name is made."""

_FRONT = """<div class="question">{{Question}}</div>
{{Options}}
{{#Hint}}<p class="hint">{{hint:Hint}}</p>{{/Hint}}"""

_BACK = """<div class="question">{{Question}}</div>
<hr id="answer">
<p class="answer">{{Answer}}</p>
{{Reasons}}
{{Explanation}}
{{Proof}}"""


class NoGenankiError(Exception):
    """genanki is not installed. The text says how to get it."""


def export(shelf: Shelf) -> Parcel:
    """The questions as an `.apkg` file."""
    try:
        genanki = import_module("genanki")
    except ModuleNotFoundError:
        why = "a deck for Anki needs one more package: run `make test`, which brings it, or install the extra `anki`"
        raise NoGenankiError(why) from None
    deck = genanki.Deck(_number(DECK), DECK)
    note_type = _note_type(genanki)
    for question in shelf.questions:
        deck.add_note(
            genanki.Note(
                model=note_type,
                fields=list(_fields(question)),
                tags=list(_tags(question)),
                guid=sha256(f"sqla-quiz/{question.slug}".encode()).hexdigest()[:16],
            )
        )
    return Parcel(_packed(genanki.Package(deck), shelf.changed), ())


def _note_type(genanki: Any) -> Any:  # genanki has no types
    return genanki.Model(
        _NOTE_TYPE,
        "sqla-quiz",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=resources.files("bot.exchange").joinpath("anki.css").read_text("utf-8"),
    )


def _packed(package: Any, changed: int) -> bytes:  # as above
    """The package as bytes that depend on its content alone: genanki stamps what it zips with the time."""
    with TemporaryDirectory() as folder:
        package.write_to_file(f"{folder}/deck.apkg", timestamp=changed)
        with ZipFile(f"{folder}/deck.apkg") as made:
            files = {name: made.read(name) for name in sorted(made.namelist())}
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        for name, data in files.items():
            packed.writestr(ZipInfo(name), data)
    return target.getvalue()


def _number(name: str) -> int:
    """A number for a deck that depends on its name alone."""
    return int(sha256(name.encode()).hexdigest()[:8], 16) | 1 << 30


def _tags(question: Question) -> Iterator[str]:
    """Tags as a tree: Anki parts its levels with two colons."""
    yield from (f"sqla-quiz::topic::{topic}" for topic in question.topics)
    yield f"sqla-quiz::level::{question.level}"
    yield f"sqla-quiz::kind::{question.kind}"
    yield f"sqla-quiz::sqlalchemy::{question.version}"


def _fields(question: Question) -> Iterator[str]:
    """The fields of a note, in the order of `FIELDS`."""
    yield question.slug
    program = _code(question.code, "python") if question.kind in SHOWS_PROGRAM else ""
    yield f"<p>{_inline(question.stem)}</p>{program}{_way(question)}"
    yield _options(question) if question.kind is not Kind.OPEN else ""
    yield _inline(question.hint)
    yield html.escape(solution(question)[:1].upper() + solution(question)[1:])
    yield _reasons(question)
    yield "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in question.explanation.split("\n\n"))
    yield _proof(question)


def _way(question: Question) -> str:
    ways = {Kind.SEVERAL: "More than one is right.", Kind.ORDER: "Put the steps in their order."}
    said = ways.get(question.kind, how(question))
    return f'<p class="way">{said}</p>' if said else ""


def _options(question: Question) -> str:
    items = (f"<li>{_inline(option.text)}</li>" for option in question.options)
    return f'<ol class="options" type="A">{"".join(items)}</ol>'


def _reasons(question: Question) -> str:
    items = (
        f"<li><b>{mark(question, o.letter)}</b> {_inline(o.text)}<br><small>{_inline(o.reason)}</small></li>"
        for o in question.options
    )
    return f'<ol class="options" type="A">{"".join(items)}</ol>'


def _proof(question: Question) -> str:
    parts = [f"<p><b>{title}</b></p>{_code(text, language)}" for title, text, language in listings(question)]
    if differs := elsewhere(question):
        parts.append(f"<p>{html.escape(differs)}</p>")
    pages = [f'<a href="{html.escape(url)}">documentation</a>' for url in question.docs]
    parts.append(f"<p><small>{' · '.join([f'Ran on SQLAlchemy {question.release}', *pages])}</small></p>")
    return "".join(parts)


def _code(source: str, language: str) -> str:
    return f'<pre><code class="{language}">{_harmless(html.escape(source))}</code></pre>'


def _inline(inline: str) -> str:
    return "".join(map(_span, spans(inline)))


def _span(span: Span) -> str:
    match span:
        case Mono(text):
            return f"<code>{_harmless(html.escape(text))}</code>"
        case Strong(text):
            return f"<b>{_harmless(html.escape(text))}</b>"
        case Text(text) | Link(text, _) | Moment(_, text) | Group(text) | Channel(text):
            return _harmless(html.escape(text))


def _harmless(escaped: str) -> str:
    """Words in which Anki sees no formula, sound or gap of its own."""
    return escaped.replace("[", "&#91;").replace("\\", "&#92;").replace("{{", "&#123;&#123;").replace("\x1f", "")
