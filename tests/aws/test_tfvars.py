"""A tfvars file: one value changed, everything else as it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsctl.aws import tfvars
from opsctl.errors import BadConfig

FILE = """\
# What prod is made of. image = "not this one"
environment = "prod" // never another

/* image = "nor this one"
*/
image       = "registry/app:1.2.0"   # moved by opsctl
task_cpu    = 256
task_memory=512
tags = {
  image = "a tag"
  owner = "ops" }
notes = <<-END
  image = "inside a heredoc" {
  END
list = ["a", # ]
  "b"]
last = 1"""


def test_values_are_read_from_the_top_level_only() -> None:
    assert tfvars.read(FILE, "image") == "registry/app:1.2.0"
    assert tfvars.read(FILE, "task_cpu") == 256
    assert tfvars.read(FILE, "last") == 1
    assert tfvars.read(FILE, "owner") is None


def test_only_the_value_changes() -> None:
    now = tfvars.changed(FILE, {"image": "r/a@sha256:0", "task_memory": 2048})
    expected = FILE.replace('"registry/app:1.2.0"', '"r/a@sha256:0"').replace("=512", "=2048")
    assert now == expected


def test_a_variable_that_was_not_set_is_added_and_taken_away_again() -> None:
    now = tfvars.changed(FILE, {"task_size": 3})
    assert now == f"{FILE}\ntask_size = 3\n"
    assert tfvars.changed(now, {"task_size": None}) == f"{FILE}\n"


def test_nothing_is_taken_away_that_is_not_there() -> None:
    assert tfvars.changed(FILE, {"nobody": None}) == FILE


def test_line_ends_of_windows_stay() -> None:
    text = 'image = "a"\r\nother = 1\r\n'
    assert tfvars.changed(text, {"image": "b", "more": 2}) == (
        'image = "b"\r\nother = 1\r\nmore = 2\r\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        'image = "a"\nimage = "b"\n',
        "image = [1]\n",
        "image = true\n",
        "image = 1.5\n",
        'image = "a" "b"\n',
        'image = "${x}"\n',
        "image = <<E\na\nE\n",
        "image =",
    ],
)
def test_what_cannot_be_replaced_safely_is_refused(text: str) -> None:
    with pytest.raises(BadConfig, match="image"):
        tfvars.changed(text, {"image": "b"})


@given(st.text(max_size=40).filter(lambda it: "\x00" not in it and "{" not in it), st.integers())
def test_what_is_written_is_read_again(value: str, number: int) -> None:
    now = tfvars.changed(FILE, {"image": value, "task_cpu": number})
    assert (tfvars.read(now, "image"), tfvars.read(now, "task_cpu")) == (value, number)
    back = {"image": "registry/app:1.2.0", "task_cpu": 256}
    assert tfvars.changed(now, back) == FILE


@given(st.text(alphabet='ab="{}[]#/*\\<>E \n1', max_size=60))
def test_no_text_hangs_or_crashes(text: str) -> None:
    try:
        now = tfvars.changed(text, {"a": 1})
    except BadConfig:
        return
    assert re.search(r"a *= *1", now)


def test_a_file_is_replaced_with_the_mode_it_had_and_a_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "real.tfvars"
    real.write_text("a = 1\n")
    real.chmod(0o640)
    link = tmp_path / "prod.tfvars"
    link.symlink_to(real)
    tfvars.write(link, "a = 2\r\n")
    assert link.is_symlink()
    assert real.read_bytes() == b"a = 2\r\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(it.name for it in tmp_path.iterdir()) == ["prod.tfvars", "real.tfvars"]
