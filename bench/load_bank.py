"""How long does it take to load the bank? Against its floor: markdown-it-py alone, over the same files.

Run it with `python -m bench.load_bank`.
"""

import gc
from collections.abc import Callable
from time import perf_counter

from markdown_it import MarkdownIt

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


def main() -> None:
    """Measure both, and print the ratio."""
    texts = [path.read_text(encoding="utf-8") for path in questions(CONTENT)]
    markdown = MarkdownIt("commonmark")
    floor = best(lambda: [markdown.parse(text) for text in texts])
    loading = best(load)
    print(f"{len(texts)} questions: loading {loading * 1000:.0f} ms, parsing Markdown alone {floor * 1000:.0f} ms")
    print(f"loading costs {loading / floor:.2f} times its Markdown")


if __name__ == "__main__":
    main()
