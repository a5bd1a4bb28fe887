"""What happens before Typer is imported, and after everything else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from opsctl import __version__

OPSCTL = [sys.executable, "-m", "opsctl"]


def sh(line: str) -> subprocess.CompletedProcess[str]:
    command = line.replace("opsctl", " ".join(OPSCTL))
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)


def test_the_version_is_answered_without_typer() -> None:
    source = (
        "import sys; sys.argv = ['opsctl', '--version']\n"
        "from opsctl.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([it for it in ('typer', 'importlib.metadata', 'boto3') if it in sys.modules])"
    )
    made = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert made.stdout == f"opsctl {__version__}\n[]\n"


def test_a_reader_that_closes_at_once_is_no_reason_for_a_traceback() -> None:
    made = sh("opsctl --help | true")
    assert made.stderr == ""


@pytest.mark.parametrize("words", ["--version", "--help", "config show -e local"])
def test_an_answer_that_cannot_be_written_is_no_success_and_no_traceback(words: str) -> None:
    # A file that is open for reading only takes no answer, on every system.
    made = sh(f"opsctl {words} 1</dev/null")
    assert made.returncode == 1
    assert "Traceback" not in made.stderr


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_is_no_reason_for_a_traceback(closed: str) -> None:
    made = sh(f"opsctl --help {closed}")
    assert made.returncode == 0
    assert made.stderr == ""


def test_a_usage_error_without_a_standard_error_still_answers_json() -> None:
    made = sh("opsctl nothing -o json 2>&-")
    assert made.returncode == 2
    assert json.loads(made.stdout)["exit_code"] == 2


def test_ctrl_c_during_start_up_is_130_without_a_traceback() -> None:
    slow = "import sys, time; print('up', flush=True); time.sleep(20)"
    source = (
        "import sys, types; from opsctl import __main__\n"
        f"def run(): exec({slow!r})\n"
        "__main__._run = run; __main__.main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")
