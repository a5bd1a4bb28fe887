"""`opsctl scale task-size`: words into a request."""

from __future__ import annotations

from pathlib import Path

import pytest
from asked import Asked

from opsctl.plan import Danger
from opsctl.procedures.task_size import Request


@pytest.mark.parametrize(
    ("words", "cpu", "memory"),
    [
        (("--cpu", "512", "--memory", "1024"), 512, 1024),
        (("--cpu", "0.5 vCPU", "--memory", "1GB"), 512, 1024),
        (("--cpu", ".25vcpu"), 256, None),
        (("--cpu", "2 VCPU", "--memory", "4.5 GiB"), 2048, 4608),
        (("--memory", "512 MB"), None, 512),
    ],
)
def test_units_and_words_mean_the_same_size(
    asked: Asked, words: tuple[str, ...], cpu: int | None, memory: int | None
) -> None:
    assert asked("scale", "task-size", *words, "-e", "local") == 0
    request = Request("local", cpu, memory, 1200.0)
    assert asked.last == ("scale task-size", request, Danger.MODERATE)


@pytest.mark.parametrize(
    "words",
    [
        (),
        *(("--cpu", it) for it in ("", "0.5", "half", "-1", "0", "512 MB", "1e3", "٥١٢", "1\n2")),
        *(("--memory", it) for it in ("", "1.5", "lots", "0", "1TB", "0.0001 GB", "9" * 40)),
    ],
)
def test_what_is_no_size_is_a_usage_error(
    asked: Asked, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked("scale", "task-size", *words, "-e", "local") == 2
    assert asked.requests == []
    assert "--cpu" in capsys.readouterr().err or words[0] == "--memory"


def config(folder: Path) -> str:
    path = folder / "opsctl.toml"
    text = '[env.{}]\naccount = "123456789012"\nregion = "eu-west-1"\n'
    path.write_text(text.format("bare") + text.format("made") + 'terraform = "infra"\n')
    return str(path)


@pytest.mark.parametrize(
    ("env", "flag", "through"),
    [
        ("made", (), True),
        ("made", ("--no-terraform",), False),
        ("bare", (), False),
        ("bare", ("--terraform",), True),
        ("local", (), False),
        ("local", ("--terraform",), True),
    ],
)
def test_it_goes_through_terraform_where_the_file_names_its_folder(
    asked: Asked, tmp_path: Path, env: str, flag: tuple[str, ...], through: bool
) -> None:
    words = ("--cpu", "512", *flag, "-e", env, "--config", config(tmp_path))
    assert asked("scale", "task-size", *words) == 0
    assert asked.last[0] == ("scale task-size --terraform" if through else "scale task-size")
