"""Other programs: how they end, what they say meanwhile, and that they end with us."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from opsctl.aws import programs
from opsctl.errors import BadConfig, Interrupted, Unreachable
from opsctl.plan import Progress

pytestmark = pytest.mark.process


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-u", "-c", text]


def test_an_ending_has_code_output_and_last_words() -> None:
    ran = programs.run(
        script("import sys; print('out'); print('bad', file=sys.stderr); sys.exit(3)")
    )
    assert (ran.code, ran.out, ran.words) == (3, "out\n", "bad")
    assert programs.run(script("import sys; sys.exit(4)")).words == "exit code 4"


def test_what_is_said_to_it_is_its_standard_input_and_never_a_word() -> None:
    ran = programs.run(script("import sys; print(sys.argv, sys.stdin.read())"), said="secret")
    assert ran.out == "['-c'] secret\n"


def test_words_with_a_shell_in_them_stay_words(tmp_path: Path) -> None:
    hostile = f"; touch {tmp_path}/made $(touch {tmp_path}/made) `x`"
    ran = programs.run([*script("import sys; print(sys.argv[1])"), hostile])
    assert ran.out == hostile + "\n"
    assert not (tmp_path / "made").exists()


def test_a_program_that_does_not_end_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"did not end in 0 s"):
        programs.run(script("import time; time.sleep(60)"), limit=0.05)


def test_one_that_is_not_there_is_told_with_the_hint() -> None:
    with pytest.raises(BadConfig) as caught:
        programs.find("no-such-program", "Install it.")
    assert caught.value.hint == "Install it."
    with pytest.raises(BadConfig, match="no folder"):
        programs.run(script(""), folder="/no/such/folder")


def test_each_line_is_reported_without_control_characters() -> None:
    told: list[Progress] = []
    text = "import sys; print('one'); sys.stdout.write('10%\\r99%\\n\\x1b[31mred\\n'); sys.exit(2)"
    ran = programs.follow(script(text), report=told.append)
    assert ran.code == 2
    lines = [it.summary for it in told]
    assert [it for it in lines if "is at work" not in it][:4] == ["one", "10%", "99%", "red"]
    assert "99%" in ran.words


def test_what_a_report_raises_ends_the_program_though_it_says_nothing(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    text = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"

    def stop(progress: Progress) -> None:
        if pid.exists() and pid.read_text():
            raise Interrupted("stopped")

    with pytest.raises(Interrupted):
        programs.follow(script(text), report=stop)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
