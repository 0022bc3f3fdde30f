"""Which messages and modals Discord takes: its component reference, as a table of shapes and the rules between them.

Only the kinds our renderer draws are known here; one that is not yet must be added before it can be sent.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from tests.fakes import wire
from tests.fakes.discord import attached
from tests.fakes.discord.rules import Json, Shape, anything, array, complaints, empty, maybe, whole, words, yes_or_no

ROW, BUTTON, SELECT, INPUT, TEXT, FILE, SEPARATOR, CONTAINER, LABEL = 1, 2, 3, 4, 10, 13, 14, 17, 18
EPHEMERAL, V2 = 1 << 6, 1 << 15
MOST_COMPONENTS, MOST_TEXT, MOST_CONTENT = 40, 4_000, 2_000

_ID = {"type": anything, "id": whole(1, 2**31 - 1)}
_OWN_ID = {"custom_id": words(1, 100)}
_OPTION = Shape({"label": words(1, 100), "value": words(1, 100)}, {"description": words(1, 100), "default": yes_or_no})

SHAPES = {
    ROW: Shape({"components": array(1, 5)}, _ID),
    BUTTON: Shape({**_OWN_ID, "style": whole(1, 4), "label": words(1, 80)}, {**_ID, "disabled": yes_or_no}),
    SELECT: Shape(
        {**_OWN_ID, "options": array(1, 25)},
        {**_ID, "placeholder": words(0, 150), "min_values": whole(0, 25), "max_values": whole(1, 25)}
        | {"required": yes_or_no, "disabled": yes_or_no},
    ),
    INPUT: Shape(
        {**_OWN_ID, "style": whole(1, 2)},
        {
            **_ID,
            "label": empty,
            "value": maybe(words(0, 4_000)),
            "placeholder": maybe(words(0, 100)),
            "required": yes_or_no,
        }
        | {"min_length": whole(0, 4_000), "max_length": whole(1, 4_000)},
    ),
    TEXT: Shape({"content": words(1, 1_000_000)}, _ID),  # all texts of a message are counted together
    FILE: Shape({"file": anything}, {**_ID, "spoiler": yes_or_no}),
    SEPARATOR: Shape({}, {**_ID, "divider": yes_or_no, "spacing": whole(1, 2)}),
    CONTAINER: Shape(
        {"components": array(1, MOST_COMPONENTS)},
        {**_ID, "accent_color": maybe(whole(0, 0xFFFFFF)), "spoiler": yes_or_no},
    ),
    LABEL: Shape({"label": words(1, 45), "component": anything}, {**_ID, "description": maybe(words(1, 100))}),
}
WITHIN = {
    "a message": {ROW, TEXT, FILE, SEPARATOR, CONTAINER},
    "an old message": {ROW},
    "a modal": {LABEL, TEXT},
    CONTAINER: {ROW, TEXT, FILE, SEPARATOR},
    ROW: {BUTTON, SELECT},
    LABEL: {INPUT, SELECT},
}
_MENTIONS = {"parse", "users", "roles", "replied_user"}
_MESSAGE = Shape(
    {},
    {"content": maybe(words(0, MOST_CONTENT)), "components": array(0, MOST_COMPONENTS), "flags": anything}
    | {"allowed_mentions": anything, "tts": yes_or_no, "embeds": empty, "attachments": anything},
)
_NEW = Shape({}, {**_MESSAGE.may, "nonce": words(1, 25), "enforce_nonce": yes_or_no})
_MODAL = Shape({"custom_id": words(1, 100), "title": words(1, 45), "components": array(1, 5)})


def message(body: Json, *, flags: int = 0, new: bool = False, private: bool = False) -> Iterator[str]:
    """What Discord would not take in a message. `flags` are those it has already, `private` whether EPHEMERAL is one
    it may ask for.
    """
    yield from complaints(_NEW if new else _MESSAGE, body, "message")
    asked = body.get("flags", 0)
    if not isinstance(asked, int) or asked & ~(V2 | (EPHEMERAL if private else 0)):
        yield f"message.flags: {asked} may not be asked for here"
        return
    modern = bool((flags | asked) & V2)
    if modern and (body.get("content") or body.get("embeds")):
        yield "message.content: must be empty where components say it all"
    if not body.get("content") and not body.get("components"):
        yield "message: must not be empty"
    if set(body.get("allowed_mentions") or {}) - _MENTIONS:
        yield "message.allowed_mentions: unknown field"
    shown = {each["file"]["url"] for each in walk(body.get("components", [])) if each.get("type") == FILE}
    yield from attached.complaints_of(body, shown)
    yield from components(body.get("components", []), "a message" if modern else "an old message")


def modal(body: Json) -> Iterator[str]:
    """What Discord would not take in a modal."""
    yield from complaints(_MODAL, body, "modal")
    yield from components(body.get("components", []), "a modal")


def components(found: list[Json], inside: str) -> Iterable[str]:
    """Each component by itself, where it stands, and what counts for all of them together."""
    return _components(wire.write(found), inside)


@lru_cache(maxsize=1_000)
def _components(text: str, inside: str) -> tuple[str, ...]:
    """The same messages are sent over and over, by whoever measures a bot most of all."""
    return (*_complaints(wire.read(text), inside),)


def _complaints(found: list[Json], inside: str) -> Iterator[str]:
    every = list(walk(found))
    if len(every) > MOST_COMPONENTS:
        yield f"components: {len(every)} with the nested ones are more than {MOST_COMPONENTS}"
    total = sum(len(str(each.get("content", ""))) for each in every if each.get("type") == TEXT)
    if total > MOST_TEXT:
        yield f"components: {total} characters of text are more than {MOST_TEXT}"
    ids = [each["custom_id"] for each in every if "custom_id" in each]
    yield from (
        f"components: custom_id {twice!r} stands twice" for twice in {each for each in ids if ids.count(each) > 1}
    )
    for each in found:
        yield from _component(each, inside)


def walk(found: list[Json]) -> Iterator[Json]:
    """Every component, the nested ones after the one they stand in."""
    for each in found:
        yield each
        if nested := _nested(each):
            yield from walk(nested)


def _nested(each: Json) -> list[Json]:
    within: list[Json] = each.get("components", [])
    return [*within, each["component"]] if "component" in each else within


def _component(each: Json, inside: str | int) -> Iterator[str]:
    kind = each.get("type")
    if kind not in WITHIN[inside]:
        yield f"components: type {kind} may not stand in {inside}"
        return
    yield from complaints(SHAPES[kind], each, f"component {kind}")
    nested = _nested(each)
    if kind == ROW and len(nested) > 1 and any(inner.get("type") == SELECT for inner in nested):
        yield "components: a menu stands alone in its row"
    for inner in nested:
        yield from _component(inner, kind)
    options = each.get("options", [])
    for option in options:
        yield from complaints(_OPTION, option, "option")
    if len({option.get("value") for option in options}) < len(options):
        yield "options: a value stands twice"
    if sum(bool(option.get("default")) for option in options) > each.get("max_values", 1):
        yield "options: more defaults than may be chosen"
