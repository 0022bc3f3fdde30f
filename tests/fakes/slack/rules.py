"""Small rules about JSON that add up to a description of Block Kit. A rule yields what is wrong, and where."""

from collections.abc import Callable, Iterator, Mapping

Json = Mapping[str, object]
Rule = Callable[[object, str], Iterator[str]]


def string(most: int, least: int = 1) -> Rule:
    """Text of a length."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: must be a string"
        elif not least <= len(value) <= most:
            yield f"{at}: {len(value)} characters, must be {least} to {most}"

    return check


def number(least: int = 0, most: int = 2**53) -> Rule:
    """A whole number in a range."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{at}: must be a number from {least} to {most}"

    return check


def boolean(value: object, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{at}: must be true or false"


def one_of(*allowed: str) -> Rule:
    """One of a few words."""

    def check(value: object, at: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{at}: {value!r} is not one of {', '.join(allowed)}"

    return check


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of a length whose items all obey a rule."""

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{at}: {len(value)} items, must be {least} to {most}"
        for number_, item in enumerate(value):
            yield from rule(item, f"{at}/{number_}")

    return check


def record(needed: Mapping[str, Rule], allowed: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no other."""
    known = {**needed, **(allowed or {})}

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: must be an object"
            return
        yield from (f"{at}/{name}: missing" for name in needed if name not in value)
        for name, inner in value.items():
            yield from known[name](inner, f"{at}/{name}") if name in known else [f"{at}/{name}: unknown field"]

    return check


def typed(**kinds: Rule) -> Rule:
    """An object whose `type` decides which rule it must obey."""

    def check(value: object, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(kind, str) or kind not in kinds:
            yield f"{at}: unsupported type {kind!r}"
            return
        yield from kinds[kind]({name: inner for name, inner in value.items() if name != "type"}, at)

    return check


def both(*rules: Rule) -> Rule:
    """Every one of several rules."""

    def check(value: object, at: str) -> Iterator[str]:
        for rule in rules:
            yield from rule(value, at)

    return check
