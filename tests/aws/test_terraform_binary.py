"""The program terraform: what it is given, and what is understood of what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terraforming import diagnostic, stand_in

from opsctl.aws.terraform_binary import Binary, Problem
from opsctl.errors import BadConfig


def test_a_missing_program_is_told_with_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadConfig, match="no program `terraform`") as missing:
        Binary(tmp_path, {})
    assert "Install it" in missing.value.hint


def test_other_credentials_and_other_words_of_the_operator_do_not_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, "env")
    monkeypatch.setenv("AWS_PROFILE", "somebody-else")
    monkeypatch.setenv("TF_CLI_ARGS_apply", "-auto-approve")
    monkeypatch.setenv("TF_LOG", "trace")
    monkeypatch.setenv("TF_VAR_ours", "kept")
    said = Binary(tmp_path, {"AWS_ACCESS_KEY_ID": "target"}).text("version").splitlines()
    ours = [it for it in said if it.startswith(("AWS_", "TF_", "CHECKPOINT"))]
    assert {"AWS_ACCESS_KEY_ID=target", "TF_VAR_ours=kept", "CHECKPOINT_DISABLE=1"} <= {*ours}
    assert {"TF_IN_AUTOMATION=1", "TF_INPUT=0"} <= {*ours}
    assert not [it for it in ours if "PROFILE" in it or "CLI_ARGS" in it or "LOG" in it]


def test_messages_are_seen_one_by_one_and_errors_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "\n".join(["no json", json.dumps({"type": "version"}), diagnostic("It broke", "Why.")])
    (tmp_path / "said").write_text(lines)
    stand_in(tmp_path / "bin", monkeypatch, f"cat {tmp_path / 'said'}; exit 1")
    seen: list[str] = []
    ending = Binary(tmp_path, {}).run("apply", look=lambda it: seen.append(it["type"]))
    assert (ending.code, ending.words, seen) == (1, "It broke: Why.", ["version"])


def test_an_error_in_plain_words_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, "echo 'it cannot begin' >&2; exit 127")
    assert Binary(tmp_path, {}).run("plan").words == "it cannot begin"


def test_what_looks_on_may_end_it_and_it_is_asked_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.dumps({"type": "version"})
    script = f"trap 'echo asked > {tmp_path / 'asked'}; exit 0' INT\necho '{said}'\n"
    stand_in(tmp_path / "bin", monkeypatch, f"{script}while true; do sleep 0.05; done")

    def stop(message: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Binary(tmp_path, {}).run("apply", look=stop)
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_a_failing_command_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(
        tmp_path / "bin", monkeypatch, "printf '╷\\n│ Error: no\\n│ backend\\n╵\\n' >&2; exit 1"
    )
    with pytest.raises(BadConfig, match="`terraform init` failed: Error: no backend"):
        Binary(tmp_path, {}).text("init", "-input=false")


def test_of_a_provisioner_the_last_words_count() -> None:
    detail = "Error running command 'x': exit status 1. Output: first\nthe release failed\n"
    assert Problem("local-exec provisioner error", detail, "a.b").words == (
        "a.b: local-exec provisioner error: the release failed"
    )
    assert len(Problem("x" * 500).words) == 400
