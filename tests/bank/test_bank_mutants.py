"""Does the checker see? Every shipped question is spoiled, each in another way, and nearly each is then refused.

Each round spoils the whole bank at once, one slip in each question, and checks it on one version as an author would.
"""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bank import CONTENT
from bot.bank.checking import check
from bot.bank.folder import questions

ROUNDS = 2
POSED_AS = "sess-0006"
STEM = re.findall(r"^# .+$", (CONTENT / "questions" / f"{POSED_AS}.md").read_text("utf-8"), re.MULTILINE)[0]
FEWEST = 200

SURVIVORS: dict[tuple[str, str], str] = {}
"""Slips that are not refused, by name and question, and why that is no harm."""


def _replaced(pattern: str, new: str | Callable[[re.Match[str]], str], text: str, nth: int = 0) -> str | None:
    """The text with one match of a pattern replaced, or `None` where there is none to replace."""
    matches = list(re.finditer(pattern, text, re.MULTILINE | re.DOTALL))
    if not matches:
        return None
    match = matches[nth % len(matches)]
    put = new(match) if callable(new) else match.expand(new)
    return text[: match.start()] + put + text[match.end() :]


def _swap(text: str) -> str | None:
    """The first right mark and the first wrong one change places."""
    if "- [ ]" not in text or not (right := re.search(r"- \[x(?: 2\.1)?\]", text)):
        return None
    spoiled = text.replace(right[0], "- [?]", 1).replace("- [ ]", right[0], 1)
    return spoiled.replace("- [?]", "- [ ]", 1)


def _order(text: str) -> str | None:
    """Two steps change places."""
    return (
        text.replace("- [1]", "- [?]").replace("- [2]", "- [1]").replace("- [?]", "- [2]") if "- [1]" in text else None
    )


def _longer(text: str) -> str | None:
    """The right option goes on and on, beside wrong ones that do not."""
    if "- [ ]" not in text:
        return None
    return _replaced(
        r"^(- \[x(?: 2\.1)?\] [^`\n]+)$", r"\1, which is what it does whenever it is called by anybody at all", text
    )


