"""The exports can be evaluated by a shell, whatever the values hold."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from opsctl.errors import Unreachable, UsageProblem
from opsctl.sandbox import shell_env
from opsctl.sandbox.state_files import StateFiles, this_process

ODD = "a b'c\"d$e`f\\g"


def test_a_shell_reads_what_was_meant() -> None:
    lines = "\n".join(shell_env.lines({"AWS_SECRET_ACCESS_KEY": ODD}))
    script = f'{lines}\nprintf \'%s|%s\' "$AWS_SECRET_ACCESS_KEY" "${{AWS_PROFILE-unset}}"'
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, env={"AWS_PROFILE": "p"}, check=True
    )
    assert done.stdout == f"{ODD}|unset"


def test_fish_has_its_own_words() -> None:
    lines = shell_env.lines({"A": "it's \\ here"}, "fish")
    assert lines[0] == "set -gx A 'it\\'s \\\\ here';"
    assert "set -e AWS_PROFILE;" in lines


def test_another_shell_is_refused() -> None:
    with pytest.raises(UsageProblem, match="csh"):
        shell_env.lines({}, "csh")


def test_a_sandbox_that_is_down_has_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as caught:
        shell_env.variables({"XDG_STATE_HOME": str(tmp_path)})
    assert caught.value.hint == "opsctl sandbox up"


def test_the_values_lead_to_the_sandbox(tmp_path: Path) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path)}
    files, own = StateFiles(environ), this_process(os.getpid())
    files.make_folder()
    assert own
    document = {
        "pid": own.pid,
        "created": own.created,
        "endpoint": "http://127.0.0.1:1",
        "region": "us-east-1",
        "made": {"access_key_id": "k", "secret_access_key": "s"},
    }
    files.write(files.sandbox, document)
    found = shell_env.variables(environ)
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "us-east-1"
