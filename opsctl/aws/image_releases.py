"""Images that were just pushed, brought into service by the digest that their tag has."""

from __future__ import annotations

from opsctl import errors
from opsctl.aws.ecr import Image, parse, pinned
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json


class ImageReleases(Gateway):
    """`Ecs.release` where the digest is only known once the image was pushed."""

    def tagged(
        self, cluster: str, service: str, base: str, container: str, image: str, leaving: str
    ) -> dict[str, Json]:
        """Brings into service what was pushed as `image` (REGISTRY/REPOSITORY:TAG), by its digest.

        Raises StepFailed where ECR has no such image, or one for another processor, and
        FactsChanged where the tag does not mean what this process pushed, or the service does
        not run `leaving`.
        """
        found = self._pushed(image)
        wanted = self.aws.task_definitions.revision(base).architecture
        if found.architectures and wanted not in found.architectures:
            built = ", ".join(found.architectures)
            raise errors.StepFailed(
                f"{image} was built for {built}, and the task runs on {wanted}.",
                hint="Nothing was deployed. Look at the platform that the Dockerfile asks for.",
            )
        images = {container: pinned(image, found.digest)}
        answer = self.aws.ecs.release(cluster, service, base, images, leaving)
        return {**answer, "image": images[container]}

    def take_back(self, cluster: str, service: str, former: str, image: str) -> dict[str, Json]:
        """Points the service back at `former`, when it runs `image` now. Raises FactsChanged."""
        digest = self._pushed(image).digest
        return self.aws.ecs.point_at(cluster, service, former, pinned(image, digest))

    def _pushed(self, image: str) -> Image:
        """What ECR has under a tag; it must be what this process pushed, if it did."""
        match = parse(image)
        if not match or not match["tag"]:
            raise errors.UsageProblem(f"“{image}” is not an image of ECR with a tag.")
        found = self.aws.ecr.image(match["repository"], match["tag"])
        if found is None:
            raise errors.StepFailed(f"ECR has no {image}.", hint="Was it deleted meanwhile?")
        ours = self.aws.docker.pushed.get(image, found.digest)
        if ours != found.digest:
            raise errors.FactsChanged(
                f"{image} is {found.digest[:19]}…, not {ours[:19]}… that was pushed: somebody "
                "moved the tag meanwhile.",
                hint="Make tags of the repository immutable (aws ecr put-image-tag-mutability).",
            )
        return found
