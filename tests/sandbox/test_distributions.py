"""An image gets what it asks for out of this installation, and nothing else."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from opsctl.errors import BadConfig
from opsctl.sandbox import distributions


def venv(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def imports(venv: Path, name: str) -> bool:
    words = [venv / "bin" / "python", "-I", "-c", f"import {name}"]
    return subprocess.run(words, capture_output=True).returncode == 0


def test_what_is_asked_for_comes_with_what_it_needs() -> None:
    found = {it.name.lower() for it in distributions.lent("httpx>=0.1  # why\n# no\n").found}
    assert {"httpx", "httpcore", "h11", "anyio", "idna", "certifi"} <= found
    assert not {"h2", "rich", "uvicorn"} & found  # Extras that nobody asked for, and others.


def test_only_that_can_be_imported(tmp_path: Path) -> None:
    place = venv(tmp_path / "venv")
    distributions.link(distributions.lent("jinja2\npillow"), place)
    assert imports(place, "jinja2, markupsafe, PIL.Image, PIL._imaging")
    for other in ("uvicorn", "moto", "opsctl", "pip"):
        assert not imports(place, other)


def test_another_version_will_do_where_opsctl_allows_it() -> None:
    there = importlib.metadata.version("httpx")
    assert distributions.lent(f"httpx=={there}").others == ()
    assert distributions.lent("httpx==0.28.999").others == (
        f"httpx {there} (asked for: ==0.28.999)",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no-such-package==1.0", "needs no-such-package, which is not installed here"),
        ("markupsafe==0.1", "needs markupsafe==0.1, but "),
        ("-r other.txt", "requirements.txt: "),
    ],
)
def test_what_is_not_here_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(BadConfig, match=words):
        distributions.lent(text)


def test_a_need_that_is_not_here_names_who_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, "asks", "asks/__init__.py", needs="no-such-need")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BadConfig, match=r"no-such-need, .*; asks asks for it") as caught:
        distributions.lent("asks")
    assert "--from-index" in caught.value.hint


def test_of_a_folder_that_many_share_only_what_was_asked_for_is_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        package(tmp_path / "here", name, f"shared/{name}/__init__.py")
    monkeypatch.syspath_prepend(str(tmp_path / "here"))
    place = venv(tmp_path / "venv")
    distributions.link(distributions.lent("one\ntwo"), place)
    assert imports(place, "shared.one, shared.two")
    assert not imports(place, "shared.three")


def package(folder: Path, name: str, file: str, needs: str = "") -> None:
    """A distribution of one file, as an installer leaves it."""
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text("")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    requires = f"Requires-Dist: {needs}\n" if needs else ""
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}")
    (info / "RECORD").write_text(f"{file},,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
