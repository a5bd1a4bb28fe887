"""The steps of a Dockerfile do in folders what they do in layers; others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsctl.errors import BadConfig
from opsctl.sandbox import dockerfile, image_steps
from opsctl.sandbox.image_steps import Build


def build(folder: Path, *lines: str, from_index: bool = False) -> Path:
    """The root of the last stage."""
    folder.mkdir(exist_ok=True)
    text = "\n".join(lines)
    Build(dockerfile.read(text), folder, from_index=from_index).run(folder / "root")
    return folder / "root"


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "context"
    for name in ("app/main.py", "app/__pycache__/main.pyc", "app/deep/terraform/x.tf", "needs.txt"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("# nothing")
    monkeypatch.setattr(image_steps, "CONTEXT", place)
    return place


def test_files_are_copied_to_the_folder_that_stands_before(context: Path, tmp_path: Path) -> None:
    root = build(tmp_path / "a", "FROM x", "WORKDIR /srv", "COPY app app", "COPY needs.txt /n.txt")
    found = {str(it.relative_to(root)) for it in root.rglob("*") if it.is_file()}
    assert found == {"srv/app/main.py", "n.txt"}


def test_a_stage_leaves_behind_what_is_not_taken_from_it(context: Path, tmp_path: Path) -> None:
    stages = ("FROM x AS first", "COPY app /app", "COPY needs.txt /n.txt", "FROM x")
    root = build(tmp_path / "a", *stages, "COPY --from=first /app /taken")
    assert [it.name for it in root.iterdir()] == ["taken"]
    assert [it.name for it in root.parent.iterdir()] == ["root"]


def test_what_is_not_there_cannot_be_copied(context: Path, tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"COPY gone /gone: there is no .*gone"):
        build(tmp_path / "a", "FROM x", "COPY gone /gone")


def test_packages_are_installed_into_the_environment_that_was_made(
    context: Path, tmp_path: Path
) -> None:
    (context / "needs.txt").write_text("jinja2")
    run = "RUN python -m venv /v && /v/bin/python -m pip install --requirement /n.txt"
    gone = "/v/bin/python -m pip uninstall --yes pip"
    root = build(tmp_path / "a", "FROM x", "COPY needs.txt /n.txt", f"{run} && {gone}")
    (packages,) = root.glob("v/lib/python*/site-packages")
    assert {it.name.partition("-")[0] for it in packages.iterdir()} == {"jinja2", "markupsafe"}


def test_a_missing_requirement_ends_the_build(context: Path, tmp_path: Path) -> None:
    (context / "needs.txt").write_text("no-such-package==1")
    run = "RUN python -m venv /v && /v/bin/python -m pip install --requirement /n.txt"
    with pytest.raises(BadConfig, match="no-such-package"):
        build(tmp_path / "a", "FROM x", "COPY needs.txt /n.txt", run)


@pytest.mark.parametrize(
    "step", ["RUN apt-get update", "RUN python -m http.server", "ADD x /x", "RUN /v/bin/pip list"]
)
def test_a_step_that_is_not_known_is_refused(tmp_path: Path, step: str) -> None:
    with pytest.raises(BadConfig, match=step) as caught:
        build(tmp_path / "a", "FROM x", step)
    assert "alone" in caught.value.hint


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    run = "RUN python -m venv /v && /v/bin/python -m pip install --no-such-option"
    with pytest.raises(BadConfig, match=r"(?s)RUN /v/bin/python .* failed:.*no such option"):
        build(tmp_path / "a", "FROM x", run, from_index=True)


def test_the_files_of_the_service_are_what_its_image_is_made_of() -> None:
    found = {str(it.relative_to(image_steps.CONTEXT)) for it in _of_the_service()}
    wanted = {"__init__.py", "caption_service/requirements.txt", "caption_service/__main__.py"}
    assert {f"opsctl/{it}" for it in wanted} <= found
    assert not any("terraform" in it or "__pycache__" in it for it in found)


def _of_the_service() -> list[Path]:
    return list(image_steps.files(dockerfile.of_the_service()))
