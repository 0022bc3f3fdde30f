"""How long does it take to load the bank? Against its floor: markdown-it-py alone, over the same files.

Run it with `python -m bench.load_bank [--rounds 15] [--json]`.
"""

import argparse
import gc
from collections.abc import Callable
from time import perf_counter

from markdown_it import MarkdownIt

from bench.parts.rows import Row, tell
from bot.bank import CONTENT, load
from bot.bank.folder import questions


def best(work: Callable[[], object], rounds: int) -> float:
    """The shortest of several runs, in seconds: what the work costs where nothing else disturbs it."""
    times = []
    for _ in range(rounds):
        gc.collect()
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def rows(rounds: int) -> list[Row]:
    """What loading takes, beside the Markdown alone."""
    texts = [path.read_text(encoding="utf-8") for path in questions(CONTENT)]
    markdown = MarkdownIt("commonmark")
    floor = best(lambda: [markdown.parse(text) for text in texts], rounds)
    return [Row(f"load {len(texts)} questions", best(load, rounds) * 1000, "ms", floor * 1000)]


def main() -> None:
    """Measure both, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    parser.add_argument("--rounds", type=int, default=15, help="of which the shortest counts")
    given = parser.parse_args()
    tell(rows(given.rounds), as_json=given.json)


if __name__ == "__main__":
    main()
