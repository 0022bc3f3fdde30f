"""Anchors: what may be cited in which version's documentation, and how that list is made."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from bot.bank import CONTENT
from bot.bank.docs import address, addresses, missing

ROOT = Path(__file__).parents[2]
SITE = "https://docs.sqlalchemy.org/en"


@pytest.mark.parametrize(
    ("anchor", "page"),
    [
        ("orm/session_basics.rst#session_closing", "orm/session_basics.html#session-closing"),
        ("errors.rst#error_7s2a", "errors.html#error-7s2a"),
        ("glossary.rst#term-identity-map", "glossary.html#term-identity-map"),
        ("glossary.rst#term-ACID", "glossary.html#term-ACID"),
        ("dialects/sqlite.rst#pysqlite_serializable", "dialects/sqlite.html#pysqlite-serializable"),
        ("api:Session.close", "orm/session_api.html#sqlalchemy.orm.Session.close"),
        ("api:Session.params.binds", "orm/session_api.html#sqlalchemy.orm.Session.params.binds"),
        ("api:relationship.params.lazy", "orm/relationship_api.html#sqlalchemy.orm.relationship.params.lazy"),
        ("api:History.added", "orm/session_api.html#sqlalchemy.orm.attributes.History.added"),
        ("api:flag_modified", "orm/session_api.html#sqlalchemy.orm.attributes.flag_modified"),
        ("api:AsyncSession", "orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncSession"),
        ("api:MissingGreenlet", "core/exceptions.html#sqlalchemy.exc.MissingGreenlet"),
        ("api:SessionEvents.after_commit", "orm/events.html#sqlalchemy.orm.SessionEvents.after_commit"),
        ("api:InstanceState.detached", "orm/internals.html#sqlalchemy.orm.InstanceState.detached"),
    ],
)
def test_an_anchor_becomes_a_page_of_either_version(anchor: str, page: str) -> None:
    assert address(anchor, "2.0") == f"{SITE}/20/{page}"
    assert address(anchor, "2.1") == f"{SITE}/21/{page}"
    assert missing(anchor, ["2.0", "2.1"]) == ""


def test_an_anchor_that_a_version_does_not_have_is_told_with_the_nearest() -> None:
    wrong = "orm/session_basics.rst#session_closng"
    assert address(wrong, "2.1") == ""
    why = missing(wrong, ["2.0", "2.1"])
    assert why.startswith(f"{wrong} is not in the documentation of 2.0 and 2.1: perhaps ")
    assert "orm/session_basics.rst#session_closing" in why


def test_an_anchor_can_be_kept_for_one_version() -> None:
    new = "changelog/migration_21.rst#change_9809"
    assert "is not in the documentation of 2.0: write 21:changelog" in missing(new, ["2.0", "2.1"])
    assert missing(f"21:{new}", ["2.0", "2.1"]) == ""
    assert missing(f"21:{new}", ["2.0"]).startswith(f"21:{new} is kept for 2.1, which `versions` does not list")
    assert "is not in the documentation of 2.0" in missing("20:api:Session.clsoe", ["2.0", "2.1"])
    docs = [f"21:{new}", "api:Session", "20:api:Session.close"]
    assert addresses(docs, "2.0") == tuple(address(anchor, "2.0") for anchor in ("api:Session", "api:Session.close"))
    assert addresses(docs, "2.1") == tuple(address(anchor, "2.1") for anchor in (new, "api:Session"))


@pytest.mark.parametrize(
    "anchor", ["orm/session_basics.rst", "session_closing", "api:", "api:Session close", "2.1:api:X"]
)
def test_what_cannot_be_an_anchor_is_refused(anchor: str) -> None:
    with pytest.raises(ValueError, match="is no anchor: write orm/session_basics"):
        address(anchor, "2.1")


def test_a_version_without_a_list_is_told() -> None:
    assert address("api:Session", "3.0") == ""
    assert "no content/anchors/3.0.txt" in missing("api:Session", ["2.1", "3.0"])


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_a_stored_list_is_sorted_and_leads_to_pages(version: str) -> None:
    lines = (CONTENT / "anchors" / f"{version}.txt").read_text("utf-8").splitlines()
    names = [line.split("\t")[0] for line in lines]
    assert names == sorted(set(names))
    assert all(line.count("\t") == 1 and ".html#" in line for line in lines)
    assert len(names) > 4000


PAGES = {
    "orm/session_api.rst": """
        .. currentmodule:: sqlalchemy.orm

        .. _Session_API:

        .. _elsewhere: page

        .. autoclass:: Session
            :members:
            :inherited-members:
            :exclude-members: hidden

        .. autoclass:: Plain

        .. autofunction:: sqlalchemy.orm.util.object_session
        """,
    "glossary.rst": """
        .. glossary::

            identity map
            N plus one
                Not a term: prose.
        """,
    "core/types.rst": ".. _not_about_sessions:\n",
}
MODULES = {
    "__init__.py": "",
    "orm/__init__.py": '''
        class Base:
            def inherited(self):
                """From below."""

        class Session(Base):
            """A session.

            :param binds: engines
            :param lazy='select': a default
            """

            def __init__(self):
                """Begin.

                :param int class\\\\_: a name that is a word of Python
                """

            no_docstring = 1
            described: int
            """Said under it."""

            def close(self):
                """Close.

                .. _label_in_a_docstring:

                :param force: really
                """

            def undocumented(self): ...

            def _private(self):
                """No."""

            def hidden(self):
                """No."""

        class Plain:
            """No members wanted."""

            def method(self):
                """No."""
        ''',
    "orm/util.py": '''
        def object_session(instance):
            """Which?"""
        ''',
}


def test_the_list_is_made_from_a_source_distribution(tmp_path: Path) -> None:
    for folder, files in (("doc/build", PAGES), ("lib/sqlalchemy", MODULES)):
        for name, text in files.items():
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot.bank.anchors", tmp_path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    session = "orm/session_api.html#sqlalchemy.orm.Session"
    assert dict(line.split("\t") for line in done.stdout.splitlines()) == {
        "api:Plain": "orm/session_api.html#sqlalchemy.orm.Plain",
        "api:Session": session,
        "api:Session.close": f"{session}.close",
        "api:Session.close.params.force": f"{session}.close.params.force",
        "api:Session.described": f"{session}.described",
        "api:Session.inherited": f"{session}.inherited",
        "api:Session.params.binds": f"{session}.params.binds",
        "api:Session.params.class_": f"{session}.params.class_",
        "api:Session.params.lazy": f"{session}.params.lazy",
        "api:object_session": "orm/session_api.html#sqlalchemy.orm.util.object_session",
        "glossary.rst#term-N-plus-one": "glossary.html#term-N-plus-one",
        "glossary.rst#term-identity-map": "glossary.html#term-identity-map",
        "orm/session_api.rst#Session_API": "orm/session_api.html#session-api",
        "orm/session_api.rst#label_in_a_docstring": "orm/session_api.html#label-in-a-docstring",
    }
