"""ECR: an image's configuration can be downloaded, which tells what processor it was built for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from opsctl.sandbox.refusals import Refused

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

PATH = "/_sandbox/blobs/"


def install(world: World) -> None:
    """Add GetDownloadUrlForLayer."""

    def get_download_url_for_layer(received: Any) -> ActionResult:
        digest = received._get_param("layerDigest")
        if world.registry.blob(digest) is None:
            raise Refused(
                "LayersNotFoundException", f"Layers with digest '{digest}' were not found."
            )
        url = f"{world.endpoint}{PATH}{digest}"
        return ActionResult({"downloadUrl": url, "layerDigest": digest})

    ECRResponse.get_download_url_for_layer = get_download_url_for_layer
