"""Documentation anchors as authors write them → the pages readers open."""

import re

_SITE = "https://docs.sqlalchemy.org/en"
_LABEL = re.compile(r"(?P<page>[a-z0-9_/]+)\.rst#(?P<label>[A-Za-z0-9_-]+)")
_NAME = re.compile(r"api:(?P<owner>\w+)(?P<rest>[\w.]*)")

_HOMES = {
    "AsyncSession": ("orm/extensions/asyncio", "sqlalchemy.ext.asyncio"),
    "InstanceState": ("orm/internals", "sqlalchemy.orm"),
    "Mapper": ("orm/mapping_api", "sqlalchemy.orm"),
    "ORMExecuteState": ("orm/session_api", "sqlalchemy.orm"),
    "Session": ("orm/session_api", "sqlalchemy.orm"),
    "SessionEvents": ("orm/events", "sqlalchemy.orm"),
    "SessionTransaction": ("orm/session_api", "sqlalchemy.orm"),
    "async_scoped_session": ("orm/extensions/asyncio", "sqlalchemy.ext.asyncio"),
    "async_sessionmaker": ("orm/extensions/asyncio", "sqlalchemy.ext.asyncio"),
    "relationship": ("orm/relationship_api", "sqlalchemy.orm"),
    "scoped_session": ("orm/contextual", "sqlalchemy.orm"),
    "sessionmaker": ("orm/session_api", "sqlalchemy.orm"),
}
"""Where the documentation keeps what `api:` may name: its page and the package it is listed under."""


def address(anchor: str, version: str) -> str:
    """The address of `orm/session_basics.rst#session_closing` or `api:Session.close` in a version's documentation.

    Raises `ValueError`, with the way to write it, for anything else.
    """
    site = f"{_SITE}/{version.replace('.', '')}"
    if label := _LABEL.fullmatch(anchor):
        # Sphinx makes the id of a section from its label in this way.
        return f"{site}/{label['page']}.html#{label['label'].lower().replace('_', '-')}"
    if (name := _NAME.fullmatch(anchor)) and name["owner"] in _HOMES:
        page, package = _HOMES[name["owner"]]
        return f"{site}/{page}.html#{package}.{name['owner']}{name['rest']}"
    raise ValueError(
        f"{anchor!r} is no anchor: write orm/session_basics.rst#session_closing, or api:Session.close "
        f"(api: knows {', '.join(sorted(_HOMES))})"
    )
