"""The folder of reports: where it is, and that nobody's words in it are lost."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from opsctl.cli import incident_files
from opsctl.errors import Forbidden

FILES = {"a.md": b"report", "a/x.json": b"{}"}
CONFIG = '[env.prod]\naccount = "123456789012"\nregion = "eu-west-1"\n'


def test_files_are_written_and_their_digests_answered(tmp_path: Path) -> None:
    made = incident_files.write(tmp_path / "docs/incidents", FILES, {})
    assert (tmp_path / "docs/incidents/a/x.json").read_bytes() == b"{}"
    assert made == {name: hashlib.sha256(it).hexdigest() for name, it in FILES.items()}
    assert sorted(it.name for it in (tmp_path / "docs/incidents").iterdir()) == ["a", "a.md"]


def test_what_opsctl_wrote_is_written_anew(tmp_path: Path) -> None:
    known = incident_files.write(tmp_path, FILES, {})
    incident_files.write(tmp_path, {**FILES, "a.md": b"newer"}, known)
    assert (tmp_path / "a.md").read_bytes() == b"newer"


def test_evidence_of_before_that_is_none_now_goes_unless_it_was_edited(tmp_path: Path) -> None:
    known = incident_files.write(tmp_path, {**FILES, "a/y.json": b"1", "a/z.json": b"2"}, {})
    (tmp_path / "a/z.json").write_bytes(b"3")
    incident_files.write(tmp_path, FILES, known)
    assert sorted(it.name for it in (tmp_path / "a").iterdir()) == ["x.json", "z.json"]


@pytest.mark.parametrize("name", ["a.md", "a/x.json"])
def test_what_was_edited_is_left_with_all_the_rest(tmp_path: Path, name: str) -> None:
    known = incident_files.write(tmp_path, FILES, {})
    (tmp_path / name).write_bytes(b"my own words")
    newer = {it: content + b" newer" for it, content in FILES.items()}
    with pytest.raises(Forbidden, match="was edited") as refusal:
        incident_files.write(tmp_path, newer, known)
    assert "--force" in refusal.value.hint
    assert (tmp_path / name).read_bytes() == b"my own words"
    assert not any(b"newer" in (tmp_path / it).read_bytes() for it in FILES)
    incident_files.write(tmp_path, newer, known, force=True)
    assert (tmp_path / name).read_bytes() == newer[name]


def test_what_opsctl_never_wrote_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("by a colleague")
    with pytest.raises(Forbidden):
        incident_files.write(tmp_path, FILES, {})
    assert not (tmp_path / "a").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(Forbidden, match="cannot be written"):
        incident_files.write(tmp_path / "in-the-way", FILES, {}, force=True)


def test_the_folder_is_below_that_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "opsctl.toml").write_text(CONFIG)
    (tmp_path / "deep").mkdir()
    found = incident_files.folder("docs/incidents", None, {}, tmp_path / "deep")
    assert found == tmp_path / "docs/incidents"
    named = incident_files.folder("x", tmp_path / "opsctl.toml", {}, Path.cwd())
    assert named == tmp_path / "x"


def test_without_one_or_with_only_the_operators_own_it_is_below_the_working_folder(
    tmp_path: Path,
) -> None:
    home, working = tmp_path / "home", tmp_path / "work"
    (home / "opsctl").mkdir(parents=True)
    working.mkdir()
    environ = {"XDG_CONFIG_HOME": str(home)}
    assert incident_files.folder("docs", None, environ, working) == working / "docs"
    (home / "opsctl/opsctl.toml").write_text(CONFIG)
    assert incident_files.folder("docs", None, environ, working) == working / "docs"


def test_an_absolute_folder_stays_as_it_is(tmp_path: Path) -> None:
    found = incident_files.folder("/srv/incidents", None, {"XDG_CONFIG_HOME": os.devnull}, tmp_path)
    assert found == Path("/srv/incidents")
