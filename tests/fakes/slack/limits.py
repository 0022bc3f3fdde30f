"""What Slack refuses: messages, responses, metadata and views that break a documented limit. Empty means accepted."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tests.fakes.slack.elements import ID, plain
from tests.fakes.slack.kit import BLOCK
from tests.fakes.slack.rules import Json, Rule, boolean, items, one_of, record, string

LONGEST_MESSAGE = 12_000  # undocumented; reports put `msg_blocks_too_long` between 11,300 and 13,300
LONGEST_VIEW = 250_000  # "view_too_large: greater than 250kb"
MARKDOWN = 12_000  # characters in all markdown blocks of a payload together
CELLS = 10_000  # characters in all cells of all tables of a payload together
_FOR_MESSAGES = ("markdown", "table", "data_table")


def _flat(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: must be an object"
    elif len(json.dumps(value)) > 3000:
        yield f"{at}: metadata_too_large"
    else:
        yield from (f"{at}/{name}: must be plain" for name, inner in value.items() if isinstance(inner, dict | list))


def _looked_at_apart(_: object, __: str) -> Iterator[str]:
    yield from ()


_METADATA = record({"event_type": ID, "event_payload": _flat})
_RESPONSE: dict[str, Rule] = {
    "text": string(40_000),
    "blocks": _looked_at_apart,
    "response_type": one_of("ephemeral", "in_channel"),
    "replace_original": boolean,
    "delete_original": boolean,
    "unfurl_links": boolean,
    "unfurl_media": boolean,
    "thread_ts": string(50),
}
_ANY_VIEW: dict[str, Rule] = {"callback_id": ID, "private_metadata": string(3000, 0), "external_id": ID}
_MODAL = record(
    {"type": one_of("modal"), "title": plain(24), "blocks": items(BLOCK, 100)},
    {**_ANY_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
)
_HOME = record({"type": one_of("home"), "blocks": items(BLOCK, 100)}, _ANY_VIEW)


def message(given: Json) -> list[str]:
    """What is wrong with the text and blocks of a message."""
    text, blocks = given.get("text"), given.get("blocks")
    found = list(string(40_000)(text, "/text")) if text else []
    if blocks is None:
        return found if text else ["/text: no_text"]
    found += [*items(BLOCK, 50)(blocks, "/blocks"), *_across(blocks)]
    if not text:
        found.append("/text: missing, screen readers and notifications would say nothing")
    if "input" in _kinds(blocks):
        found.append("/blocks: no input in a message")
    found += [f"{at}: only in a modal's input" for at in _inner(blocks, "/blocks", "response_url_enabled")]
    found += [f"{at}: only in a view" for at in _inner(blocks, "/blocks", "focus_on_load")]
    size = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    return found + ([f"/blocks: msg_blocks_too_long, {size} characters"] if size > LONGEST_MESSAGE else [])


def response(given: Json) -> list[str]:
    """What is wrong with an answer to an interaction: the body of an acknowledgement or of a `response_url`."""
    return [*_response(json.dumps(given))]


@lru_cache(maxsize=256)
def _response(text: str) -> tuple[str, ...]:
    """The same of its JSON: a crowd is sent the same answers over and over."""
    given = json.loads(text)
    return (*record({}, _RESPONSE)(given, ""), *(() if given.get("delete_original") else message(given)))


def metadata(given: object) -> list[str]:
    """What is wrong with the metadata of a message."""
    return list(_METADATA(given, "/metadata"))


def view(given: object) -> list[str]:
    """What is wrong with a modal."""
    found = [*_MODAL(given, ""), *_in_a_view(given, "modal")]
    if isinstance(given, dict) and "input" in _kinds(given.get("blocks")) and "submit" not in given:
        found.append("/submit: missing, there are input blocks")
    return found


def home(given: object) -> list[str]:
    """What is wrong with an App Home."""
    return [*_HOME(given, ""), *_in_a_view(given, "home")]


def _in_a_view(given: object, kind: str) -> list[str]:
    if not isinstance(given, dict):
        return []
    blocks = given.get("blocks")
    found = _across(blocks) + [f"/blocks: no {name} in a {kind}" for name in _FOR_MESSAGES if name in _kinds(blocks)]
    focused = list(_inner(blocks, "/blocks", "focus_on_load"))
    if len(focused) > 1:
        found.append(f"{focused[1]}: only one element can have the focus")
    return found + (["/: view_too_large"] if len(json.dumps(given)) > LONGEST_VIEW else [])


def _across(blocks: object) -> list[str]:
    """What only shows when all blocks are looked at together."""
    known = list(_flattened(blocks))
    found = [f"/blocks: block_id {name!r} stands {n} times" for name, n in _repeated(_named(known, "block_id"))]
    actions = [element for block in known for element in _interactive(block)]
    found += [f"/blocks: action_id {name!r} stands {n} times" for name, n in _repeated(_named(actions, "action_id"))]
    if sum(len(str(block.get("text", ""))) for block in known if block.get("type") == "markdown") > MARKDOWN:
        found.append("/blocks: more than 12,000 characters of markdown")
    if _kinds(blocks)["table"] > 1:
        found.append("/blocks: only_one_table_allowed")
    if sum(_in_cells(block.get("rows")) for block in known) > CELLS:
        found.append("/blocks: more than 10,000 characters in cells")
    return found


def _flattened(blocks: object) -> Iterator[Json]:
    """All blocks, those in containers too."""
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            yield block
            yield from _flattened(block.get("child_blocks"))


def _in_cells(value: object) -> int:
    """How many characters the cells of a table hold."""
    if isinstance(value, dict):
        return len(str(value.get("text", ""))) + _in_cells(value.get("elements"))
    return sum(map(_in_cells, value)) if isinstance(value, list) else 0


def _interactive(block: Json) -> Iterator[Json]:
    elements = block.get("elements")
    for element in [*(elements if isinstance(elements, list) else []), block.get("element"), block.get("accessory")]:
        if isinstance(element, dict):
            yield element


def _inner(value: object, at: str, name: str) -> Iterator[str]:
    """Where something is set, however deep."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        if key == name and inner:
            yield f"{at}/{name}"
        yield from _inner(inner, f"{at}/{key}", name)


def _kinds(blocks: object) -> Counter[object]:
    return Counter(block.get("type") for block in _flattened(blocks))


def _named(things: Iterable[Json], name: str) -> list[object]:
    return [thing[name] for thing in things if name in thing]


def _repeated(names: list[object]) -> list[tuple[object, int]]:
    return [(name, n) for name, n in Counter(names).items() if n > 1]
