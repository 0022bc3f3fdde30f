"""Every card of the gallery, on screens of several widths, with colour and without."""

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime

import pytest
from wcwidth import wcswidth

from adapters.terminal import clean
from adapters.terminal.render import draw, hint
from bot.cards.model import (
    Card,
    Code,
    File,
    Form,
    Link,
    Moment,
    Mono,
    OptionLine,
    Options,
    Rank,
    Ranking,
    Strong,
    Text,
    Tone,
    note,
    say,
    spans,
)
from bot.cards.text import render as plain_text
from tests import gallery

WIDTHS = (60, 80, 120)
SAYS: dict[str, Callable[[], Card | Form]] = {**gallery.CARDS, **gallery.FORMS}
HOSTILE = (
    *gallery.HOSTILE_NAMES,
    "\x1b[2J\x1b[31mred",
    "\x1b]0;my title\x07",
    "\x9b31mred",
    "[bold red]x[/bold red] [/]",
    ":smile: [link=https://example.org]y[/link]",
    "a\rb\nc\x08\x7f",
    "\u2066isolate\u202dmore\u202c",
    "\ud83d lone",
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _bare(drawn: str) -> str:
    return _COLOUR.sub("", drawn)


def _moments(part: object) -> Iterator[Moment]:
    """Every moment somewhere in a card."""
    if isinstance(part, Moment):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _moments(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _moments(getattr(part, field.name))


def _characters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


@pytest.mark.parametrize("styled", [False, True], ids=["plain", "styled"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SAYS)
def test_every_card_fits_the_width_and_loses_nothing(name: str, width: int, styled: bool) -> None:
    says = SAYS[name]()
    drawn = _bare(draw(says, width, styled))
    whole = {
        line for block in getattr(says, "blocks", ()) if isinstance(block, File) for line in block.text.split("\n")
    }
    assert max(wcswidth(line) for line in drawn.splitlines() if line not in whole) <= width
    assert whole <= {*drawn.splitlines()}, "the lines of a file are not broken"
    shown = plain_text(says)
    for moment in _moments(says):
        shown = shown.replace(moment.fallback, f"{moment.at.astimezone():%a %d %b %H:%M}")
    missing = _characters(clean.program(shown)) - _characters(drawn)
    assert set(missing) <= set(":).`"), "only the punctuation of the plain rendering may differ"


@pytest.mark.parametrize("name", SAYS)
def test_without_colour_there_is_nothing_but_text(name: str) -> None:
    drawn = draw(SAYS[name](), 80, styled=False)
    assert not re.search(r"[\x1b─│╭╮╰╯]", drawn)
    assert not re.search(r" $", drawn, re.MULTILINE)


@pytest.mark.parametrize("styled", [False, True], ids=["plain", "styled"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_type_is_only_ever_read(hostile: str, styled: bool) -> None:
    text = (Text(hostile), Strong(hostile), Mono(hostile), Link(hostile, f"https://example.org/{hostile}"))
    card = Card(
        hostile,
        (
            say(*text),
            note(*text),
            Code(hostile, "python", hostile),
            Options((OptionLine("A", text, reason=text),)),
            Ranking((Rank(1, hostile, hostile, hostile),)),
        ),
        summary="",
    )
    drawn = _bare(draw(card, 80, styled))
    assert not [c for c in drawn if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", drawn)
    assert not _characters(clean.line(hostile)) - _characters(drawn)


def test_markup_and_emoji_names_stand_as_they_were_typed() -> None:
    assert "[bold]a[/bold] :smile:" in draw(Card("t", (say(Text("[bold]a[/bold] :smile:")),), ""), 80, styled=False)


def test_names_of_any_script_leave_the_columns_aligned() -> None:
    lines = draw(gallery.board(), 80, styled=False).splitlines()
    ranks = [line for line in lines if " points" in line]
    assert len(ranks) == 50
    assert len({wcswidth(line[: line.index(" points")]) for line in ranks}) == 1


def test_a_narrow_screen_folds_names_and_keeps_them_whole() -> None:
    card = Card("Board", (Ranking((Rank(1, "a" * 60, "10 points", "1 of 1 right"),)),), "")
    assert draw(card, 40, styled=False).count("a") == 61 - 1 + "Board".count("a")


def test_a_question_reads_well_as_plain_text() -> None:
    card = Card(
        "Daily question",
        (
            say("What does **this** print?"),
            Code("s.add(u)\nif u in s:\n    print(u.id)", "python", "The program"),
            Options((OptionLine("A", spans("`None`")), OptionLine("B", spans("1, because the flush came first")))),
        ),
        summary="",
    )
    assert draw(card, 80, styled=False) == (
        "Daily question\n"
        "\n"
        "What does this print?\n"
        "\n"
        "The program:\n"
        "    s.add(u)\n"
        "    if u in s:\n"
        "        print(u.id)\n"
        "\n"
        "   A  `None`\n"
        "   B  1, because the flush came first\n"
    )


def test_after_the_reveal_options_say_what_is_right_who_chose_them_and_why() -> None:
    right = OptionLine("A", spans("yes"), right=True, chosen=True, count=3, reason=spans("it flushes"))
    wrong = OptionLine("B", spans("no"), right=False, count=0)
    drawn = draw(Card("t", (Options((right, wrong)),), ""), 80, styled=False)
    assert drawn.splitlines()[2:] == [
        "✓  A  yes · chosen by 3 · your answer",
        "      it flushes",
        "✗  B  no · chosen by 0",
    ]


def test_a_moment_is_told_in_local_time() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert "closes Mon 23 Nov 10:00" in draw(Card("t", (note("closes ", Moment(at, "never")),), ""), 80, styled=False)


def test_a_link_shows_its_address_once() -> None:
    card = Card("t", (say(Link("docs", "https://a.b"), Text(" "), Link("https://c.d", "https://c.d")),), "")
    assert "docs (https://a.b) https://c.d\n" in draw(card, 80, styled=False)


@pytest.mark.parametrize("language", ["python", "sql", "text", "no such language"])
def test_code_of_any_language_is_kept_line_by_line(language: str) -> None:
    source = "SELECT 1\n\tFROM t  -- a\n\n[red]x"
    drawn = _bare(draw(Card("t", (Code(source, language, "It emits"),), ""), 60, styled=True))
    inside = [line.strip("│").rstrip()[1:] for line in drawn.splitlines() if line.startswith("│")]
    assert inside == ["SELECT 1", "    FROM t  -- a", "", "[red]x"]
    assert "It emits" in drawn


@pytest.mark.parametrize("tone", Tone)
def test_a_tone_colours_the_title(tone: Tone) -> None:
    others = [draw(replace(gallery.personal(), tone=other), 80, styled=True) for other in Tone if other is not tone]
    assert draw(replace(gallery.personal(), tone=tone), 80, styled=True) not in others


def test_buttons_show_their_keys_and_which_one_is_enter() -> None:
    drawn = draw(gallery.personal(), 80, styled=False)
    assert "[5] Today ⏎" in drawn
    assert "[A]   [B]   [C]   [D]   [E]" in draw(gallery.question(), 80, styled=False)


def test_a_form_shows_each_field_with_its_value_and_hint() -> None:
    form: Form = gallery.setup()
    drawn = draw(form, 80, styled=False)
    for field in form.fields:
        assert field.label in drawn
        assert field.value in drawn
        assert field.hint in drawn
    assert form.submit in drawn


def test_a_hint_is_wrapped_and_clean() -> None:
    drawn = hint("\x1b[31m[red]word " * 20, 40, styled=True)
    assert "[red]" in drawn
    assert max(wcswidth(line) for line in _bare(drawn).splitlines()) <= 40
