"""A question file → its `Source`. Every refusal names the line and says how to mend it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.bank.front import FormatError, Front, height, line_of
from bot.bank.source import OptionSource, Passage, Source, shown
from bot.domain.question import CODE, EXPLANATION, LETTERS, OPTION, OUTPUT, REASON, SQL, STEM, Kind
from bot.errors import ContentError

FEWEST_OPTIONS = 3

# Back-slashes and entities stay what they are: a card shows an author's words, it does not parse Markdown again.
_MARKDOWN = MarkdownIt("commonmark").disable(["escape", "entity"])

_ORDER = ("stem", "code", "output", "sql", "options", "heading", "explanation")
_REPEATED = {"output", "sql", "explanation"}
_EXAMPLES = {
    "stem": "`# The question?`",
    "code": "a fence ```python run",
    "output": "a fence ```text output",
    "sql": "a fence ```sql emitted",
    "options": "a list of options, `- [x] right` and `- [ ] wrong`",
    "heading": "`## Explanation`",
    "explanation": "a paragraph under `## Explanation`",
}
_FENCES = {"python run": "code", "text output": "output", "sql emitted": "sql"}
_MARK = re.compile(r"\[(?P<mark>x(?: \d\.\d+)*| )\]\s+(?P<text>.+)", re.DOTALL)
_CHECK = re.compile(r"<!--\s*check:\s*(?P<expression>.+?)\s*-->", re.DOTALL)
_CATCH_ALL = re.compile(r"\b(?:all|none|both|neither) of (?:the above|these|them)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Fence:
    """A fenced block and the versions in its info string (none: it speaks for every version not named elsewhere)."""

    versions: tuple[str, ...]
    passage: Passage


def read(path: Path, topics: Mapping[str, str]) -> Source:
    """The question in a file. Raises `ContentError` for the first thing that is not as `content/README.md` has it."""
    try:
        return _source(path, path.read_text(encoding="utf-8"), topics)
    except FormatError as error:
        raise ContentError(shown(path), error.line, error.why) from None


def _source(path: Path, text: str, topics: Mapping[str, str]) -> Source:
    lines = text.split("\n")
    front = Front.read(lines, topics)
    if front.id != path.stem:
        why = f"id {front.id!r} is not the file's name: rename the file to {front.id}.md, or mend the id"
        raise FormatError(line_of(lines, "id"), why)
    top = height(lines)
    parts = _parts([""] * top + lines[top:])  # so that every line keeps its number
    fences = {name: [_fence(node, front) for node in parts[name]] for name in ("code", "output", "sql")}
    return Source(
        path=path,
        front=front,
        stem=_words(parts["stem"][0].children[0], "the stem", STEM),
        code=_within(fences["code"][0].passage, "the code", CODE),
        output=_by_version("output", fences["output"], front, OUTPUT),
        sql=_by_version("sql", fences["sql"], front, SQL),
        options=_options(parts["options"][0], front),
        explanation=_explanation(parts["explanation"]),
    )


def _parts(lines: list[str]) -> dict[str, list[SyntaxTreeNode]]:
    """The blocks of the page by the part they are, all parts present and in order."""
    parts: dict[str, list[SyntaxTreeNode]] = {name: [] for name in _ORDER}
    for node in SyntaxTreeNode(_MARKDOWN.parse("\n".join(lines))).children:
        name = _part(node)
        if node.type == "fence" and lines[_span(node)[1] - 1].strip() != node.markup:
            raise FormatError(_line(node), f"this fence is not closed: end it with {node.markup}")
        at = _ORDER.index(name)
        _present(parts, _ORDER[:at], _line(node))
        if any(parts[later] for later in _ORDER[at + 1 :]) or (parts[name] and name not in _REPEATED):
            raise FormatError(_line(node), f"{name} comes too late or twice: the order is {', '.join(_ORDER)}")
        parts[name].append(node)
    _present(parts, _ORDER, len(lines))
    return parts


def _present(parts: Mapping[str, list[SyntaxTreeNode]], names: Iterable[str], line: int) -> None:
    for name in names:
        if not parts[name]:
            raise FormatError(line, f"no {name} before this line: add {_EXAMPLES[name]}")


def _part(node: SyntaxTreeNode) -> str:
    match node.type, node.tag:
        case "heading", "h1":
            return "stem"
        case "heading", "h2" if node.children[0].content == "Explanation":
            return "heading"
        case "bullet_list", _:
            return "options"
        case "paragraph", _:
            return "explanation"
        case "fence", _ if name := _FENCES.get(" ".join(node.info.split()[:2])):
            return name
        case _:
            raise FormatError(_line(node), f"this {node.type} has no place here: a question is {', '.join(_ORDER)}")


def _fence(node: SyntaxTreeNode, front: Front) -> _Fence:
    versions = tuple(node.info.split()[2:])
    _known(versions, front, _line(node))
    return _Fence(versions, Passage(node.content.rstrip(), _line(node) + 1))


def _by_version(name: str, fences: list[_Fence], front: Front, limit: int) -> dict[str, Passage]:
    """What each version of the front matter emits: the fence that names it, else the one that names none."""
    found: dict[str, Passage] = {}
    for version in front.versions:
        fitting = [fence for fence in fences if version in fence.versions]
        fitting = fitting or [fence for fence in fences if not fence.versions]
        if len(fitting) != 1:
            raise FormatError(fences[0].passage.line - 1, f"{len(fitting)} {name} fences speak for {version}: keep one")
        found[version] = _within(fitting[0].passage, f"the {name}", limit)
    return found


def _options(listed: SyntaxTreeNode, front: Front) -> tuple[OptionSource, ...]:
    items = listed.children
    if not FEWEST_OPTIONS <= len(items) <= len(LETTERS):
        raise FormatError(_line(listed), f"{len(items)} options: a question has {FEWEST_OPTIONS} to {len(LETTERS)}")
    options = tuple(_option(letter, item, front) for letter, item in zip(LETTERS, items, strict=False))
    for version in front.versions:
        right = [option.letter for option in options if version in option.right_on]
        if len(right) != 1:
            named = f" ({', '.join(right)})" if right else ""
            raise FormatError(
                _line(listed), f"{len(right)} options are right on {version}{named}: mark exactly one [x]"
            )
    if len({option.text.text.casefold() for option in options}) < len(options):
        raise FormatError(_line(listed), "two options say the same: change one")
    return options


def _option(letter: str, item: SyntaxTreeNode, front: Front) -> OptionSource:
    line = _line(item)
    if [node.type for node in item.children[:2]] != ["paragraph", "blockquote"]:
        raise FormatError(line, f"option {letter} has no reason: put `  > why` right under it")
    said, quote = item.children[0].children[0], item.children[1]
    marked = _MARK.fullmatch(said.content)
    if not marked:
        raise FormatError(line, f"option {letter} must begin with [x], [x 2.1] or [ ]")
    text = _words(said, f"option {letter}", OPTION, hidden=marked.start("text"))
    if _CATCH_ALL.search(text.text):
        raise FormatError(
            line, f"option {letter} points at the others: options may be shown alone, so say what it means"
        )
    versions = tuple(marked["mark"].split()[1:])
    _known(versions, front, line)
    right_on = frozenset(versions or front.versions) if marked["mark"] != " " else frozenset[str]()
    if [node.type for node in quote.children] != ["paragraph"]:
        raise FormatError(_line(quote), f"the reason of option {letter} must be one paragraph")
    reason = _words(quote.children[0].children[0], f"the reason of option {letter}", REASON)
    return OptionSource(letter, text, right_on, reason, _check(letter, item, front.kind))


def _check(letter: str, item: SyntaxTreeNode, kind: Kind) -> Passage | None:
    rest = item.children[2:]
    found = [(node, match) for node in rest if node.type == "html_block" and (match := _CHECK.match(node.content))]
    if len(found) != len(rest):
        raise FormatError(
            _line(rest[0]), f"option {letter} holds only its text, `> why` and `<!-- check: expression -->`"
        )
    if kind is Kind.OUTPUT:
        if found:
            raise FormatError(_line(rest[0]), "an output question is proved by what it prints: remove the check")
        return None
    if len(found) != 1:
        raise FormatError(_line(item), f"option {letter} needs one check: `<!-- check: expression -->`")
    node, match = found[0]
    return Passage(match["expression"], _line(node))


def _explanation(paragraphs: Iterable[SyntaxTreeNode]) -> Passage:
    said = [_words(paragraph.children[0], "the explanation", EXPLANATION) for paragraph in paragraphs]
    return _within(Passage("\n\n".join(passage.text for passage in said), said[0].line), "the explanation", EXPLANATION)


def _words(inline: SyntaxTreeNode, what: str, limit: int, hidden: int = 0) -> Passage:
    """A sentence as a card can show it, without its first `hidden` characters."""
    if strange := [node.type for node in inline.children if not _plain(node)]:
        raise FormatError(_line(inline), f"{what} holds {strange[0]}: use plain words, `code` and **strong** only")
    text = " ".join(inline.content[hidden:].split())
    if not text:
        raise FormatError(_line(inline), f"{what} is empty: write it")
    return _within(Passage(text, _line(inline)), what, limit)


def _plain(node: SyntaxTreeNode) -> bool:
    if node.type == "strong":
        return node.markup == "**" and all(child.type in {"text", "softbreak"} for child in node.children)
    return node.type in {"text", "softbreak", "code_inline"}


def _within(passage: Passage, what: str, limit: int) -> Passage:
    if len(passage.text) > limit:
        raise FormatError(passage.line, f"{what} has {len(passage.text)} characters: shorten it to {limit}")
    return passage


def _known(versions: Iterable[str], front: Front, line: int) -> None:
    for version in versions:
        if version not in front.versions:
            raise FormatError(
                line, f"version {version!r} is not in `versions`, which lists {', '.join(front.versions)}"
            )


def _line(node: SyntaxTreeNode) -> int:
    return _span(node)[0] + 1


def _span(node: SyntaxTreeNode) -> tuple[int, int]:
    if node.map is None:  # only inline children lack a map, and no caller asks them
        raise ValueError(f"{node.type} has no lines")
    return node.map
