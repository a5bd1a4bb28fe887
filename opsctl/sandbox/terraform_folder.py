"""The sandbox's Terraform folder: a working copy of its module, with the variables of `local`."""

from __future__ import annotations

import shutil
from pathlib import Path

from opsctl.sandbox.seed_release import DESIRED, RELEASES
from opsctl.sandbox.world import World

MODULE = Path(__file__).parents[1] / "caption_service" / "terraform" / "sandbox"
TFVARS = "local.tfvars"


def lay_out(world: World, beside: Path) -> dict[str, str]:
    """Makes the folder anew below `beside`, and answers what a target says of it.

    A state of Terraform that was there told of a sandbox that is gone.
    """
    folder = beside / "terraform"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(MODULE, folder)
    (folder / TFVARS).write_text(_variables(world), encoding="utf-8")
    return {"terraform": str(folder), "tfvars": TFVARS}


def _variables(world: World) -> str:
    registry, tag = world.registry, RELEASES[-1]
    image = f"{registry.uri(tag).rpartition(':')[0]}@{registry.known_images[tag].digest}"
    return f"""\
# What `local` is made of. opsctl writes image, task_cpu and task_memory; the rest is yours.
environment = "local"
account_id  = "{world.account}"
region      = "{world.region}"

image         = "{image}"
desired_count = {DESIRED}

# A size that Fargate has: opsctl scale task-size --cpu N --memory M
task_cpu    = 256
task_memory = 512
"""
