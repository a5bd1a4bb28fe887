"""Docker on this machine: an image is built, and pushed to ECR."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

from opsctl import errors
from opsctl.aws import programs
from opsctl.aws.ecr import parse
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Report

if TYPE_CHECKING:
    from opsctl.aws import Aws

INSTALL = (
    "Install Docker (https://docs.docker.com/get-docker/), or let a pipeline build the image and "
    "then: opsctl deploy TAG"
)
PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
_EXTRA = {"BUILDKIT_PROGRESS": "plain", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
"""Lines instead of a screen; and one manifest, whose digest is the image's."""
_DIGEST = re.compile(r"\bdigest: (sha256:[0-9a-f]{64})\b")


class Docker(Gateway):
    """Drives the program `docker`: words as a list, no shell; the password never among them."""

    def __init__(self, aws: Aws) -> None:
        super().__init__(aws)
        self.pushed: dict[str, str] = {}
        """What this process pushed: image (REGISTRY/REPOSITORY:TAG) → digest."""

    def ready(self) -> str:
        """The version of the daemon. Raises BadConfig without docker, or without its daemon."""
        ran = programs.run(
            [self._program, "version", "--format", "{{.Server.Version}}"], limit=30.0
        )
        if ran.code:
            raise errors.BadConfig(
                f"Docker is there, but its daemon does not answer: {ran.words}",
                hint="Start it (`systemctl start docker`, or Docker Desktop), then run this again.",
            )
        return programs.plain(ran.out)

    def source(self, folder: str, dockerfile: str) -> str:
        """The Dockerfile's whole path. Raises BadConfig where folder or file are not there."""
        place = Path(folder)
        if not place.is_dir():
            raise errors.BadConfig(f"There is no folder {folder} to build from.")
        found = place / dockerfile
        if not found.is_file():
            raise errors.BadConfig(
                f"There is no {dockerfile} in {folder}.",
                hint="Name it: --context FOLDER --dockerfile FILE (from that folder), or "
                "build_context and dockerfile in opsctl.toml.",
            )
        return str(found)

    def may_sign_in(self, region: str) -> None:
        """Raises NoAccess where ECR gives the caller no token for Docker."""
        self.aws.client("ecr", region).get_authorization_token()

    def build(
        self,
        folder: str,
        dockerfile: str,
        image: str,
        architecture: str,
        report: Report | None = None,
    ) -> None:
        """Builds `image` (REGISTRY/REPOSITORY:TAG) for X86_64 or ARM64 from a folder.

        The Dockerfile gets the tag as the build argument VERSION. Raises StepFailed with
        Docker's last words.
        """
        self._must_apply("build")
        tag = _tag(image)
        words = ["--file", self.source(folder, dockerfile), "--tag", image]
        words += ["--platform", PLATFORMS.get(architecture, "linux/amd64")]
        words += ["--build-arg", f"VERSION={tag}"]
        words += ["--label", f"org.opencontainers.image.version={tag}", "--", folder]
        ran = programs.follow([self._program, "build", *words], report=report, extra=_EXTRA)
        if ran.code:
            raise errors.StepFailed(
                f"docker build failed: {ran.words}", hint="Nothing was pushed or deployed."
            )

    def push(self, image: str, report: Report | None = None) -> dict[str, Json]:
        """Signs in to the image's registry and pushes it; answers the digest that was pushed.

        Raises StepFailed with Docker's last words.
        """
        self._must_apply("push")
        self._sign_in(image)
        ran = programs.follow([self._program, "push", image], report=report)
        if ran.code:
            raise errors.StepFailed(
                f"docker push failed: {ran.words}",
                hint="Nothing was deployed. A tag of an immutable repository is pushed only once.",
            )
        digest = _DIGEST.search(ran.out)
        if not digest:
            raise errors.StepFailed(
                f"{image} was pushed, but docker did not say as which digest.",
                hint=f"To deploy it: opsctl deploy {_tag(image)}",
            )
        self.pushed[image] = digest[1]
        return {"digest": digest[1]}

    def _sign_in(self, image: str) -> None:
        """`docker login` with ECR's token of twelve hours, on standard input."""
        match = parse(image)
        if not match:
            raise errors.UsageProblem(f"“{image}” is not an image in ECR.")
        client = self.aws.client("ecr", match["region"])
        token = client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        words = ["login", "--username", user, "--password-stdin", match["registry"]]
        ran = programs.run([self._program, *words], said=password)
        if ran.code:
            told = ran.words.replace(password, "…") if password else ran.words
            raise errors.StepFailed(
                f"docker login to {match['registry']} failed: {told}",
                hint="Nothing was pushed or deployed.",
            )

    @property
    def _program(self) -> str:
        return programs.find("docker", INSTALL)

    def _must_apply(self, word: str) -> None:
        if not self.aws.may_change:
            raise errors.OpsctlError(
                f"A bug: docker {word} would change something, but no plan is being applied."
            )


def _tag(image: str) -> str:
    return image.rpartition(":")[2]
