"""The README shows what the program prints. `python -m tests.test_readme` writes the transcript anew."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_SHOWN = re.compile(r"<!-- transcript: printf '(.*?)' -->\n```text\n(.*?)```\n<!-- /transcript -->", re.DOTALL)
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* \d{1,2} [A-Z][a-z]+(?:,? \d{2}:\d{2})?")


def play(keys: str, folder: Path) -> str:
    """What `python -m bot play` prints in a new house when these lines come through a pipe."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/quiz.sqlite3",
        "SQLA_QUIZ_NAME": "ada",
        "TZ": "UTC",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "bot", "play"]
    done = subprocess.run(command, input=keys, capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    return f"$ make play\n{done.stdout}"


def timeless(text: str) -> str:
    """A text without its dates, and without the line breaks that move with them."""
    return " ".join(_DATE.sub("DATE", " ".join(text.split())).split())


def test_the_transcript_is_what_the_program_prints(tmp_path: Path) -> None:
    shown = _SHOWN.search(README.read_text("utf-8"))
    assert shown is not None
    assert timeless(shown[2]) == timeless(play(shown[1].replace("\\n", "\n"), tmp_path))


def write() -> None:
    """Put the transcript into the README."""
    text = README.read_text("utf-8")
    shown = _SHOWN.search(text)
    if shown is None:
        raise SystemExit("README.md has no transcript")
    with tempfile.TemporaryDirectory() as folder:
        printed = play(shown[1].replace("\\n", "\n"), Path(folder))
    README.write_text(text[: shown.start(2)] + printed.rstrip() + "\n" + text[shown.end(2) :], "utf-8")


if __name__ == "__main__":
    write()
