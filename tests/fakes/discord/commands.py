"""Which slash commands Discord registers, and which completions it shows."""

from collections import Counter
from collections.abc import Iterator

from tests.fakes.discord.rules import Json, Shape, anything, array, complaints, maybe, whole, words, yes_or_no

SUBCOMMAND, GROUP, TEXT = 1, 2, 3
MOST_CHARACTERS = 8_000
_NAME = words(1, 32, r"[-_a-z0-9]+")
_NAMED = {"name": _NAME, "description": words(1, 100)}
_LOCALES = {"name_localizations": anything, "description_localizations": anything}
_COMMAND = Shape(
    _NAMED,
    {**_LOCALES, "type": whole(1, 1), "options": array(0, 25), "nsfw": yes_or_no, "dm_permission": yes_or_no}
    | {"default_member_permissions": maybe(anything), "contexts": maybe(array(0, 3))}
    | {"integration_types": maybe(array(0, 2))},
)
_MENU = Shape(
    {"name": words(1, 32), "type": whole(2, 3)},
    {**_LOCALES, "default_member_permissions": maybe(anything), "contexts": maybe(array(0, 3)), "nsfw": yes_or_no}
    | {"integration_types": maybe(array(0, 2)), "dm_permission": yes_or_no},
)
_MOST_MENUS = 5  # of a type
_SUBCOMMAND = Shape({**_NAMED, "type": whole(SUBCOMMAND, GROUP)}, {**_LOCALES, "options": array(0, 25)})
_OPTION = Shape(
    {**_NAMED, "type": whole(TEXT, 11)},
    {**_LOCALES, "required": yes_or_no, "choices": array(0, 25), "autocomplete": yes_or_no}
    | {"min_length": whole(0, 6_000), "max_length": whole(1, 6_000)},
)
_CHOICE = Shape({"name": words(1, 100), "value": words(1, 100)}, {"name_localizations": maybe(anything)})


def registered(body: list[Json]) -> Iterator[str]:
    """What Discord would not take in a list of commands."""
    if len(body) > 100:
        yield "commands: more than 100"
    yield from _unique(body, "commands")
    menus = [command for command in body if command.get("type", 1) != 1]
    if max(Counter(menu["type"] for menu in menus).values(), default=0) > _MOST_MENUS:
        yield f"commands: more than {_MOST_MENUS} entries in a menu"
    for menu in menus:
        yield from complaints(_MENU, menu, "menu")
    for command in (command for command in body if command not in menus):
        yield from complaints(_COMMAND, command, "command")
        if _characters(command) > MOST_CHARACTERS:
            yield f"command: {_characters(command)} characters are more than {MOST_CHARACTERS}"
        yield from _options(command.get("options", []))


def completions(body: Json) -> Iterator[str]:
    """What Discord would not show while somebody types."""
    yield from complaints(Shape({"choices": array(0, 25)}), body, "autocomplete")
    for choice in body.get("choices", []):
        yield from complaints(_CHOICE, choice, "choice")


def _options(options: list[Json]) -> Iterator[str]:
    yield from _unique(options, "options")
    nested = [option.get("type", 0) in (SUBCOMMAND, GROUP) for option in options]
    if any(nested) and not all(nested):
        yield "options: subcommands and values may not be mixed"
    needs = [bool(option.get("required")) for option in options]
    if needs != sorted(needs, reverse=True):
        yield "options: a required one may not follow one that is not"
    for option, inner in zip(options, nested, strict=True):
        yield from complaints(_SUBCOMMAND if inner else _OPTION, option, "option")
        if inner:
            yield from _options(option.get("options", []))
        if option.get("choices") and option.get("autocomplete"):
            yield "option: choices and autocomplete exclude each other"
        for choice in option.get("choices", []):
            yield from complaints(_CHOICE, choice, "choice")


def _unique(named: list[Json], what: str) -> Iterator[str]:
    names = [each.get("name") for each in named]
    if len(set(names)) < len(names):
        yield f"{what}: a name stands twice"


def _characters(command: Json) -> int:
    own = sum(len(str(command.get(name, ""))) for name in ("name", "description", "value"))
    return own + sum(map(_characters, [*command.get("options", []), *command.get("choices", [])]))
