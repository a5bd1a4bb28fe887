"""The Terraform modules: whole, in step with each other, and in step with what opsctl changes."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hcl2
import pytest
from terraforming import needs_terraform

import opsctl
from opsctl.aws import tfvars
from opsctl.targets import default_names

MODULES = Path(opsctl.__file__).parent / "caption_service" / "terraform"
KINDS = ("aws", "sandbox")
REFERENCE = re.compile(
    r"(?<![\w.\"$-])(?:(data)\.)?(aws_[a-z0-9_]+|terraform_data|var|local)\.([A-Za-z_][\w-]*)"
)


def text(kind: str) -> str:
    """The whole module, without comments."""
    files = sorted((MODULES / kind).glob("*.tf"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    return "\n".join(re.sub(r"(^|\s)#.*$", "", line) for line in lines)


def code(whole: str) -> str:
    """The text without what stands in quotes, but for the templates in it."""
    kept: list[str] = []
    inside = [False]  # Whether each level, of quotes and the templates in them, is a text.
    for token in re.findall(r'\$\{|\\.|["{}]|[^"{}\\$]+|.', whole, re.DOTALL):
        if token == '"':
            inside.pop() if inside[-1] else inside.append(True)
        elif token == "${" and inside[-1]:
            inside.append(False)
            kept.append(" ")
        elif not inside[-1]:
            if token == "{":
                inside.append(False)
            elif token == "}":
                inside.pop()
            kept.append(token)
    assert inside == [False]
    return "".join(kept)


@cache
def parsed(file: Path) -> dict[str, Any]:
    """A file's blocks by their kind; nobody changes them."""
    with file.open(encoding="utf-8") as opened:
        found: dict[str, Any] = hcl2.load(opened)
    return found


def blocks(kind: str, word: str) -> Iterator[Any]:
    """The blocks of one kind, of all files."""
    for file in sorted((MODULES / kind).glob("*.tf")):
        yield from parsed(file).get(word, ())


def plain(value: Any) -> Any:
    """A name without the quotes that the parser keeps."""
    return value[1:-1] if isinstance(value, str) and value[:1] == '"' else value


def named(kind: str, word: str) -> dict[str, Any]:
    """variables or outputs by name."""
    return {plain(name): body for it in blocks(kind, word) for name, body in it.items()}


def resources(kind: str, word: str = "resource") -> dict[str, Any]:
    """`aws_lb.app` → its body."""
    return {
        f"{plain(typed)}.{plain(name)}": body
        for it in blocks(kind, word)
        for typed, inner in it.items()
        for name, body in inner.items()
    }


def local_names(kind: str) -> set[str]:
    return {plain(name) for it in blocks(kind, "locals") for name in it if name[:2] != "__"}


def ignored(address: str) -> str:
    """The `ignore_changes` of a resource of the AWS module, as text."""
    body = resources("aws")[address]
    return " ".join(str(it.get("ignore_changes", "")) for it in body.get("lifecycle", ()))


@needs_terraform
@pytest.mark.parametrize("kind", KINDS)
def test_a_module_is_formatted(kind: str) -> None:
    done = subprocess.run(["terraform", "fmt", "-check", "-diff", MODULES / kind], check=False)
    assert done.returncode == 0


