"""What the AWS provider would do for a release: the provisioner of the sandbox's Terraform module.

`python -m opsctl.sandbox.terraform_release` reads the release from `RELEASE_*` variables and the
place from `AWS_ENDPOINT_URL`. It ends with 1 where the release did not come to serve.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import boto3

PAUSE = 0.2
WITHIN = 300.0
"""Seconds."""
UNDER_WAY = ("PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")


def release(asked: Mapping[str, str], ecs: Any) -> str:
    """Makes the service run what is asked for and answers how its deployment ended: SUCCESSFUL,
    ROLLBACK_SUCCESSFUL and the like; empty where it runs that already."""
    place = {"cluster": asked["RELEASE_CLUSTER"], "service": asked["RELEASE_SERVICE"]}
    services = ecs.describe_services(cluster=place["cluster"], services=[place["service"]])
    live = services["services"][0]["taskDefinition"]
    described = ecs.describe_task_definition(taskDefinition=live)["taskDefinition"]
    accepted = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    now = {name: value for name, value in described.items() if name in accepted}
    wanted = _changed(now, asked)
    if wanted == now:
        return ""
    made = ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(**place, taskDefinition=made)
    return _ending(ecs, place)


def _changed(now: dict[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    cpu, memory = asked["RELEASE_CPU"], asked["RELEASE_MEMORY"]
    more = json.loads(asked.get("RELEASE_ENVIRON") or "{}")
    first, *others = now["containerDefinitions"]
    there = {it["name"]: it["value"] for it in first.get("environment", ())}
    changed = {
        **first,
        "image": asked["RELEASE_IMAGE"],
        "cpu": int(cpu),
        "memory": int(memory),
        "environment": [{"name": k, "value": v} for k, v in {**there, **more}.items()],
    }
    return {**now, "cpu": cpu, "memory": memory, "containerDefinitions": [changed, *others]}


def _ending(ecs: Any, place: Mapping[str, str]) -> str:
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        listed = ecs.list_service_deployments(**place)["serviceDeployments"]
        newest = max(listed, key=lambda it: it["createdAt"])
        if newest["status"] not in UNDER_WAY:
            return str(newest["status"])
        time.sleep(PAUSE)
    return "not ended in time"


def main(environ: Mapping[str, str]) -> int:
    """The release that the environment describes; 0 where it serves."""
    ecs = boto3.client("ecs", region_name=environ["RELEASE_REGION"])
    ending = release(environ, ecs)
    sys.stdout.write(f"The deployment ended as {ending}.\n" if ending else "It runs already.\n")
    return 0 if ending in ("", "SUCCESSFUL") else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
