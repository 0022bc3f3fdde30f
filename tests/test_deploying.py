"""What the image, the unit and the Procfile promise: checked where no engine runs, against the files they name."""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tomllib import loads

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
BUILD, IMAGE = STAGES


def said(stage: str, word: str) -> list[str]:
    """What stands behind a word of a stage."""
    return re.findall(rf"^\s*{word} (.*)$", stage, re.MULTILINE)


def test_the_python_of_the_image_is_one_we_run_on() -> None:
    wanted = loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    versions = {match for stage in STAGES for match in re.findall(r"\Apython:(3\.\d+)-slim\b", stage)}
    assert len(versions) == 1
    assert f">={versions.pop()}" == wanted


def test_the_image_holds_locked_wheels_and_neither_pip_nor_compiler() -> None:
    [install] = [command for command in said(BUILD, "RUN") if "requirements.txt" in command]
    assert "venv --without-pip" in install
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert not re.search(r"\bpip\b|apt-get|\bgcc\b", " ".join(said(IMAGE, "RUN")))
    locked = re.split(r"\n(?=\S)", (ROOT / "requirements.txt").read_text("utf-8"))
    assert all("--hash=sha256:" in each for each in locked if "==" in each)


def test_it_runs_as_somebody_who_owns_nothing_but_the_data() -> None:
    [user] = said(IMAGE, "USER")
    number = user.partition(":")[0]
    assert int(number) >= 1000
    [made] = said(IMAGE, "RUN")
    assert f"--uid {number} " in made
    assert "install --directory --owner quiz --group quiz --mode 700 /data" in made
    assert not any("--chown" in copied for copied in said(IMAGE, "COPY"))
    assert said(IMAGE, "VOLUME") == ["/data"]
    environment = dict(pair.partition("=")[::2] for pair in shlex.split(said(IMAGE, "ENV")[0]))
    assert environment["DATABASE_URL"] == "sqlite:////data/quiz.sqlite3"
    assert environment["HOME"] == environment["SQLITE_TMPDIR"] == "/data"
    assert said(IMAGE, "EXPOSE") == [environment["PORT"]]
    assert f"-o {number} -g {number}" in GUIDE


def test_what_is_copied_is_there_and_nothing_else_gets_near_the_image() -> None:
    copied = {word for line in said(BUILD, "COPY") for word in line.split()[:-1]}
    assert all((ROOT / name).exists() for name in copied)
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert let_in == copied
    assert not any(fnmatch.fnmatch(secret, name) for name in let_in for secret in (".env", ".git", "quiz.sqlite3"))


def test_what_it_starts_and_how_it_is_asked_for_life_work(tmp_path: Path) -> None:
    [entry], [command] = said(IMAGE, "ENTRYPOINT"), said(IMAGE, "CMD")[-1:]
    assert (entry, command) == ('["python", "-m", "bot"]', '["run"]')
    assert said(IMAGE, "STOPSIGNAL") == ["SIGTERM"]
    probe = re.search(r'HEALTHCHECK .*CMD \["python", "-c", "(.*)"\]$', IMAGE, re.MULTILINE)
    assert probe is not None
    code = probe[1].replace('\\"', '"')
    silent = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PORT": "1"}, cwd=tmp_path, capture_output=True, check=False
    )
    assert silent.returncode != 0
    assert b"refused" in silent.stderr


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    found = re.search(r"```ini\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    unit = found[1]
    for line in ("User=quiz", "EnvironmentFile=/etc/sqla-quiz.env", "RestartPreventExitStatus=2", "UMask=0077"):
        assert f"\n{line}\n" in unit
    grace = re.search(r"TimeoutStopSec=(\d+)", unit)
    assert grace is not None
    assert int(grace[1]) > 8 + 2, "what is in hand, and answers that nobody waits for"
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd here")
    file = tmp_path / "sqla-quiz.service"
    here = {"/opt/sqla-quiz/.venv/bin/python": sys.executable, "file:/opt/sqla-quiz/docs/deploy.md": "man:python3(1)"}
    for there, name in here.items():
        unit = unit.replace(there, name)
    file.write_text(unit)
    done = subprocess.run([analyze, "verify", "--man=no", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_procfile_migrates_before_it_runs() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    assert lines["release"] == "python -m bot migrate"
    assert lines["web"].startswith("python -m bot run")
