"""What Discord is sent for a card: whole, within its limits, and calling nobody."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.discord import markup
from adapters.discord.render import draw, files, window
from bot import wire
from bot.cards.model import (
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Code,
    Facts,
    Field,
    File,
    Form,
    Link,
    Moment,
    Mono,
    Note,
    OptionLine,
    Options,
    Prose,
    Rank,
    Ranking,
    Span,
    Strong,
    Text,
    Tone,
)
from bot.commands import Answer, Home, Practice
from tests import gallery
from tests.fakes.discord import limits, markdown
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import Message

V2 = {"flags": limits.V2, "allowed_mentions": {"parse": []}}
HARMLESS = {"heading", "strong", "code", "block", "small", "moment", "link"}
INVISIBLE = re.compile("[\u200b\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def drawn(card: Card) -> list[Json]:
    return [{**item.to_component_dict()} for item in draw(card).children]


def sent(card: Card) -> Message:
    """The message as it reaches Discord, which must take it."""
    along = [
        {"id": number, "filename": file.filename, "text": file.fp.read().decode()}
        for number, file in enumerate(files(card))
    ]
    body: Json = {"components": drawn(card), "attachments": along, **V2}
    assert list(limits.message(body)) == []
    message = Message(1, 1)
    message.draw(body)
    return message


def read(card: Card) -> str:
    message = sent(card)
    return "\n".join([*map(markdown.visible, message.texts()), *message.attached()])


def words(block: Block) -> Iterator[str]:  # noqa: C901  # one case for each block
    """Everything a reader must find of a block."""
    match block:
        case Prose(spans) | Note(spans):
            yield from spoken(spans)
        case Code(source, _, caption):
            yield from (caption, *source.splitlines())
        case Options(lines):
            for line in lines:
                yield from (line.letter, *spoken(line.spans), *spoken(line.reason))
        case Ranking(ranks):
            for rank in ranks:
                yield from (str(rank.rank), rank.score, rank.note)
        case Facts(pairs):
            for name, value in pairs:
                yield from (name, *spoken(value))
        case File(name, text):
            yield from (name, text)
        case Buttons():
            return


def spoken(spans: tuple[Span, ...]) -> Iterator[str]:
    for span in spans:
        match span:
            case Moment(at, _):
                yield f"{at:%d %B %Y %H:%M}"
            case Link(text, url):
                yield f"{text} ({url})"
            case Text(text) | Mono(text) | Strong(text):
                yield text


@pytest.mark.parametrize("name", gallery.CARDS)
def test_every_card_is_taken_whole(name: str) -> None:
    card = gallery.CARDS[name]()
    message = sent(card)
    shown = read(card)
    assert card.title in shown
    missing = [(type(b), word) for b in card.blocks for word in words(b) if INVISIBLE.sub("", word) not in shown]
    if "more characters" in shown:  # too long for one message, which costs lines of code and nothing else
        assert {kind for kind, _ in missing} == {Code}
        assert sum(map(len, message.texts())) > 3_900
    else:
        assert missing == []
    groups = [block for block in card.blocks if isinstance(block, Buttons)]
    asked = [button for group in groups if not group.menu for button in group.items]
    assert message.buttons() == {button.label.strip(): wire.encode(button.press) for button in asked}
    menus = [group.menu for group in groups if group.menu]
    offered = {choice.value: (wire.encode(menu.press), choice.value) for menu in menus for choice in menu.choices}
    assert message.menus() == offered


@pytest.mark.parametrize("name", gallery.FORMS)
def test_every_form_is_taken_whole(name: str) -> None:
    form = gallery.FORMS[name]()
    body = window(form).to_dict()
    assert list(limits.modal(body)) == []
    assert wire.decode_form(body["custom_id"]) == (form.word, dict(form.given))
    for label, field in zip(body["components"], form.fields, strict=True):
        asked = label["component"]
        chosen = [option["value"] for option in asked.get("options", []) if option.get("default")]
        assert (label["label"], asked["custom_id"]) == (field.label, field.name)
        assert (chosen[0] if chosen else asked.get("value") or "") == field.value


@pytest.mark.parametrize("name", gallery.HOSTILE_NAMES)
def test_a_name_is_only_a_name_wherever_it_stands(name: str) -> None:
    text = (Text(name),)
    board = Ranking((Rank(1, name, "10 points", me=True), Rank(2, "sandy", "9 points")))
    options = Options((OptionLine("A", text, right=True, reason=text),))
    blocks = (
        Prose((*text, Text(" and "), Strong(name), Mono(name))),
        Note(text),
        options,
        Facts(((name, text),)),
        board,
    )
    card = Card(name, (*blocks, Code(name, "text", name)), "A name")
    message = sent(card)
    assert message.mentions == set()
    assert set().union(*map(markdown.kinds, message.texts())) <= HARMLESS
    shown = " ".join("\n".join(map(markdown.visible, message.texts())).split())
    assert shown.count(" ".join(INVISIBLE.sub("", name).split())) >= 8
    assert "\u202e" not in "".join(text for text in message.texts() if "```" not in text)


@pytest.mark.parametrize("name", gallery.HOSTILE_NAMES)
def test_plain_words_become_nothing_else(name: str) -> None:
    for line in (name, f"- {name}", f"1. {name}", f"# {name}", f"-# {name}", f"> {name}", f"{name}\n+ {name}"):
        escaped = markup.escape(line)
        assert markdown.kinds(escaped) == set(), escaped
        assert markdown.visible(escaped) == INVISIBLE.sub("", line)


def test_spans_that_touch_stay_apart() -> None:
    spans = (Strong("a"), Strong("b*"), Mono("c"), Mono("`d``e`"), Text("*"), Strong("f"))
    assert markdown.visible(markup.inline(spans)) == "ab*c`d``e`*f"


def test_right_to_left_words_are_kept_to_themselves() -> None:
    assert markup.escape("עברית") == "\u2068עברית\u2069"
    assert markup.escape("\u202eover\u200bride\u2067") == "override"
    assert markup.escape("👩‍👩‍👧") == "👩‍👩‍👧"


def test_code_cannot_leave_its_block() -> None:
    source = 'print("""\n```\n@everyone **no**\n````\n""")\n``two``'
    text = sent(Card("Code", (Code(source, "python"),), "Code")).texts()[1]
    assert [piece.kind for piece in markdown.read(text)] == ["block"]
    assert markdown.visible(text) == source


def test_code_is_cut_before_words_and_says_so() -> None:
    long, short = "".join(f"line {n} of a very long program\n" for n in range(200)), "s.commit()"
    card = Card("Long", (Code(long, "python"), Prose((Text("w" * 1_500),)), Code(short, "python")), "Long")
    shown = read(card)
    assert "line 0 of" in shown
    assert "line 199 of" not in shown
    assert short in shown
    assert "w" * 1_500 in shown
    kept = shown[shown.index("line 0") : shown.index("\n…")]
    assert long.startswith(f"{kept}\n")
    assert f"… {len(long) - len(kept):,} more characters" in shown
    assert sum(map(len, sent(card).texts())) > 3_800


def test_words_alone_can_be_too_long() -> None:
    text = "*a word* " * 900
    card = Card("t" * 900, (Prose((Text(text),)), Facts((("name", (Text(text),)),)), Note((Text("kept"),))), "Long")
    shown = read(card)
    assert shown.count("…") == 3
    assert "kept" in shown


def test_very_many_blocks_share_their_text_and_keep_their_buttons() -> None:
    pairs = [(Prose((Text(f"block {n}"),)), Buttons((Button(f"b{n}", Answer(n, "A")),))) for n in range(25)]
    card = Card("Many", tuple(block for pair in pairs for block in pair), "Many")
    assert all(f"block {n}" in read(card) for n in range(25))
    assert len(sent(card).buttons()) == 25


def test_a_board_stands_in_columns() -> None:
    lines = (
        Rank(1, "sandy", "10 points", "2 right"),
        Rank(2, "李雷", "9 points", me=True),
        Rank(10, "z" * 40, "8 points"),
    )
    rows = read(Card("Board", (Ranking(lines),), "Board")).splitlines()[1:]
    assert rows == [
        "   1  sandy                     10 points  2 right",
        "→  2  李雷                      9 points",
        f"  10  {'z' * 23}…  8 points",
    ]


def test_a_moment_is_shown_in_the_readers_own_time() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert markup.inline((Moment(at, "Mon 09:00"),)) == "<t:1795424400:F> (<t:1795424400:R>)"


def test_a_link_keeps_its_address() -> None:
    link = Link("the [docs]", "https://docs.sqlalchemy.org/a_(b)")
    assert markdown.visible(markup.inline((link,))) == "the [docs] (https://docs.sqlalchemy.org/a_%28b%29)"


def test_the_tone_is_a_colour() -> None:
    colours = [drawn(Card("x", (), "x", tone))[0].get("accent_color") for tone in Tone]
    assert len(set(colours)) == len(Tone)


def test_an_empty_card_is_still_a_message() -> None:
    blank = (Prose(()), Code("", "text"), Ranking(()), Facts(()), Options(()), Note((Text(" "),)), Buttons(()))
    assert read(Card("Only a title", blank, "x")).startswith("Only a title")


def test_many_choices_are_typed_instead() -> None:
    choices = tuple(Choice(str(n), str(n)) for n in range(26))
    form = Form("f", "setup", (Field("at", "l" * 60, "3", "h" * 120, choices=choices),), "Save", Home())
    body = window(form).to_dict()
    assert list(limits.modal(body)) == []
    assert body["components"][0]["component"]["value"] == "3"


def test_an_answer_of_the_longest_wire_is_a_button() -> None:
    button = Button("x", Practice(topic="t" * 60, level=4))
    assert sent(Card("x", (Buttons((button,)),), "x")).buttons() == {"x": wire.encode(button.press)}
