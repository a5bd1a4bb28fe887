"""The image of the service is built once, as a whole, and anew when anything in it changed."""

from __future__ import annotations

import concurrent.futures
import subprocess
from pathlib import Path

import pytest

from opsctl.errors import BadConfig
from opsctl.sandbox import image_build


def test_it_holds_the_service_its_packages_and_nothing_of_opsctl(tmp_path: Path) -> None:
    image = image_build.build(tmp_path)
    assert image.packages == "installation"
    assert image.folder == image.root / "app"
    path = image.own_path("/venv/bin:/usr/bin:/bin")
    assert path == f"{image.root}/venv/bin:/usr/bin:/bin"
    script = (
        "import importlib.util as it, opsctl.caption_service.application, sys\n"
        "assert opsctl.__file__.startswith(sys.argv[1]), opsctl.__file__\n"
        "assert not any(map(it.find_spec, ('opsctl.cli', 'opsctl.sandbox', 'moto', 'typer')))"
    )
    words = ["python", "-c", script, str(image.root)]
    environ = {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(["/usr/bin/env", *words], cwd=image.folder, env=environ, check=True)


def test_it_is_built_once(tmp_path: Path) -> None:
    first = image_build.build(tmp_path)
    made = first.root.stat().st_ctime_ns
    assert image_build.build(tmp_path) == first == image_build.load(first.root)
    assert first.root.stat().st_ctime_ns == made
    assert [it.name for it in tmp_path.iterdir()] == [first.root.parent.name]


def test_another_requirement_is_another_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = image_build.build(tmp_path / "images")
    monkeypatch.setattr(image_build, "REQUIREMENTS", tmp_path / "requirements.txt")
    image_build.REQUIREMENTS.write_text("jinja2")
    second = image_build.build(tmp_path / "images")
    assert second.root != first.root
    image_build.forget_others(second)
    assert [it.name for it in (tmp_path / "images").iterdir()] == [second.root.parent.name]


def test_two_at_once_make_one(tmp_path: Path) -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: image_build.build(tmp_path), range(2))
    assert first == second
    assert [it.name for it in tmp_path.iterdir()] == [first.root.parent.name]


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise BadConfig("no")

    monkeypatch.setattr(image_build.Build, "run", fails)
    with pytest.raises(BadConfig, match="no"):
        image_build.build(tmp_path)
    assert list(tmp_path.iterdir()) == []
