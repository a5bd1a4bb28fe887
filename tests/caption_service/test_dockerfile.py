"""The image of the service: hadolint's rules by hand, and its own steps carried out by pip."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import dockerfile
import pytest
from packaging.requirements import Requirement
from running import until

from opsctl.caption_service.settings import REQUIRED
from opsctl.sandbox import container

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


def test_the_dockerfile_breaks_no_rule() -> None:
    assert [rule for rule, holds in RULES.items() if not holds()] == []


def test_every_instruction_is_one_that_docker_knows() -> None:
    known = "ARG FROM COPY RUN WORKDIR LABEL ENV USER EXPOSE HEALTHCHECK CMD"
    assert {it.name for it in ALL} <= set(known.split())


def test_the_sandbox_says_of_a_container_what_the_dockerfile_says() -> None:
    version = {"VERSION": "1.2.3"}
    assert container.environment("1.2.3") == FILE.environment(version)
    assert container.labels("1.2.3") == FILE.labels(version)
    assert FILE.health_check == container.HEALTH_CHECK
    assert (FILE.command, FILE.folder) == (container.COMMAND, container.FOLDER)
    assert (FILE.user, FILE.port) == (container.USER, container.PORT)


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


@pytest.mark.image
def test_its_steps_install_a_service_that_starts_and_is_healthy(tmp_path: Path) -> None:
    """RUN, COPY, CMD and HEALTHCHECK, with nothing of this installation in reach."""
    packages, root = tmp_path / "packages", tmp_path / "root"
    carry_out(FILE.stages()["packages"], packages, {})
    carry_out(LAST, root, {"packages": packages})
    installed = {it.name for it in root.glob("venv/lib/python*/site-packages/*")}
    assert {"uvicorn", "fastapi"} <= installed
    assert not {"pip", "moto", "typer"} & installed
    given = FILE.environment({"VERSION": "1.2.3"}) | dict.fromkeys(REQUIRED, "x" * 40)
    given |= {"HOST": "127.0.0.1", "PORT": str(free_port()), "AWS_EC2_METADATA_DISABLED": "true"}
    given["PATH"] = str(root / "venv/bin")
    process = subprocess.Popen(
        of_the_image(FILE.command, given),
        env=given,
        cwd=place(root, FILE.folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: process.poll() is not None or healthy(given), seconds=60)
        process.terminate()
        output, _ = process.communicate(timeout=30)
        assert process.returncode == 0, output
    finally:
        process.kill()


def carry_out(stage: int, root: Path, stages: dict[str, Path]) -> None:
    """COPY and RUN of a stage, in a folder that stands for the root of its file system."""
    for it in FILE.instructions:
        if it.stage != stage:
            continue
        if it.name == "COPY":
            copy(it.words, root, stages)
        elif it.name == "RUN":
            for command in it.words.split("&&"):
                run(shlex.split(command), root)


def copy(words: str, root: Path, stages: dict[str, Path]) -> None:
    """What COPY copies, without what .dockerignore keeps out of the context."""
    *flags, source, target = words.split()
    to = place(root, target) if target[0] == "/" else place(root, FILE.folder) / target
    to.parent.mkdir(parents=True, exist_ok=True)
    if flags:
        shutil.copytree(place(stages[flags[0].removeprefix("--from=")], source), to, symlinks=True)
    elif (ROOT / source).is_dir():
        kept_out = [it for it in (ROOT / ".dockerignore").read_text().split() if it[0] not in "#*!"]
        names = {it.removeprefix("**/").removeprefix(f"{source}/") for it in kept_out}
        shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns(*names, "__pycache__"))
    else:
        shutil.copyfile(ROOT / source, to)


def run(words: list[str], root: Path) -> None:
    """A command of RUN, where each absolute path lies below the root of its stage."""
    program = sys.executable if words[0] == "python" else str(place(root, words[0]))
    here = [str(place(root, it)) if it[0] == "/" else it for it in words[1:]]
    environ = {name: it for name, it in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([program, *here], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def place(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def of_the_image(command: Iterable[str], given: dict[str, str]) -> list[str]:
    """A command of the image, by the image's own program."""
    program, *rest = command
    found = shutil.which(program, path=given["PATH"])
    assert found, f"the image has no {program}"
    return [found, *rest]


def healthy(given: dict[str, str]) -> bool:
    """What the HEALTHCHECK says, asked at the test's port."""
    asked = (it.replace(":8501/", f":{given['PORT']}/") for it in FILE.health_check.command)
    done = subprocess.run(of_the_image(asked, given), env={"PATH": given["PATH"]})
    return done.returncode == 0
