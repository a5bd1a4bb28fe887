"""ECR tells what processor an image was built for."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_the_configuration_of_an_image_can_be_downloaded(account: Any) -> None:
    ecr = account.client("ecr")
    name = account.world.names.repository
    (image,) = ecr.batch_get_image(repositoryName=name, imageIds=[{"imageTag": "1.5.0-arm"}])[
        "images"
    ]
    digest = json.loads(image["imageManifest"])["config"]["digest"]
    url = ecr.get_download_url_for_layer(repositoryName=name, layerDigest=digest)["downloadUrl"]
    with urllib.request.urlopen(url) as answer:
        assert json.load(answer)["architecture"] == "arm64"


def test_a_layer_that_is_not_there_is_refused(account: Any) -> None:
    with pytest.raises(ClientError, match="LayersNotFoundException"):
        account.client("ecr").get_download_url_for_layer(
            repositoryName=account.world.names.repository, layerDigest="sha256:" + "0" * 64
        )
