"""What Slack refuses: messages, responses, metadata and views that break a documented limit. Empty means accepted."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tests.fakes.slack.kit import BLOCK, ID, plain
from tests.fakes.slack.rules import Json, boolean, items, one_of, record, string

LONGEST_MESSAGE = 12_000  # undocumented; reports put `msg_blocks_too_long` between 11,300 and 13,300


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
_RESPONSE = {
    "text": string(40_000),
    "blocks": _looked_at_apart,
    "response_type": one_of("ephemeral", "in_channel"),
    "replace_original": boolean,
    "delete_original": boolean,
    "unfurl_links": boolean,
    "unfurl_media": boolean,
    "thread_ts": string(50),
}
_VIEW = record(
    {"type": one_of("modal"), "title": plain(24), "blocks": items(BLOCK, 100)},
    {
        "submit": plain(24),
        "close": plain(24),
        "callback_id": ID,
        "private_metadata": string(3000, 0),
        "external_id": ID,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)


def message(given: Json) -> list[str]:
    """What is wrong with the text and blocks of a message."""
    blocks = given.get("blocks")
    if blocks is None:
        return [] if given.get("text") else ["/text: no_text"]
    found = [*items(BLOCK, 50)(blocks, "/blocks"), *_across(blocks)]
    if not given.get("text"):
        found.append("/text: missing, screen readers and notifications would say nothing")
    found += [f"/blocks: {kind} is for modals alone" for kind in ("input",) if kind in _kinds(blocks)]
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
    found = list(_VIEW(given, ""))
    if not isinstance(given, dict):
        return found
    blocks = given.get("blocks")
    found += _across(blocks)
    kinds = _kinds(blocks)
    if "input" in kinds and "submit" not in given:
        found.append("/submit: missing, there are input blocks")
    return found + [f"/blocks: no {kind} in a modal" for kind in ("markdown", "table") if kind in kinds]


def _across(blocks: object) -> list[str]:
    """What only shows when all blocks are looked at together."""
    if not isinstance(blocks, list):
        return []
    known = [block for block in blocks if isinstance(block, dict)]
    found = [f"/blocks: block_id {name!r} stands {n} times" for name, n in _repeated(_named(known, "block_id"))]
    actions = [element for block in known for element in _interactive(block)]
    found += [f"/blocks: action_id {name!r} stands {n} times" for name, n in _repeated(_named(actions, "action_id"))]
    if sum(len(str(block.get("text", ""))) for block in known if block.get("type") == "markdown") > 12_000:
        found.append("/blocks: more than 12,000 characters of markdown")
    if _kinds(blocks)["table"] > 1:
        found.append("/blocks: only_one_table_allowed")
    return found


def _interactive(block: Json) -> Iterator[Json]:
    elements = block.get("elements")
    for element in [*(elements if isinstance(elements, list) else []), block.get("element"), block.get("accessory")]:
        if isinstance(element, dict):
            yield element


def _kinds(blocks: object) -> Counter[object]:
    return (
        Counter(block.get("type") for block in blocks if isinstance(block, dict))
        if isinstance(blocks, list)
        else Counter()
    )


def _named(things: Iterable[Json], name: str) -> list[object]:
    return [thing[name] for thing in things if name in thing]


def _repeated(names: list[object]) -> list[tuple[object, int]]:
    return [(name, n) for name, n in Counter(names).items() if n > 1]
