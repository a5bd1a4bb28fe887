"""The keys of opsctl.toml about how releases are made."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, UnsetType

from opsctl.targets.config_data import UserData
from opsctl.targets.config_forms import about, name


class Releases(UserData, kw_only=True):
    """What a release is made with, beside what AWS itself knows of the service."""

    terraform: (
        Annotated[
            str,
            about(
                "The folder of the Terraform root module, from the folder of opsctl.toml. With it, "
                "`opsctl deploy --terraform` and `opsctl scale task-size` go through Terraform.",
                'a folder in quotes, like "infra/terraform"',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    tfvars: (
        Annotated[
            str,
            about(
                "The file of the environment's variables, from the folder `terraform`. Without it: "
                "`ENV.tfvars`.",
                'a file in quotes, like "prod.tfvars"',
                pattern=r"\.tfvars$",
            ),
        ]
        | UnsetType
    ) = UNSET
    terraform_workspace: (
        Annotated[
            str,
            name("The Terraform workspace that the state lies in; another one is refused."),
        ]
        | UnsetType
    ) = UNSET
    build_context: (
        Annotated[
            str,
            about(
                "The folder that `opsctl deploy --build` hands to Docker, from the folder of "
                "opsctl.toml. Without it: the folder that the command is given in.",
                'a folder in quotes, like "."',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    dockerfile: (
        Annotated[
            str,
            about(
                "The Dockerfile, from the folder `build_context`.",
                'a file in quotes, like "docker/Dockerfile"',
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
