"""The sandbox's Terraform folder: made anew, with the release that runs."""

from __future__ import annotations

from pathlib import Path

from opsctl.aws import tfvars
from opsctl.sandbox import terraform_folder
from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed_release import RELEASES


def test_the_folder_says_what_runs_and_forgets_a_former_state(
    emulator: Emulator, tmp_path: Path
) -> None:
    old = tmp_path / "terraform" / "terraform.tfstate"
    old.parent.mkdir()
    old.write_text("{}")
    answer = terraform_folder.lay_out(emulator.world, tmp_path)
    assert answer == {"terraform": str(tmp_path / "terraform"), "tfvars": "local.tfvars"}
    assert not old.exists()
    text = (old.parent / "local.tfvars").read_text()
    image = tfvars.read(text, "image")
    assert emulator.world.registry.pull(str(image)).image.tag == RELEASES[-1]
    assert (tfvars.read(text, "task_cpu"), tfvars.read(text, "task_memory")) == (256, 512)
    assert sorted(it.name for it in old.parent.glob("*.tf")) == [
        "main.tf",
        "outputs.tf",
        "variables.tf",
    ]
