"""Real processes of the caption service: they listen, write, end."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

import psutil
import pytest

from opsctl.sandbox import dockerfile, image_build
from opsctl.sandbox.image_build import BuiltImage
from opsctl.sandbox.process import Launch
from opsctl.sandbox.processes import ServiceProcess, ServiceRunner
from opsctl.sandbox.registry import Image

ENVIRONMENT = {
    **dockerfile.of_the_service().environment({"VERSION": "1.0.0"}),
    **{"BUCKET": "b", "TABLE": "t", "HF_API_KEY": "k"},
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> BuiltImage:
    return image_build.build(tmp_path_factory.mktemp("images"))


def until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def start(image: BuiltImage, **environment: str) -> ServiceProcess:
    return ServiceRunner(image).start(Launch("t", Image("1.0.0"), {**ENVIRONMENT, **environment}))


def answers(process: ServiceProcess, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{process.port}{path}", timeout=2) as answer:
            return int(answer.status)
    except OSError:
        return 0


def test_it_serves_and_ends_well_when_it_is_asked(image: BuiltImage) -> None:
    process = start(image)
    try:
        until(lambda: answers(process, "/version") == 200)
        assert process.exit_code() is None
        process.terminate()
        until(lambda: process.exit_code() is not None)
        assert process.exit_code() == 0
    finally:
        process.kill()
    written = process.lines()
    assert written
    assert all(line.startswith("{") for line in written)


def test_a_killed_one_has_dockers_exit_code(image: BuiltImage) -> None:
    process = start(image)
    process.kill()
    until(lambda: process.exit_code() is not None)
    assert process.exit_code() == 137


def test_a_crash_at_start_leaves_its_traceback(image: BuiltImage) -> None:
    process = start(image, CAPTION_FAULT="crash")
    until(lambda: process.exit_code() is not None)
    assert process.exit_code() == 1
    written = process.lines()
    assert any(line.startswith("Traceback") for line in written)
    assert "CAPTION_FAULT=crash" in written[-1]
    assert process.lines() == []


def test_it_sees_nothing_of_the_operators_own_environment(
    image: BuiltImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    process = start(image)
    try:
        of = psutil.Process(process.pid).environ
        until(of)  # empty for a moment after exec
        seen = of()
        assert seen["CAPTION_VERSION"] == "1.0.0"
        assert not {"GITHUB_TOKEN", "AWS_PROFILE", "PYTHONPATH", "VIRTUAL_ENV"} & set(seen)
        assert seen["HOME"] == str(image.root)
        assert seen["PATH"].startswith(f"{image.root}/venv/bin:")
    finally:
        process.kill()


def test_what_it_imports_is_compiled_once(image: BuiltImage) -> None:
    process = start(image)
    try:
        app = image.root / "app/opsctl/caption_service"
        until(lambda: list(app.glob("__pycache__/settings.*.pyc")))
    finally:
        process.kill()


def test_two_runners_give_different_ports(image: BuiltImage) -> None:
    runner = ServiceRunner(image)
    made = [runner.start(Launch("t", Image("1.0.0"), ENVIRONMENT)) for _ in range(2)]
    for process in made:
        process.kill()
    assert made[0].port != made[1].port


def test_it_is_the_images_command_in_the_images_folder(image: BuiltImage) -> None:
    process = start(image)
    try:
        own = psutil.Process(process.pid)
        until(lambda: own.cmdline()[1:] == ["-m", "opsctl.caption_service"])
        assert own.cwd() == str(image.folder)
        assert own.cmdline()[0] == "python"
    finally:
        process.kill()


def test_a_command_that_the_image_does_not_have_ends_as_in_docker(image: BuiltImage) -> None:
    process = start(image, PATH="/nowhere")
    until(lambda: process.exit_code() is not None)
    assert process.exit_code() == 127
    assert process.lines() == ["exec: 'python': No such file or directory"]
