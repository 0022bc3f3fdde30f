"""Every benchmark of this house runs, in its smallest size, and says what it measured as rows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bench

SMALLEST = {
    "answers": ["--rounds=1", "--people=200", "--answers=20", "--in-flight", "1", "10"],
    "boards": ["--answers=2000", "--people=2000", "--days=5", "--asks=5"],
    "clicks": ["--rounds=1", "--clicks=20", "--at-once=5", "--burst=10", "--platform=discord"],
    "discord_day": ["--drills=5"],
    "idle": [],
    "load_bank": ["--rounds=2"],
    "regrade": ["--answers=50"],
    "slack_day": ["--drills=5"],
    "start": [],
    "teams": ["--seasons=100"],
}
ROW = {"name": str, "figure": float | int, "unit": str, "baseline": float | int | None}
ELSEWHERE = {"idle", "slack_day", "start"}  # which have tests of their own, for they take a while in any size


def test_all_that_can_be_run_is_known_here() -> None:
    [folder] = bench.__path__
    assert {file.stem for file in Path(folder).glob("*.py")} - {"__init__"} == SMALLEST.keys()


@pytest.mark.parametrize("name", sorted(SMALLEST.keys() - ELSEWHERE))
def test_it_says_what_it_measured_as_rows(name: str) -> None:
    command = [sys.executable, "-m", f"bench.{name}", "--json", *SMALLEST[name]]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # our own program
    rows = json.loads(run.stdout.splitlines()[0])
    assert rows, run.stderr
    for row in rows:
        assert row.keys() == {*ROW, "ratio_to_baseline"}
        assert all(isinstance(row[key], kind) for key, kind in ROW.items()), row
        expected = row["figure"] / row["baseline"] if row["baseline"] else None
        assert row["ratio_to_baseline"] == expected
    assert "missing" not in run.stderr + run.stdout
