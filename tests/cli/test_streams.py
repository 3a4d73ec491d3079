"""Streams that are closed, deserted or full, and locales that know no Chinese: no traceback, the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import urbsim

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams and locales differ")

REPOSITORY = Path(urbsim.__file__).resolve().parent.parent
RUN = "run no_plan --scale 0.00005 --threads 1 --out there"
COMMANDS = {
    "run no_plan --scale 7": 2,
    "validate baseline": 0,
    "validate no_plan none.yaml": 2,
    "explain T1 --json": 0,
    "list": 0,
    "--help": 0,
    "nonsense": 2,
}


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), **more}


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """A line for the shell; `urbsim` in it is the command of this checkout."""
    line = line.replace("urbsim", f"{sys.executable} -m urbsim", 1)
    return subprocess.run(["bash", "-c", line], cwd=cwd, env=environment(), capture_output=True, timeout=120)


@pytest.mark.parametrize(("command", "code"), COMMANDS.items())
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_as_good_as_none(tmp_path: Path, command: str, code: int, closed: str):
    done = shell(f"urbsim {command} {closed}", tmp_path)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stdout + done.stderr
    if closed == ">&-" and code == 2:
        assert done.stderr  # what is wrong is still said


@pytest.mark.parametrize("deserted", [">&-", "2>&-", "2>&1 | true"])
def test_runs_and_reports_need_nobody_who_listens(tmp_path: Path, deserted: str):
    for command, written in ((f"{RUN} --profile", "there"), ("report there --out page.html", "page.html")):
        done = shell(f"set -o pipefail; urbsim {command} {deserted}", tmp_path)
        assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
        assert (tmp_path / written).exists()


@pytest.mark.parametrize(("command", "code"), COMMANDS.items())
def test_whoever_reads_may_leave(tmp_path: Path, command: str, code: int):
    """The reader of both streams is gone before the first line: the command still does its work."""
    for streams in ("", "2>&1"):
        done = shell(f"(urbsim {command} {streams}; echo $? >code) | true; cat code", tmp_path)
        assert done.stdout.decode().split() == [str(code)], done.stderr
        assert b"Traceback" not in done.stderr and b"Broken pipe" not in done.stderr


def test_half_a_page_is_enough(tmp_path: Path):
    done = shell("urbsim explain S_CENSUS2020_LEIII | head -1", tmp_path)
    assert done.stdout.startswith(b"S_CENSUS2020_LEIII") and done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
@pytest.mark.parametrize(
    ("command", "code"),
    [(command, code or 1) for command, code in COMMANDS.items() if "none.yaml" not in command],
)
def test_what_could_not_be_said_is_a_failure(tmp_path: Path, command: str, code: int):
    done = shell(f"urbsim {command} >/dev/full", tmp_path)
    assert done.returncode == code and b"Traceback" not in done.stderr
    if code == 1:
        assert done.stderr.splitlines()[-1] == b"failed: No space left on device: stdout"
    assert shell(f"urbsim {command} 2>/dev/full", tmp_path).returncode == COMMANDS[command]


def test_a_run_whose_stdout_is_closed_writes_only_its_files(tmp_path: Path):
    """Without care the first file that is opened gets number 1, and whatever a library prints goes into it."""
    assert shell(f"urbsim {RUN} >&- 2>&- <&-", tmp_path).returncode == 0
    (folder,) = (tmp_path / "there" / "no_plan").iterdir()
    json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "deliveries.parquet", "indicators.parquet", "movers.parquet", "run.yaml", "services.parquet",
        "spending.parquet", "summary.json", "touched.parquet",
    ]  # fmt: skip


# --- a locale without Chinese

LOCALES = {
    "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Latin 1 on the terminal": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "latin-1"},
    "GBK on the terminal": {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "gbk"},
}  # fmt: skip


def console(locale: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    with_locale = {**environment(), **LOCALES[locale]}
    command = [sys.executable, "-m", "urbsim", *(argument.encode() for argument in arguments)]
    done = subprocess.run(command, cwd=cwd, env=with_locale, capture_output=True, timeout=120)
    assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
    return done


@pytest.mark.parametrize("locale", LOCALES)
def test_a_chinese_folder_of_results_is_written_named_and_read(tmp_path: Path, locale: str):
    done = console(locale, *RUN.split()[:-1], "结果", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "结果/no_plan/".encode("gbk" if "GBK" in locale else "utf-8") in done.stdout  # to be copied
    done = console(locale, "report", "结果", "--out", "报告.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "报告.html").read_text(encoding="utf-8")
    assert "报告_files" in page and (tmp_path / "报告_files" / "path.csv").is_file()


@pytest.mark.parametrize("locale", LOCALES)
def test_messages_about_chinese_files_come_through(tmp_path: Path, locale: str):
    (tmp_path / "情景.yaml").write_text("name: a\ntitle: {en: a, zh: 情景}\nuntil: 去年\n", encoding="utf-8")
    for arguments, code in (
        (("validate", "情景.yaml"), 2),
        (("validate", "情景.yaml", "--json"), 2),
        (("run", "情景.yaml"), 2),
        (("run", "情景"), 2),
        (("run", "no_plan", "--out", "情景.yaml/里面"), 2),
        (("report", "没有"), 2),
        (("report", "没有", "--place", "南宁", "--baseline", "没有"), 2),
        (("explain", "城镇新增就业", "--json"), 0),
        (("explain", "南宁"), 0),
        (("list", "indicators"), 0),
        (("list", "places", "--json"), 0),
        (("explain", "T2", "--json"), 0),
    ):
        done = console(locale, *arguments, cwd=tmp_path)
        assert done.returncode == code, (arguments, done.stderr)
        said = done.stdout + done.stderr
        encoding = "gbk" if "GBK" in locale else "latin-1" if "Latin" in locale else "utf-8"
        if "--json" in arguments:
            answer = json.loads(done.stdout.decode(encoding))
            assert isinstance(answer, list) or "城镇" in str(answer.get("called", "城镇"))
        if encoding == "utf-8" and "--json" not in arguments:
            said.decode("utf-8")
            assert b"?" not in said.replace(b"did you mean", b"").replace(b"'?", b""), said.decode()
