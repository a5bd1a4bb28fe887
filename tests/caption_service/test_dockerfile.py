"""The image of the service: hadolint's rules by hand, and its own steps carried out."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from running import until

from opsctl.caption_service.settings import REQUIRED
from opsctl.sandbox import dockerfile, image_build, image_steps
from opsctl.sandbox.process import Launch
from opsctl.sandbox.processes import ServiceRunner
from opsctl.sandbox.registry import Image

ROOT = dockerfile.PATH.parents[2]
SERVICE = dockerfile.PATH.parent
BASE = "python:3.11.13-slim-bookworm"
FILE = dockerfile.of_the_service()
ALL, LAST, words = FILE.instructions, FILE.last, FILE.words


def runs(pattern: str) -> bool:
    return any(re.search(pattern, it) for it in words("RUN"))


RULES: dict[str, Callable[[], bool]] = {
    "DL3000: every WORKDIR is absolute": lambda: all(it[0] == "/" for it in words("WORKDIR")),
    "DL3001, DL3004: no sudo, ssh, kill, ps": lambda: not runs(r"\b(sudo|ssh|kill|ps|vim)\b"),
    "DL3002: the last user is not root": lambda: words("USER", LAST)[-1] == "10001:10001",
    "DL3003: no cd": lambda: not runs(r"(^|[&;] *)cd "),
    "DL3006: the base has a tag": lambda: words("ARG", -1) == [f"PYTHON={BASE}"],
    "DL3007: which is not latest": lambda: "latest" not in " ".join(words("ARG", -1)),
    "DL3008, DL3009, DL3014, DL3015, DL3027: no apt": lambda: not runs(r"\bapt(-get)?\b"),
    "DL3010, DL3020: COPY, never ADD": lambda: not words("ADD"),
    "DL3013: what pip installs is pinned": lambda: all(
        "==" in it for it in (SERVICE / "requirements.txt").read_text().splitlines() if it[0] != "#"
    ),
    "DL3021, DL3045: COPY knows where to": lambda: all(
        len(it.split()) == (3 if it.startswith("--from") else 2) for it in words("COPY")
    ),
    "DL3022: COPY --from names a stage": lambda: "--from=packages /venv /venv" in words("COPY"),
    "DL3024: names of stages are unique": lambda: len(set(words("FROM"))) == len(words("FROM")),
    "DL3025: CMD is a list": lambda: isinstance(json.loads(words("CMD")[0]), list),
    "DL3029: no platform in FROM": lambda: not any("--platform" in it for it in words("FROM")),
    "DL3042: pip keeps no cache": lambda: not runs(r"pip install(?!.*--no-cache-dir)"),
    "DL3044: no ENV from itself": lambda: not any("$PATH" in it for it in words("ENV")),
    "DL3047, DL4001: no wget, no curl": lambda: not runs(r"\b(wget|curl)\b"),
    "DL3055, DL3057: one HEALTHCHECK": lambda: len(words("HEALTHCHECK", LAST)) == 1,
    "DL3059: no two RUN in a row": lambda: all(
        (a.name, b.name) != ("RUN", "RUN") for a, b in pairwise(ALL)
    ),
    "DL3061: ARG and FROM come first": lambda: [it.name for it in ALL][:2] == ["ARG", "FROM"],
    "DL4000: no MAINTAINER": lambda: not words("MAINTAINER"),
    "DL4003, DL4004: one CMD, no second ENTRYPOINT": lambda: (
        len(words("CMD")) == 1 and not words("ENTRYPOINT")
    ),
    "DL4005, DL4006: no SHELL, and no pipe that needs one": lambda: (
        not words("SHELL") and not runs(r"\|(?!\|)")
    ),
    "no secret among ARG and ENV": lambda: (
        not re.search("(?i)secret|password|token|key=", " ".join([*words("ARG"), *words("ENV")]))
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_dockerfile_holds(rule: str) -> None:
    assert RULES[rule]()


def test_every_instruction_is_one_that_docker_knows() -> None:
    known = "ARG FROM COPY RUN WORKDIR LABEL ENV USER EXPOSE HEALTHCHECK CMD"
    assert {it.name for it in ALL} <= set(known.split())


def pins() -> dict[str, str]:
    """Package → version in requirements.txt."""
    lines = (SERVICE / "requirements.txt").read_text().splitlines()
    return dict(it.split("==") for it in lines if not it.startswith("#"))


def test_each_pinned_version_lies_in_the_range_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["sandbox"]]
    ranges = {it.name: it.specifier for it in map(Requirement, declared)}
    assert {name for name, pin in pins().items() if not ranges[name].contains(pin)} == set()


def test_whatever_the_service_imports_comes_with_what_is_pinned() -> None:
    names = importlib.metadata.packages_distributions()
    brought = {*pins()}
    for name in [*brought]:
        needs = map(Requirement, importlib.metadata.requires(name) or ())
        brought |= {it.name.lower() for it in needs if not it.marker or it.marker.evaluate()}
    imported = {it for file in SERVICE.glob("*.py") for it in _imports(file)}
    foreign = imported - set(sys.stdlib_module_names) - {"opsctl"}
    assert {it for it in foreign if not {n.lower() for n in names[it]} & brought} == set()


def _imports(file: Path) -> set[str]:
    """The first words of a module's imports, without those for type checkers only."""
    found: set[str] = set()
    for node in ast.walk(_without_typing(ast.parse(file.read_text()))):
        if isinstance(node, ast.Import):
            found |= {it.name.partition(".")[0] for it in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _without_typing(tree: ast.Module) -> ast.Module:
    def typing_only(it: ast.stmt) -> bool:
        return isinstance(it, ast.If) and "TYPE_CHECKING" in ast.dump(it.test)

    return ast.Module([it for it in tree.body if not typing_only(it)], [])


def test_the_context_holds_what_is_copied_and_no_more() -> None:
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert kept[1] == "*"
    for copied in words("COPY", LAST)[1:]:
        assert f"!{copied.split()[0]}" in kept


def test_the_sandbox_copies_what_the_context_holds() -> None:
    """There is no .dockerignore where opsctl is installed."""
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    inside = [it.removeprefix("opsctl/caption_service/") for it in kept if it[0] not in "#*!"]
    assert {it.rpartition("/")[2] for it in [*inside, kept[-1]]} - {"*"} == {*image_steps.IGNORED}


@pytest.mark.image
def test_its_steps_install_a_service_that_starts_and_is_healthy(tmp_path: Path) -> None:
    """With pip's own step; then CMD and HEALTHCHECK, with nothing of this installation in reach."""
    image = image_build.build(tmp_path, from_index=True)
    names = {it.name for it in image.root.glob("venv/lib/python*/site-packages/*")}
    assert {"uvicorn", "fastapi"} <= names
    assert not {"pip", "moto", "typer"} & names
    assert not any(it.is_symlink() for it in image.root.glob("venv/lib/python*/site-packages/*"))
    process = ServiceRunner(image).start(Launch("t", Image("1.2.3"), _environment()))
    try:
        until(lambda: process.exit_code() is not None or _healthy(image, process.port))
        assert process.exit_code() is None, process.lines()
        process.terminate()
        until(lambda: process.exit_code() is not None)
        assert process.exit_code() == 0
    finally:
        process.kill()


def _environment() -> dict[str, str]:
    """ENV of the last stage, and the settings that ECS would give a task."""
    given = FILE.environment({"VERSION": "1.2.3"})
    return {**given, **dict.fromkeys(REQUIRED, "x" * 40), "AWS_EC2_METADATA_DISABLED": "true"}


def _healthy(image: image_build.BuiltImage, port: int) -> bool:
    """What the HEALTHCHECK says, asked at the test's port."""
    path = image.own_path(_environment()["PATH"])
    program, *rest = (it.replace(":8501/", f":{port}/") for it in FILE.health_check.command)
    found = shutil.which(program, path=path) or ""
    assert found.startswith(str(image.root))
    return subprocess.run([found, *rest], env={"PATH": path}, capture_output=True).returncode == 0
