"""Whether Discord knows our commands as they are in this release."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from discord import app_commands

# What a command is, of all that Discord says about it.
_TELLING = frozenset(
    {"name", "type", "description", "options", "required", "choices", "value", "autocomplete"}
    | {"contexts", "integration_types"}
)


async def differs(tree: app_commands.CommandTree[Any]) -> bool:
    """Whether Discord has other commands than the tree."""
    application = cast("int", tree.client.application_id)  # known since the login
    # Not `fetch_commands`: it misreads where a command may be used.
    there: list[object] = [*await tree.client.http.get_global_commands(application)]
    here = [command.to_dict(tree) for command in tree.get_commands()]
    return _essence(_sorted(there)) != _essence(_sorted(here))


def _sorted(commands: Iterable[Any]) -> list[Any]:
    """Discord promises no order of its commands, only of the options in one."""
    return sorted(commands, key=lambda each: (each.get("type", 1), each["name"]))


def _essence(said: object) -> object:
    """What makes a command differ from another: without ids, texts in other languages, and what is empty."""
    match said:
        case Mapping():
            return {key: _essence(value) for key, value in said.items() if key in _TELLING and value}
        case list():
            return [_essence(value) for value in said]
        case _:
            return said
