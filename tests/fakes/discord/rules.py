"""The form of a JSON body: the fields it must and may have, and what each of them may be."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Rule = Callable[[Any], str | None]
"""What is wrong with a value, or `None`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: any field not named here is refused."""

    must: Mapping[str, Rule] = field(default_factory=dict)
    may: Mapping[str, Rule] = field(default_factory=dict)


def complaints(shape: Shape, body: Any, path: str) -> Iterator[str]:
    """Everything about a body that does not have the shape."""
    if not isinstance(body, dict):
        yield f"{path}: must be an object"
        return
    yield from (f"{path}.{name}: required" for name in shape.must if name not in body)
    for name, value in body.items():
        rule = shape.must.get(name) or shape.may.get(name)
        if rule is None:
            yield f"{path}.{name}: unknown field"
        elif wrong := rule(value):
            yield f"{path}.{name}: {wrong}"


def words(least: int, most: int, pattern: str = r"(?s).*") -> Rule:
    """Text of a length in characters."""

    def rule(value: Any) -> str | None:
        if not isinstance(value, str):
            return "must be text"
        if not least <= len(value) <= most:
            return f"must be {least} to {most} characters long, not {len(value)}"
        return None if re.fullmatch(pattern, value) else f"must look like {pattern}"

    return rule


def whole(least: int, most: int) -> Rule:
    """A whole number."""

    def rule(value: Any) -> str | None:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return None if good else f"must be a whole number from {least} to {most}"

    return rule


def array(least: int, most: int) -> Rule:
    """A list, whose items are looked at elsewhere."""

    def rule(value: Any) -> str | None:
        good = isinstance(value, list) and least <= len(value) <= most
        return None if good else f"must be a list of {least} to {most}"

    return rule


def empty(value: Any) -> str | None:
    """Nothing: `None`, or a list or object without anything in it."""
    return None if value in (None, [], {}, "") else "must be empty"


def maybe(rule: Rule) -> Rule:
    """What the rule says, or `null`."""
    return lambda value: None if value is None else rule(value)


def yes_or_no(value: Any) -> str | None:
    """A boolean."""
    return None if isinstance(value, bool) else "must be true or false"


def anything(_value: Any) -> str | None:
    """Whatever stands there is looked at elsewhere."""
    return None
