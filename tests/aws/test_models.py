"""How botocore's service models are read."""

import gzip
import json
from pathlib import Path

import botocore.session
import pytest
import shared_models
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from opsctl.aws import Aws
from opsctl.aws.models import QuickLoader

SERVICES = ["ecs", "s3", "secretsmanager", "cognito-idp", "application-autoscaling", "wafv2"]


@pytest.fixture
def plain() -> Loader:
    return botocore.session.Session().get_component("data_loader")  # type: ignore[no-any-return]


@pytest.fixture
def quick(plain: Loader) -> QuickLoader:
    return QuickLoader(plain.search_paths)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("kind", ["service-2", "paginators-1", "endpoint-rule-set-1"])
def test_a_model_is_the_same_as_botocores(
    plain: Loader, quick: QuickLoader, service: str, kind: str
) -> None:
    assert quick.load_service_model(service, kind) == plain.load_service_model(service, kind)


def test_data_of_no_service_is_the_same_too(plain: Loader, quick: QuickLoader) -> None:
    assert quick.load_data("endpoints") == plain.load_data("endpoints")


def test_the_list_of_services_is_the_same(plain: Loader, quick: QuickLoader) -> None:
    assert list(quick.list_available_services("service-2")) == plain.list_available_services(
        "service-2"
    )


def test_an_unknown_service_is_still_unknown(quick: QuickLoader) -> None:
    with pytest.raises(UnknownServiceError, match="ecsx"):
        quick.load_service_model("ecsx", "service-2")


def test_a_model_of_the_operators_own_counts(tmp_path: Path) -> None:
    folder = tmp_path / "ours" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json.gz").write_bytes(gzip.compress(json.dumps({"a": 1}).encode()))
    assert QuickLoader([str(tmp_path)]).load_service_model("ours", "service-2") == {"a": 1}


def test_the_session_uses_it(aws: Aws) -> None:
    aws.client("ecs")
    loader = aws._session._session.get_component("data_loader")
    assert isinstance(loader, QuickLoader)


def test_no_session_has_changed_what_tests_share(aws: Aws) -> None:
    """Of what this process has read until now: a session that changes it changes all others."""
    for service in SERVICES:
        aws.client(service)
    paths = list(shared_models.READ)
    assert len(paths) > len(SERVICES)
    load = shared_models.load_from_disk
    assert [it for it in paths if shared_models.decoded(it) != load(it)] == []
