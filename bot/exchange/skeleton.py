"""A draft as a question file to go on with: right for its kind, and TODO wherever the author has to say something.

Without a proof the check refuses each option, by the line that says TODO.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.question import LETTERS, Kind
from bot.exchange.draft import Draft, DraftOption
from bot.exchange.markdown import fence

DOCS = ("api:Session",)
"""What is cited until the author says better."""

PROGRAM = """\
s = Session(engine)
sandy = User(name="sandy")
s.add(sandy)
s.flush()
print("in a transaction:", s.in_transaction())"""
"""A program to begin with: it runs, and has enough lines for a question of any kind."""

_REASONS = {True: "TODO: why this is right.", False: "TODO: what is wrong with it, for somebody who believed it."}
_CLAIMS = {
    Kind.CHOICE: ("the claim that is true", *(f"{what} claim that people believe" for what in ("a", "another"))),
    Kind.SEVERAL: ("a claim that is true", "another claim that is true", "a claim that people believe"),
    Kind.OPEN: tuple(f"the {which} point of a good answer" for which in ("first", "second", "third")),
}
_PROOF = {
    Kind.CHOICE: "check",
    Kind.SEVERAL: "check",
    Kind.ORDER: "at",
    Kind.BUG: "fix",
    Kind.OPEN: "check",
}
_LINE = re.compile(r"line \d+(?=:|$)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file's front matter says beside what the draft knows."""

    slug: str
    level: int | None
    topics: Sequence[str]
    versions: Sequence[str]
    docs: Sequence[str] = DOCS


def begun(kind: Kind, stem: str) -> Draft:
    """A draft of a new question, with options to overwrite."""
    match kind:
        case Kind.CHOICE | Kind.SEVERAL | Kind.OPEN:
            right = {Kind.CHOICE: 1, Kind.SEVERAL: 2, Kind.OPEN: 3}[kind]
            options = [DraftOption(f"TODO: {claim}", at < right) for at, claim in enumerate(_CLAIMS[kind])]
        case Kind.OUTPUT:
            texts = ("TODO: what it prints", "TODO: what people expect", "TODO: what others expect")
            options = [DraftOption(f"`{text}`", at == 0) for at, text in enumerate(texts)]
        case Kind.COUNT:
            options = [DraftOption(str(number), number == 1) for number in range(3)]
        case Kind.ORDER:
            steps = enumerate((2, 1, 3))
            options = [DraftOption(f"TODO: the {place}. step", right=False, place=place) for _, place in steps]
        case Kind.BUG:
            options = [DraftOption(f"line {number}", number == 3) for number in range(2, 5)]
    return Draft(1, "", kind, stem, tuple(options), program=PROGRAM)


def skeleton(draft: Draft, heading: Heading) -> str:
    """The text of a question file."""
    return "\n".join([*_front(draft, heading), *_page(draft), *_options(draft), *_rest(draft)])


def _front(draft: Draft, heading: Heading) -> Iterator[str]:
    yield "+++"
    yield f"id = {_toml(heading.slug)}"
    yield f"kind = {_toml(draft.kind)}"
    yield (f"level = {heading.level}" if heading.level else "level = 0  # TODO: 1 name it … 4 edge case")
    yield f"topics = [{', '.join(map(_toml, heading.topics or ['TODO']))}]"
    yield f"versions = [{', '.join(map(_toml, heading.versions))}]"
    todo = "  # TODO: the section that says it" if tuple(heading.docs) == DOCS else ""
    yield f"docs = [{', '.join(map(_toml, heading.docs))}]{todo}"
    if draft.kind is Kind.COUNT:
        yield 'counts = "TODO: such as SELECT, or INSERT address"'
    if draft.kind is Kind.BUG:
        yield "goal = \"'TODO: an expression that is True once the program is mended'\""
    yield from ("+++", "")


def _page(draft: Draft) -> Iterator[str]:
    yield from (f"# {_one_line(draft.stem) or 'TODO: the question?'}", "")
    yield from (fence(draft.program.rstrip() or PROGRAM, "python run"), "")
    yield from ("```text output", "```", "")
    yield from ("```sql emitted", "```", "")


def _options(draft: Draft) -> Iterator[str]:
    options = draft.options or begun(draft.kind, "").options
    for letter, option in zip(LETTERS + "FGHIJKLMNOPQRSTUVWXYZ", options, strict=False):
        mark = option.place if draft.kind is Kind.ORDER else "x" if option.right else " "
        yield f"- [{mark}] {_claim(draft.kind, option)}"
        yield f"  > {_one_line(option.reason) or _REASONS[option.right or draft.kind is Kind.ORDER]}"
        if draft.kind in _PROOF:
            yield f"  <!-- {_PROOF[draft.kind]}: {_todo(draft.kind, letter, option.right)} -->"
    yield ""


def _claim(kind: Kind, option: DraftOption) -> str:
    """What an option says; the reader adds the code of a line itself."""
    line = _LINE.match(option.text) if kind is Kind.BUG else None
    return line[0] if line else _one_line(option.text) or "TODO: what it claims"


def _todo(kind: Kind, letter: str, right: bool) -> str:
    """A proof that proves nothing: the check refuses it, and shows what it says."""
    match kind:
        case Kind.ORDER:
            return f"\"TODO: a number that grows with the steps, such as emitted.index('COMMIT')\"  # {letter}"
        case Kind.BUG:
            return f"pass  # TODO: what somebody would put there, which {'mends it' if right else 'does not help'}"
        case _:
            return f'"TODO: an expression that is {right or kind is Kind.OPEN} and says what {letter} claims"'


def _rest(draft: Draft) -> Iterator[str]:
    if draft.hint:
        yield from ("## Hint", "", _one_line(draft.hint), "")
    yield from ("## Explanation", "")
    paragraphs = [_one_line(part) for part in draft.explanation.split("\n\n")]
    yield "\n\n".join(filter(None, paragraphs)) or "TODO: the rule, the reason, and what to do in practice."
    yield ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
