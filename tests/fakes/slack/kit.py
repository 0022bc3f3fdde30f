"""Block Kit as Slack documents it: which blocks there are, what they hold, and how much of it."""

from collections.abc import Iterator

from tests.fakes.slack.elements import BUTTON, ID, IMAGE_FIELDS, INPUTS, MENUS, MULTI_MENUS, OVERFLOW, plain, words
from tests.fakes.slack.rules import Rule, boolean, both, items, number, one_of, record, string, typed


def _amount(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield f"{at}: must be a number"


STYLES = ("bold", "italic", "strike", "code", "underline")
STYLE = record({}, dict.fromkeys(STYLES, boolean))
TEXT = record({"text": string(3000)}, {"style": STYLE})
LINK = record({"url": string(3000)}, {"text": string(3000), "style": STYLE, "unsafe": boolean})
RICH_WORDS = typed(
    text=TEXT,
    link=LINK,
    emoji=record({"name": string(255)}, {"unicode": string(255), "skin_tone": number(1, 6)}),
    date=record(
        {"timestamp": number(1), "format": string(255)},
        {"fallback": string(255), "url": string(3000), "style": STYLE},
    ),
    user=record({"user_id": string(255)}, {"style": STYLE}),
    channel=record({"channel_id": string(255)}, {"style": STYLE}),
    usergroup=record({"usergroup_id": string(255)}, {"style": STYLE}),
    broadcast=record({"range": one_of("here", "channel", "everyone")}),
)
BORDER = {"border": number(0, 1)}
SECTION = record({"elements": items(RICH_WORDS, 500)})
RICH_PARTS = {
    "rich_text_section": SECTION,
    "rich_text_quote": record({"elements": items(RICH_WORDS, 500)}, BORDER),
    "rich_text_preformatted": record(
        {"elements": items(typed(text=TEXT, link=LINK), 500)}, {**BORDER, "language": string(50)}
    ),
    "rich_text_list": record(
        {"elements": items(typed(rich_text_section=SECTION), 500), "style": one_of("bullet", "ordered")},
        {**BORDER, "indent": number(0, 8), "offset": number(0)},
    ),
}
BLOCK_ID = {"block_id": ID}
RICH_TEXT = record({"elements": items(typed(**RICH_PARTS), 500)}, BLOCK_ID)
HEAD_CELL = typed(raw_text=record({"text": string(3000)}), raw_number=record({"value": _amount, "text": string(3000)}))
CELL = typed(
    raw_text=record({"text": string(3000)}),
    raw_number=record({"value": _amount, "text": string(3000)}),
    rich_text=record({"elements": items(typed(rich_text_section=SECTION), 500)}),
)
COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
ACTIONS = {"button": BUTTON, "overflow": OVERFLOW, **MENUS}


def _says_something(value: object, at: str) -> Iterator[str]:
    if isinstance(value, dict) and not ("text" in value or "fields" in value):
        yield f"{at}: neither text nor fields"


def _opens(value: object, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    if not ("title" in value or "rich_text_title" in value):
        yield f"{at}: neither title nor rich_text_title"
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield f"{at}/default_collapsed: needs is_collapsible"


def _headed(value: object, at: str) -> Iterator[str]:
    """A header row of plain cells, and every row as long as it."""
    rows = value.get("rows") if isinstance(value, dict) else None
    if isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows):
        yield from items(HEAD_CELL, 20)(rows[0], f"{at}/rows/0")
        if len({len(row) for row in rows}) > 1:
            yield f"{at}/rows: not all of one length"


FLAT: dict[str, Rule] = {
    "header": record({"text": plain(150)}, BLOCK_ID),
    "divider": record({}, BLOCK_ID),
    "section": both(
        record(
            {},
            {
                **BLOCK_ID,
                "text": words(3000),
                "fields": items(words(2000), 10),
                "accessory": typed(image=record(IMAGE_FIELDS), **ACTIONS, **MULTI_MENUS),
                "expand": boolean,
            },
        ),
        _says_something,
    ),
    "context": record(
        {
            "elements": items(
                typed(
                    plain_text=record({"text": string(3000)}, {"emoji": boolean}),
                    mrkdwn=record({"text": string(3000)}, {"verbatim": boolean}),
                    image=record(IMAGE_FIELDS),
                ),
                10,
            )
        },
        BLOCK_ID,
    ),
    "actions": record({"elements": items(typed(**ACTIONS), 25)}, BLOCK_ID),
    "image": record(IMAGE_FIELDS, {**BLOCK_ID, "title": plain(2000)}),
    "input": record(
        {"label": plain(2000), "element": typed(**INPUTS)},
        {**BLOCK_ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "table": record({"rows": items(items(CELL, 20), 100)}, {**BLOCK_ID, "column_settings": items(COLUMN, 20)}),
}
BLOCKS: dict[str, Rule] = {
    **FLAT,
    "data_table": both(
        record(
            {"caption": string(3000), "rows": items(items(CELL, 20), 101, 2)},
            {**BLOCK_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        ),
        _headed,
    ),
    "markdown": record({"text": string(12_000)}),
    "container": both(
        record(
            {"child_blocks": items(typed(**FLAT), 10)},
            {
                **BLOCK_ID,
                "title": plain(150),
                "rich_text_title": typed(rich_text=RICH_TEXT),
                "subtitle": words(150),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": typed(image=record(IMAGE_FIELDS)),
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
        ),
        _opens,
    ),
}
BLOCK: Rule = typed(**BLOCKS)
