"""JSON on its way to a bot and back, quickly: a platform that is slow itself would be measured instead of the bot."""

from typing import Any

import orjson


def write(value: Any) -> str:
    """A value as text."""
    return orjson.dumps(value).decode()


def read(text: str | bytes) -> Any:
    """What a text says. Raises `ValueError` where it is no JSON."""
    return orjson.loads(text)
