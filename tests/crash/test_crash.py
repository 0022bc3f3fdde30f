"""A small run on each database: every push kills six hundred processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.points import POINTS

ROOT = Path(__file__).parent.parent.parent
KILLS, SECONDS = 300, 600
QUICKLY = ("--workers=9", "--speed=30")  # most of a life is waiting for what kills it


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_stuck_however_often_processes_are_killed(database: str) -> None:
    command = [sys.executable, "-m", "tests.crash", f"--kills={KILLS}", f"--database={database}", *QUICKLY]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said, _ = run.communicate(timeout=SECONDS)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    assert run.returncode == 0, said
    at_points = {what for what in POINTS if f"  {what}\n" in said}
    assert len(at_points) >= 5, said  # which of them is luck
