"""Block Kit as Slack documents it: which blocks there are, what they hold, and how much of it."""

from collections import Counter
from collections.abc import Iterator

from tests.fakes.slack.rules import Rule, boolean, both, items, number, one_of, record, string, typed


def _unique_values(value: object, at: str) -> Iterator[str]:
    """No two options of a menu mean the same, and what is chosen at first is one of them."""
    if not isinstance(value, dict) or not isinstance(value.get("options"), list):
        return
    values = [option.get("value") for option in value["options"] if isinstance(option, dict)]
    yield from (f"{at}/options: value {one!r} stands {n} times" for one, n in Counter(values).items() if n > 1)
    initial = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    yield from (f"{at}/initial_option: not one of the options" for one in initial if one not in value["options"])


def _text_length(value: object, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        least, most = value.get("min_length", 0), value.get("max_length", 3000)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield f"{at}/min_length: above max_length"


def plain(most: int) -> Rule:
    return typed(plain_text=record({"text": string(most)}, {"emoji": boolean}))


def mrkdwn(most: int) -> Rule:
    return typed(mrkdwn=record({"text": string(most)}, {"verbatim": boolean}))


def words(most: int) -> Rule:
    return typed(
        plain_text=record({"text": string(most)}, {"emoji": boolean}),
        mrkdwn=record({"text": string(most)}, {"verbatim": boolean}),
    )


ID = string(255)
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
CONFIRM = record({"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)}, {})


def _menu(most: int, *, several: bool = False, placeholder: bool = False) -> Rule:
    initial = {"initial_options": items(OPTION, most)} if several else {"initial_option": OPTION}
    extra = {"placeholder": plain(150)} if placeholder else {}
    extra |= {"max_selected_items": number(1)} if several and placeholder else {}
    allowed = {"action_id": ID, "focus_on_load": boolean, "confirm": CONFIRM}
    return both(record({"options": items(OPTION, most)}, {**allowed, **initial, **extra}), _unique_values)


BUTTON = record(
    {"text": plain(75), "action_id": ID},
    {
        "value": string(2000),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
TEXT_INPUT = both(
    record(
        {"action_id": ID},
        {
            "initial_value": string(3000, 0),
            "placeholder": plain(150),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            "focus_on_load": boolean,
        },
    ),
    _text_length,
)
MENUS = {
    "static_select": _menu(100, placeholder=True),
    "radio_buttons": _menu(10),
    "checkboxes": _menu(10, several=True),
}
SEVERAL = {"multi_static_select": _menu(100, several=True, placeholder=True)}  # in sections and inputs, not in actions
IMAGE_FIELDS = {"image_url": string(3000), "alt_text": string(2000)}

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
RICH_TEXT = record({"elements": items(typed(**RICH_PARTS), 500)}, {"block_id": ID})
CELL = typed(
    raw_text=record({"text": string(3000)}),
    rich_text=record({"elements": items(typed(rich_text_section=SECTION), 500)}),
)
COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
ACTION_IDS = {"block_id": ID}


def _inner(value: object, at: str) -> Iterator[str]:
    yield from BLOCK(value, at)


BLOCKS: dict[str, Rule] = {
    "header": record({"text": plain(150)}, ACTION_IDS),
    "divider": record({}, ACTION_IDS),
    "section": both(
        record(
            {},
            {
                **ACTION_IDS,
                "text": words(3000),
                "fields": items(words(2000), 10),
                "accessory": typed(button=BUTTON, image=record(IMAGE_FIELDS), **MENUS, **SEVERAL),
                "expand": boolean,
            },
        ),
        lambda value, at: iter(
            []
            if isinstance(value, dict) and ("text" in value or "fields" in value)
            else [f"{at}: neither text nor fields"]
        ),
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
        ACTION_IDS,
    ),
    "actions": record({"elements": items(typed(button=BUTTON, **MENUS), 25)}, ACTION_IDS),
    "image": record(IMAGE_FIELDS, {**ACTION_IDS, "title": plain(2000)}),
    "input": record(
        {"label": plain(2000), "element": typed(plain_text_input=TEXT_INPUT, **MENUS, **SEVERAL)},
        {**ACTION_IDS, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "markdown": record({"text": string(12_000)}),
    "table": record({"rows": items(items(CELL, 20), 100)}, {**ACTION_IDS, "column_settings": items(COLUMN, 20)}),
    "container": record(
        {"children": items(_inner, 10)},
        {**ACTION_IDS, "is_collapsible": boolean, "default_collapsed": boolean, "title": plain(150)},
    ),
}
BLOCK: Rule = typed(**BLOCKS)
