"""What people press, choose from and fill in, as elements of Block Kit."""

from adapters.slack import limits
from adapters.slack.rich import Json, plain_words
from adapters.slack.words import cut
from bot import wire
from bot.cards.model import Button, Choice, Field, Menu


def drawn_button(button: Button) -> Json:
    """A button; its place in the message gives it its id."""
    drawn: Json = {
        "type": "button",
        "text": plain_words(button.label, limits.BUTTON),
        "value": wire.encode(button.press),
    }
    return drawn | ({"style": "primary"} if button.primary else {})


def drawn_menu(menu: Menu) -> Json:
    """A menu beside its label. What it asks is its id, for Slack gives a menu no value of its own."""
    return {
        "type": "section",
        "text": plain_words(menu.label, limits.TEXT),
        "accessory": {
            "type": "multi_static_select",
            "action_id": wire.encode(menu.press),
            "options": list(map(_choice, menu.choices)),
        },
    }


def _choice(choice: Choice) -> Json:
    return {"text": plain_words(choice.label, limits.OPTION_TEXT), "value": choice.value}


def drawn_field(field: Field) -> Json:
    """What a form asks, under the name that its answer comes back with."""
    drawn: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_words(field.label, limits.INPUT_LABEL),
        "element": {"action_id": field.name} | (_select(field) if field.choices else _typed(field)),
        "optional": not field.required,
    }
    return drawn | ({"hint": plain_words(field.hint, limits.HINT)} if field.hint else {})


def _typed(field: Field) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": field.long}
    return element | ({"initial_value": cut(field.value, limits.TEXT)} if field.value else {})


def _select(field: Field) -> Json:
    if len(field.choices) > limits.SELECT_OPTIONS:
        return _typed(field)
    options = list(map(_choice, field.choices))
    chosen = [option for option in options if option["value"] == field.value]
    return {"type": "static_select", "options": options} | ({"initial_option": chosen[0]} if chosen else {})
