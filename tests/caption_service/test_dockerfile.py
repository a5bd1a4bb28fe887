"""The image of the service: hadolint's rules by hand, and its own steps carried out."""

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
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import dockerfile
import pytest
from dockerfile import Instruction
from packaging.requirements import Requirement
from running import until

from opsctl.caption_service.settings import REQUIRED
from opsctl.sandbox import seed_release
from opsctl.sandbox.registry import Image

ROOT = dockerfile.PATH.parents[2]
SERVICE = dockerfile.PATH.parent
BASE = "python:3.11.13-slim-bookworm"
ALL = dockerfile.read(dockerfile.PATH.read_text())
LAST = max(it.stage for it in ALL)


def words(name: str, stage: int | None = None) -> list[str]:
    return [it.words for it in ALL if it.name == name and stage in (None, it.stage)]


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


def test_a_continued_line_and_a_comment_inside_are_read() -> None:
    text = "FROM a\n# no\nRUN one \\\n    # no\n    && two\n"
    assert dockerfile.read(text) == [
        Instruction("FROM", "a", 0),
        Instruction("RUN", "one && two", 0),
    ]


def test_the_sandboxs_images_run_and_are_checked_with_the_same_commands() -> None:
    config = json.loads(Image("1.0.0").config())["config"]
    assert config["Cmd"] == json.loads(words("CMD")[0])
    checked = json.loads(words("HEALTHCHECK", LAST)[0].partition("CMD ")[2])
    assert checked == ["python", "-c", seed_release.HEALTHY]
    assert list(config["ExposedPorts"]) == [f"{words('EXPOSE')[0]}/tcp"]


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
    """RUN of the first stage and COPY of the last, in folders of this test; then CMD and its
    HEALTHCHECK, with nothing of this installation in reach."""
    (run,) = words("RUN", 0)
    for there, here in (
        ("/requirements.txt", SERVICE / "requirements.txt"),
        ("/venv", tmp_path / "venv"),
    ):
        run = re.sub(rf"(?<=\s){re.escape(there)}", str(here), run)
    run = run.replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv", 1)
    done = subprocess.run(["sh", "-ec", run], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for source, target in (it.split() for it in words("COPY", LAST)[1:]):
        _copy(ROOT / source, tmp_path / "app" / target)
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        port = str(it.getsockname()[1])
    environ = _env(tmp_path, port)
    command = json.loads(words("CMD")[0])
    process = subprocess.Popen(
        [shutil.which(command[0], path=environ["PATH"]) or "", *command[1:]],
        cwd=tmp_path / "app",
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        until(lambda: process.poll() is not None or _healthy(environ, port))
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "terraform"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _env(folder: Path, port: str) -> dict[str, str]:
    """ENV of the last stage, and the settings that ECS would give a task."""
    given = dict(it.split("=", 1) for it in shlex.split(words("ENV", LAST)[0]))
    path = given["PATH"].replace("/venv", str(folder / "venv"))
    needed = dict.fromkeys(REQUIRED, "x" * 40)
    version = {"CAPTION_VERSION": "1.2.3", "AWS_EC2_METADATA_DISABLED": "true"}
    return {**given, **needed, **version, "PATH": path, "PORT": port, "HOME": os.devnull}


def _healthy(environ: dict[str, str], port: str) -> bool:
    """What the HEALTHCHECK says, asked at the test's port."""
    _, _, command = words("HEALTHCHECK", LAST)[0].partition("CMD ")
    program, *rest = [it.replace(":8501/", f":{port}/") for it in json.loads(command)]
    found = shutil.which(program, path=environ["PATH"]) or ""
    return subprocess.run([found, *rest], env=environ, capture_output=True).returncode == 0
