"""What people can press, choose or fill in, and the texts around it: https://docs.slack.dev/reference/block-kit."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.fakes.slack.rules import Json, Rule, boolean, both, items, number, one_of, record, string, typed


def plain(most: int) -> Rule:
    return typed(plain_text=record({"text": string(most)}, {"emoji": boolean}))


def words(most: int) -> Rule:
    return typed(
        plain_text=record({"text": string(most)}, {"emoji": boolean}),
        mrkdwn=record({"text": string(most)}, {"verbatim": boolean}),
    )


def matching(pattern: str, what: str) -> Rule:
    """Text of a form."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            yield f"{at}: {value!r} is not {what}"

    return check


ID = string(255)
STYLE = one_of("primary", "danger")
CONFIRM = record({"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE})
IMAGE_FIELDS = {"image_url": string(3000), "alt_text": string(2000)}
ACTING: dict[str, Rule] = {"action_id": ID, "focus_on_load": boolean, "confirm": CONFIRM}
MENU: dict[str, Rule] = {**ACTING, "placeholder": plain(150)}

OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
LINKING_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
WORDED_OPTION = record({"text": words(75), "value": string(150)}, {"description": words(75)})


def _options(value: Json) -> list[object]:
    """All options of a menu, grouped or not."""
    groups = value.get("option_groups")
    inside = [one.get("options") for one in groups if isinstance(one, dict)] if isinstance(groups, list) else []
    return [one for options in [value.get("options"), *inside] if isinstance(options, list) for one in options]


def _choice(value: object, at: str) -> Iterator[str]:
    """No two options of a menu mean the same, and what is chosen at first is one of them."""
    if not isinstance(value, dict):
        return
    options = _options(value)
    values = [option.get("value") for option in options if isinstance(option, dict)]
    yield from (f"{at}/options: value {one!r} stands {n} times" for one, n in Counter(values).items() if n > 1)
    several = value.get("initial_options")
    initial = several if isinstance(several, list) else []
    for one in [*([value["initial_option"]] if "initial_option" in value else []), *initial]:
        if one not in options:
            yield f"{at}/initial_option: not one of the options"
    most = value.get("max_selected_items")
    if isinstance(most, int) and len(initial) > most:
        yield f"{at}/initial_options: more than max_selected_items"


def _one_list(value: object, at: str) -> Iterator[str]:
    if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
        yield f"{at}: needs either options or option_groups"


def _choosing(most: int, option: Rule, more: dict[str, Rule]) -> Rule:
    return both(record({"options": items(option, most)}, more), _choice)


def _select(more: dict[str, Rule]) -> Rule:
    group = record({"label": plain(75), "options": items(OPTION, 100)})
    lists = {"options": items(OPTION, 100), "option_groups": items(group, 100)}
    return both(record({}, {**MENU, **lists, **more}), _one_list, _choice)


def _text_length(value: object, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        least, most = value.get("min_length", 0), value.get("max_length", 3000)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield f"{at}/min_length: above max_length"


SEVERAL = {"max_selected_items": number(1)}
KIND = one_of("im", "mpim", "private", "public")
FILTER = record(
    {}, {"include": items(KIND, 4), "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean}
)
SOURCE = {"default_to_current_conversation": boolean, "filter": FILTER}
ANSWERING = {"response_url_enabled": boolean}

BUTTON = record(
    {"text": plain(75), "action_id": ID},
    {
        "value": string(2000),
        "url": string(3000),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
MENUS = {
    "static_select": _select({"initial_option": OPTION}),
    "radio_buttons": _choosing(10, WORDED_OPTION, {**ACTING, "initial_option": WORDED_OPTION}),
    "checkboxes": _choosing(10, WORDED_OPTION, {**ACTING, "initial_options": items(WORDED_OPTION, 10)}),
    "users_select": record({}, {**MENU, "initial_user": ID}),
    "channels_select": record({}, {**MENU, "initial_channel": ID, **ANSWERING}),
    "conversations_select": record({}, {**MENU, "initial_conversation": ID, **SOURCE, **ANSWERING}),
    "datepicker": record({}, {**MENU, "initial_date": matching(r"\d{4}-\d\d-\d\d", "a date")}),
    "timepicker": record(
        {}, {**MENU, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "a time"), "timezone": string(100)}
    ),
}
MULTI_MENUS = {  # in sections and inputs, not in actions
    "multi_static_select": _select({"initial_options": items(OPTION, 100), **SEVERAL}),
    "multi_users_select": record({}, {**MENU, "initial_users": items(ID, 100), **SEVERAL}),
    "multi_conversations_select": record({}, {**MENU, "initial_conversations": items(ID, 100), **SOURCE, **SEVERAL}),
}
OVERFLOW = _choosing(5, LINKING_OPTION, {"action_id": ID, "confirm": CONFIRM})
TYPED = {"action_id": ID, "placeholder": plain(150), "focus_on_load": boolean}
INPUTS = {
    **MENUS,
    **MULTI_MENUS,
    "plain_text_input": both(
        record(
            {},
            {
                **TYPED,
                "initial_value": string(3000, 0),
                "multiline": boolean,
                "min_length": number(0, 3000),
                "max_length": number(1, 3000),
            },
        ),
        _text_length,
    ),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
}