@needs_terraform
def test_the_sandboxs_module_is_valid(tmp_path: Path) -> None:
    folder = tmp_path / "module"
    shutil.copytree(MODULES / "sandbox", folder)
    subprocess.run(["terraform", "init", "-input=false"], cwd=folder, check=True)
    subprocess.run(["terraform", "validate"], cwd=folder, check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_leads_somewhere(kind: str) -> None:
    there = {
        "var": set(named(kind, "variable")),
        "local": local_names(kind),
        "": set(resources(kind)),
        "data": set(resources(kind, "data")),
    }
    found = list(REFERENCE.finditer(code(text(kind))))
    assert len(found) > (100 if kind == "aws" else 25)
    for it in found:
        data, typed, name = it.groups()
        if typed in ("var", "local"):
            assert name in there[typed], it[0]
        else:
            assert f"{typed}.{name}" in there[data or ""], it[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_variable_is_used_and_described_and_every_local_is_used(kind: str) -> None:
    whole = text(kind)
    for name, body in named(kind, "variable").items():
        assert re.search(rf"\bvar\.{name}\b", re.sub(r"(?s)validation \{.*?\n  \}", "", whole)), (
            name
        )
        assert len(plain(body["description"])) > 10, name
        assert "type" in body, name
    for name in local_names(kind):
        assert re.search(rf"\blocal\.{name}\b", whole), name


def test_both_modules_have_the_same_variables_and_outputs() -> None:
    assert (MODULES / "aws" / "variables.tf").read_text() == (
        MODULES / "sandbox" / "variables.tf"
    ).read_text()
    ours, theirs = named("aws", "output"), named("sandbox", "output")
    assert [(n, b["description"]) for n, b in ours.items()] == [
        (n, b["description"]) for n, b in theirs.items()
    ]
    assert {"image", "task_cpu", "task_memory", "environment", "account_id", "region"} <= set(
        named("aws", "variable")
    )


def test_names_are_those_of_the_runbook() -> None:
    values = {
        "local.app": "image-caption-gen",
        "local.suffix": "image-caption-gen-prod",
        "var.environment": "prod",
        "var.account_id": "123456789012",
    }

    def name(address: str, key: str = "name") -> str:
        found = str(plain(resources("aws")[address][key]))
        return re.sub(r"\$\{([\w.]+)\}", lambda it: values[it[1]], found)

    wanted = default_names("prod", "123456789012")
    assert name("aws_ecs_cluster.this") == wanted["cluster"]
    assert name("aws_ecs_service.app") == wanted["service"]
    assert name("aws_ecs_task_definition.app", "family") == wanted["family"]
    assert name("aws_ecr_repository.app") == wanted["repository"]
    assert name("aws_cloudwatch_log_group.app") == wanted["log_group"]
    assert name("aws_secretsmanager_secret.app") == wanted["secret"]
    assert name("aws_dynamodb_table.captions") == wanted["table"]
    assert name("aws_s3_bucket.images", "bucket") == wanted["bucket"]
    assert name("aws_wafv2_ip_set.blocked") == wanted["blocked_ips"]
    assert name("aws_wafv2_ip_set.blocked_v6") == wanted["blocked_ips_v6"]
    assert name("aws_cloudwatch_dashboard.app", "dashboard_name") == wanted["dashboard"]
    alarm = str(plain(resources("aws")["aws_cloudwatch_metric_alarm.this"]["alarm_name"]))
    assert alarm == "${local.app}-${each.key}-${var.environment}"
    assert 'container = "app"' in re.sub(r" +", " ", text("aws"))


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        ("aws_ecs_service.app", "desired_count"),  # scale count, autoscaling
        ("aws_appautoscaling_target.tasks", "min_capacity"),  # scale bounds
        ("aws_appautoscaling_target.tasks", "max_capacity"),
        ("aws_appautoscaling_policy.cpu", "target_value"),  # scale cpu-target
        ("aws_wafv2_ip_set.blocked", "addresses"),  # security block-ip
        ("aws_wafv2_ip_set.blocked_v6", "addresses"),
        ("aws_secretsmanager_secret_version.first", "secret_string"),  # secrets rotate
        ("aws_secretsmanager_secret_version.first", "version_stages"),
        ("aws_cloudwatch_metric_alarm.this", "actions_enabled"),  # alarms silence
        ("aws_subnet.public", "availability_zone"),  # not opsctl, but a zone that is new
        ("aws_subnet.private", "availability_zone"),
    ],
)
def test_an_apply_does_not_take_back_what_was_changed_outside(address: str, attribute: str) -> None:
    assert attribute in ignored(address)


def test_a_rollback_finds_the_former_revision_and_a_rolled_back_release_fails() -> None:
    found = resources("aws")
    assert found["aws_ecs_task_definition.app"]["skip_destroy"] is True
    service = found["aws_ecs_service.app"]
    (breaker,) = service["deployment_circuit_breaker"]
    assert (breaker["enable"], breaker["rollback"]) == (True, True)
    assert service["wait_for_steady_state"] is True
    (lifecycle,) = service["lifecycle"]
    assert "aws_ecs_task_definition.app.arn" in str(lifecycle["postcondition"])


def test_data_is_versioned_private_encrypted_and_not_destroyed() -> None:
    found = resources("aws")
    for address in ("aws_s3_bucket.images", "aws_s3_bucket.backup", "aws_dynamodb_table.captions"):
        assert found[address]["lifecycle"][0]["prevent_destroy"] is True
    for setting in (
        "versioning",
        "server_side_encryption_configuration",
        "public_access_block",
        "lifecycle_configuration",
    ):
        body = found[f"aws_s3_bucket_{setting}.this"]
        assert body["for_each"] == "${local.buckets}"
    table = found["aws_dynamodb_table.captions"]
    assert table["point_in_time_recovery"][0]["enabled"] is True
    assert table["ttl"][0]["enabled"] is True
    assert plain(table["global_secondary_index"][0]["name"]) == "GSI1"
    assert plain(found["aws_ecr_repository.app"]["image_tag_mutability"]) == "IMMUTABLE"


def test_the_health_check_is_the_services_own() -> None:
    (check,) = resources("aws")["aws_lb_target_group.app"]["health_check"]
    assert plain(check["path"]) == "/_stcore/health"


def test_the_example_sets_what_has_no_default_and_can_be_edited() -> None:
    example = (MODULES / "aws" / "prod.tfvars.example").read_text()
    wanted = {n for n, body in named("aws", "variable").items() if "default" not in body}
    assert wanted == {n for n in wanted if tfvars.read(example, n) is not None}
    assert tfvars.read(tfvars.changed(example, {"task_cpu": 1024}), "task_cpu") == 1024


def test_the_modules_are_shipped() -> None:
    settings = (Path(opsctl.__file__).parents[1] / "pyproject.toml").read_text()
    assert '"**/*.tf"' in settings
    assert '"**/*.tfvars.example"' in settings