SLIPS: dict[str, Callable[[str], str | None]] = {
    "right option swapped": _swap,
    "steps swapped": _order,
    "output line changed": lambda text: _replaced(r"(```text output(?: 2\.1)?\n)(?!```)", r"\1more ", text),
    "output line dropped": lambda text: _replaced(r"(```text output(?: 2\.1)?\n)(?!```)[^\n]*\n", r"\1", text),
    "sql line dropped": lambda text: _replaced(r"(```sql emitted(?: 2\.1)?\n)(?!```)[^\n]*\n", r"\1", text),
    "trace line dropped": lambda text: _replaced(r"(```text trace(?: 2\.1)?\n)(?!```)[^\n]*\n", r"\1", text),
    "reason dropped": lambda text: _replaced(r"^  > [^\n]+\n(?:  > [^\n]+\n)*", "", text, 1),
    "anchor broken": lambda text: _replaced(r'(docs = \[\s*"[^"]+)"', r'\1x"', text),
    "check flipped": lambda text: _replaced(r"<!-- check: (.+?) -->", r"<!-- check: not (\1) -->", text, 2),
    "check made constant": lambda text: _replaced(
        r"(- \[ \][^\n]*\n(?:  >[^\n]*\n)+  <!-- check: ).+? -->", r"\1True -->", text
    ),
    "check of the right option made constant": lambda text: _replaced(
        r"(- \[x(?: 2\.1)?\][^\n]*\n(?:  >[^\n]*\n)+  <!-- check: ).+? -->", r"\1True -->", text
    ),
    "check dropped": lambda text: _replaced(r"^  <!-- (?:check|at|fix):.+?-->\n", "", text, 1),
    "id of another": lambda text: (
        _replaced(r'^id = "sess-\d+"', f'id = "{POSED_AS}"', text) if POSED_AS not in text else None
    ),
    "right option longer": _longer,
    "unknown topic": lambda text: _replaced(r'^topics = \["', 'topics = ["general", "', text),
    "unknown founding topic": lambda text: _replaced(r"^(docs = \[.*?\]\n)(?:seed[^\n]*\n)?", r"\1seed = [99]\n", text),
    "no such related question": lambda text: (
        _replaced(r"^(docs = \[.*?\]\n)(?:related[^\n]*\n)?", r'\1related = ["sess-9999"]' + "\n", text)
        if "\nrelated" not in text
        else None
    ),
    "print dropped": lambda text: _replaced(r"(```python run\n.*?)^( *)print\([^\n]+\)$", r"\1\2pass", text),
    "program broken": lambda text: _replaced(r"```python run\n", "```python run\nimport nothing_of_that_name\n", text),
    "count one more": lambda text: _replaced(r"^- \[x\] (\d+)$", lambda found: f"- [x] {int(found[1]) + 7}", text),
    "goal reached at once": lambda text: _replaced(r"^goal = .*?$", 'goal = "True"', text),
    "goal never reached": lambda text: _replaced(r"^goal = .*?$", 'goal = "False"', text),
    "fix that mends nothing": lambda text: _replaced(
        r"(- \[x\] line \d+\n(?:  >[^\n]*\n)+  <!-- fix: ).+? -->", r"\1pass -->", text
    ),
    "explanation without its heading": lambda text: text.replace("## Explanation\n\n", "", 1),
    "twin prints another thing": lambda text: _replaced(
        r"(```python async\n)", r'\1print("something else")' + "\n", text
    ),
    "version unheard of": lambda text: _replaced(r"^versions = \[.*?\]", 'versions = ["2.1", "3.0"]', text),
    "level out of range": lambda text: _replaced(r"^level = \d", "level = 5", text),
    "link in the stem": lambda text: _replaced(r"^# ", "# [See](here): ", text),
    "stem too long": lambda text: _replaced(r"^(# [^\n]+)$", r"\1" + " And what then?" * 12, text),
    "stem of another": lambda text: _replaced(r"^# [^\n]+$", STEM, text) if POSED_AS not in text else None,
}
# What is found because other questions of the round are spoiled is not counted for a question of its own.
ELSEWHERE = {"related", "habit", "twice"}
OF_THE_BANK = {"no such related question": "related", "stem of another": "twice"}


def _spoil(folder: Path, turn: int) -> dict[str, str]:
    """Spoil every question of a bank in the next way that can be done to it; the slip of each."""
    done: dict[str, str] = {}
    used: Counter[str] = Counter()
    for number, path in enumerate(questions(folder)):
        if path.stem == POSED_AS:  # others pose as this one
            continue
        text = path.read_text(encoding="utf-8")
        names = list(SLIPS)
        turned = names[(number + turn * 13) % len(names) :] + names[: (number + turn * 13) % len(names)]
        rare_first = sorted(turned, key=lambda name: used[name])
        for name in rare_first:
            spoiled = SLIPS[name](text)
            if spoiled is not None and spoiled != text:
                path.write_text(spoiled, encoding="utf-8")
                done[path.stem], used[name] = name, used[name] + 1
                break
    return done


@pytest.mark.whole_bank
@pytest.mark.timeout(600)  # it runs every program of the bank twice
async def test_nearly_every_spoiled_question_is_refused(tmp_path: Path) -> None:
    spoiled, survivors, seen = 0, [], Counter[str]()
    for turn in range(ROUNDS):
        folder = shutil.copytree(CONTENT, tmp_path / str(turn) / "content")
        slips = _spoil(folder, turn)
        report = await check(folder)
        for slug, slip in slips.items():
            rules = {finding.rule for finding in report.findings if finding.file.endswith(f"/{slug}.md")}
            refused = OF_THE_BANK[slip] in rules if slip in OF_THE_BANK else bool(rules - ELSEWHERE)
            seen[slip] += 1
            spoiled += 1
            if not refused and (slip, slug) not in SURVIVORS:
                survivors.append((slip, slug))
    assert set(seen) == set(SLIPS), "every slip is tried"
    assert spoiled >= FEWEST
    assert survivors == []
    assert len(SURVIVORS) <= spoiled / 100
