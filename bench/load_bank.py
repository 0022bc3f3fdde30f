"""How long does it take to load the bank? Against its floor: markdown-it-py alone, over the same files.

Run it with `python -m bench.load_bank [--json]`.
"""

import argparse
import gc
from collections.abc import Callable
from time import perf_counter

from markdown_it import MarkdownIt

from bench.rows import Row, tell
from bot.bank import CONTENT, load
from bot.bank.folder import questions

ROUNDS = 15


def best(work: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds: what the work costs where nothing else disturbs it."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def rows() -> list[Row]:
    """What loading takes, beside the Markdown alone."""
    texts = [path.read_text(encoding="utf-8") for path in questions(CONTENT)]
    markdown = MarkdownIt("commonmark")
    floor = best(lambda: [markdown.parse(text) for text in texts])
    return [Row(f"load {len(texts)} questions", best(load) * 1000, "ms", floor * 1000)]


def main() -> None:
    """Measure both, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    tell(rows(), as_json=parser.parse_args().json)


if __name__ == "__main__":
    main()
