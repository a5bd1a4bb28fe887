"""The Terraform module for AWS says only what the AWS provider understands.

What the provider understands is kept in `provider_schema.json`, for the resources and blocks that
the module uses. `OPSCTL_WRITE_SCHEMA=1 pytest -m modules -n 0 tests/caption_service` writes it anew
from the provider's published bindings, whose version is pinned here.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import provider_schema
import pytest
from provider_schema import Bindings, Schema

import opsctl

MODULE = Path(opsctl.__file__).parent / "caption_service" / "terraform" / "aws"
BINDINGS = "cdktf-cdktf-provider-aws==21.22.1"
KEPT = Path(__file__).with_name("provider_schema.json")
KINDS = ("data", "resource")
REFERENCE = re.compile(r"\b(data\.)?(aws_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)")


def text() -> str:
    return "\n".join(file.read_text() for file in sorted(MODULE.glob("*.tf")))


def bodies(text: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(kind, type, name, body) of each resource and each data source."""
    document = hcl2.load(io.StringIO(text))
    for kind in KINDS:
        for it in document.get(kind, ()):
            for typed, inner in it.items():
                for name, body in inner.items():
                    yield kind, typed.strip('"'), name.strip('"'), body


def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text())
    return found


def wrong(text: str) -> list[str]:
    """What the provider would not take: arguments, blocks, and what references end in."""
    schemas, found = kept(), []
    for kind, typed, name, body in bodies(text):
        schema = schemas[kind].get(typed)
        if schema is None:
            found.append(f"the schema that is kept has no {kind} {typed}")
        else:
            found += provider_schema.wrong(body, schema, f"{typed}.{name}")
    for data, typed, name, attribute in REFERENCE.findall(re.sub(r"(?m)#.*$", "", text)):
        schema = schemas["data" if data else "resource"].get(typed, {})
        if attribute not in schema.get("attributes", ()):
            found.append(f"{typed}.{name} has no attribute {attribute}")
    return found


def test_every_argument_is_one_that_the_provider_has() -> None:
    assert wrong(text()) == []


def test_the_bindings_are_of_a_provider_that_the_module_takes() -> None:
    major = int(kept()["provider"].partition(".")[0])
    assert f'version = ">= {major}.0, < {major + 1}.0"' in text()


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        ("propagate_tags", "propagate_tag", "aws_ecs_service.app has no argument propagate_tag"),
        ("rollback = true", "rolback = true", "has no argument rolback"),
        ("enable   = true", 'enable   = "yes"', "enable is no bool"),
        ("wait_for_steady_state = true", "wait_for_steady_state = 7", "steady_state is no bool"),
        ("deployment_circuit_breaker {", "deployment_breaker {", "has no argument deployment_b"),
        ("network_mode   ", "network_modus   ", "app has no argument network_modus"),
        ('resource "aws_lb" "app" {', 'resource "aws_lb" "app" {\n  tags {}', "lb.app.tags is map"),
        ("aws_lb.app.arn", "aws_lb.app.arm", "aws_lb.app has no attribute arm"),
        ("load_balancer_arn", "load_balancer_arm", "needs load_balancer_arn"),
        ('"aws_eip"', '"aws_eipp"', "the schema that is kept has no resource aws_eipp"),
    ],
)
def test_what_is_misspelt_is_found(there: str, instead: str, told: str) -> None:
    changed, count = re.subn(re.sub(r"\\? +", r" +", re.escape(there)), instead, text(), count=1)
    assert count == 1
    assert any(told in it for it in wrong(changed)), wrong(changed)


def made(bindings: Bindings) -> dict[str, Any]:
    """The schema of what the module uses."""
    used: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, typed, _, body in bodies(text()):
        known = used.setdefault((kind, typed), {})
        used[kind, typed] = provider_schema.merged(known, provider_schema.blocks_below(body))
    found: dict[str, Any] = {"provider": bindings.provider, "data": {}, "resource": {}}
    for (kind, typed), blocks in sorted(used.items()):
        schema: Schema = bindings.schema(typed, blocks, data=kind == "data")
        found[kind][typed] = schema
    return found


@pytest.mark.modules
def test_the_schema_that_is_kept_is_the_providers(tmp_path: Path) -> None:
    words = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([sys.executable, *words, "--dest", tmp_path, BINDINGS], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    fresh = made(Bindings(wheel))
    if os.environ.get("OPSCTL_WRITE_SCHEMA"):
        lines = {kind: _lines(fresh[kind]) for kind in KINDS}
        parts = [f'"{kind}": {{\n{lines[kind]}\n}}' for kind in KINDS]
        parts.insert(0, f'"provider": "{fresh["provider"]}"')
        KEPT.write_text("{" + ",\n".join(parts) + "}\n")
    assert kept() == fresh


def _lines(schemas: dict[str, Schema]) -> str:
    """One line for each type, so that a change of the module is a small change here."""
    return ",\n".join(f"{json.dumps(name)}: {json.dumps(it)}" for name, it in schemas.items())
