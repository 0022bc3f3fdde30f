"""Makes the list of what a question may cite: `python -m bot.bank.anchors <sdist folder> > content/anchors/2.1.txt`.

The folder is an unpacked source distribution of SQLAlchemy. Its pages say which classes and functions they document;
the members of those are found by importing them from there, since Sphinx makes its anchors in the same way.
"""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

PAGES = re.compile(
    r"(?:orm|faq|tutorial)/.+|errors|glossary|dialects/(?:sqlite|postgresql)|changelog/(?:migration|whatsnew)_2\d"
    r"|core/(?:connections|pooling|engines|dml|defaults|events?|exceptions|inspection|selectable|sqlelement)"
)
"""The pages that a question about the Session may cite."""

_LABEL = re.compile(r"^ *\.\. _([A-Za-z0-9_-]+):$", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"^ *\.\. (?P<word>(?:current|auto)?module|auto(?:class|function|exception)):: *(?P<name>[\w.]*).*\n"
    r"(?P<fields>(?: +:.*\n)*)",
    re.MULTILINE,
)
_FIELD = re.compile(r":(?P<name>[\w-]+):(?P<value>.*)")
_TERM = re.compile(r"^    (?P<term>[^\s:.].*)\n", re.MULTILINE)
_PARAMETER = re.compile(r"^ *:(?:param|keyword) (?:[^:=]+ )?([\w\\]+)(?:=[^:]*)?:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Documented:
    """A module, class or function that a page documents: its full name there, and how its members are shown."""

    name: str
    thing: object
    fields: Mapping[str, str]


def anchors(sdist: Path) -> dict[str, str]:
    """What can be cited → its page and fragment, such as `orm/session_api.html#sqlalchemy.orm.Session.close`."""
    sys.path.insert(0, str(sdist / "lib"))
    pages = sdist / "doc" / "build"
    found: dict[str, str] = {}
    # Where two pages document one short name, the ORM's goes first, and then the page nearer the top.
    for path in sorted(pages.rglob("*.rst"), key=lambda path: (path.parts[len(pages.parts)] != "orm", path)):
        page = path.relative_to(pages).with_suffix("").as_posix()
        if PAGES.fullmatch(page):
            for anchor, fragment in _on_page(page, path.read_text(encoding="utf-8")):
                found.setdefault(anchor, f"{page}.html#{fragment}")
    return found


def _on_page(page: str, text: str) -> Iterator[tuple[str, str]]:
    yield from _labels(page, text)
    if page == "glossary":
        for term in _TERM.findall(text):
            # Sphinx keeps capitals in a term's id, and turns all that is neither letter nor digit into one hyphen.
            fragment = "term-" + re.sub(r"[^A-Za-z0-9._]+", "-", term).strip("-")
            yield f"{page}.rst#{fragment}", fragment
    for documented in _documented(text):
        yield from _labels(page, inspect.getdoc(documented.thing) or "")
        for name, doc in _names(documented):
            short = name.removeprefix(documented.name.rpartition(".")[0] + ".")
            if isinstance(documented.thing, ModuleType):
                short = name.removeprefix(documented.name + ".")
            yield f"api:{short}", name
            yield from _labels(page, doc)
            for parameter in _PARAMETER.findall(doc):
                spelt = parameter.replace("\\", "")  # `class\_` is the parameter class_
                yield f"api:{short}.params.{spelt}", f"{name}.params.{spelt}"


def _labels(page: str, text: str) -> Iterator[tuple[str, str]]:
    for label in _LABEL.findall(text):
        # Docutils makes an id from a label in this way.
        yield f"{page}.rst#{label}", re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def _documented(text: str) -> Iterator[_Documented]:
    module = ""
    for directive in _DIRECTIVE.finditer(text):
        word, name = directive["word"], directive["name"]
        if word.endswith("module"):
            module = name
            if word == "automodule" and name.startswith("sqlalchemy."):  # not the module of an example
                yield _Documented(name, importlib.import_module(name), _fields(directive["fields"]))
        else:
            full = name if name.startswith("sqlalchemy.") else f"{module}.{name}"
            yield _Documented(full, _thing(full), _fields(directive["fields"]))


def _fields(lines: str) -> Mapping[str, str]:
    return {field["name"]: field["value"].strip() for field in _FIELD.finditer(lines)}


def _thing(full: str) -> object:
    owner, _, name = full.rpartition(".")
    return getattr(importlib.import_module(owner), name)


def _names(documented: _Documented) -> Iterator[tuple[str, str]]:
    """The full name and the docstring of a thing and of those of its members that its page shows."""
    thing, fields = documented.thing, documented.fields
    if isinstance(thing, type):
        started = inspect.getdoc(vars(thing).get("__init__")) or ""
        yield documented.name, f"{inspect.getdoc(thing) or ''}\n{started}"
    elif not isinstance(thing, ModuleType):
        yield documented.name, inspect.getdoc(thing) or ""
    if "members" not in fields:
        return
    hidden = set(re.findall(r"\w+", fields.get("exclude-members", "")))
    chosen = set(re.findall(r"\w+", fields["members"]))
    members = _members_of_module(thing) if isinstance(thing, ModuleType) else _members(thing, fields)
    for name, doc in members:
        if name not in hidden and (not chosen or name in chosen):
            yield f"{documented.name}.{name}", doc


def _members_of_module(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, member in vars(module).items():
        if getattr(member, "__module__", "") == module.__name__ and not name.startswith("_") and member.__doc__:
            yield name, inspect.cleandoc(member.__doc__)


def _members(thing: object, fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The public members of a class that have a docstring, inherited ones only where the page wants them."""
    if not isinstance(thing, type):
        return
    shown = thing.__mro__ if "inherited-members" in fields else (thing,)
    for name in sorted({name for owner in shown if owner is not object for name in _own(owner)}):
        if not name.startswith("_") and (doc := _doc(thing, name)):
            yield name, inspect.cleandoc(doc)


def _own(owner: type) -> set[str]:
    return {*vars(owner), *_described(owner)}


def _doc(thing: type, name: str) -> str:
    """The docstring of a member, from the nearest class that gives it one."""
    for owner in thing.__mro__:
        if doc := _described(owner).get(name):
            return doc
        member = vars(owner).get(name)
        doc = getattr(member, "__doc__", None)
        if isinstance(doc, str) and doc != type(member).__doc__:
            return doc
    return ""


@cache
def _described(owner: type) -> Mapping[str, str]:
    """The attributes of a class under which a string stands, as Sphinx reads them from its source."""
    try:
        [definition] = ast.parse(inspect.cleandoc("\n" + inspect.getsource(owner))).body
    except (OSError, TypeError, ValueError, SyntaxError):  # built in, or made at run time
        return {}
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    found: dict[str, str] = {}
    for above, below in pairwise(body):
        match above, below:
            case (
                (ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))),
                ast.Expr(value=ast.Constant(value=str(doc))),
            ):
                found[name] = doc
    return found


def main() -> None:
    """Print the list, sorted: an anchor, a tab, its page and fragment."""
    for anchor, place in sorted(anchors(Path(sys.argv[1])).items()):
        sys.stdout.write(f"{anchor}\t{place}\n")


if __name__ == "__main__":
    main()
