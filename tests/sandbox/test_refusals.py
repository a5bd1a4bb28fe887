"""Errors come out of the API with AWS's code, not as a failure of the server."""

from __future__ import annotations

import pytest

from opsctl.sandbox import refusals


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refusals.client("x"), "ClientException"),
        (refusals.invalid("x"), "InvalidParameterException"),
        (refusals.conflict("x"), "ConflictException"),
        (refusals.unsupported("x"), "UnsupportedFeatureException"),
        (refusals.no_cluster(), "ClusterNotFoundException"),
        (refusals.no_service(), "ServiceNotFoundException"),
        (refusals.inactive_service(), "ServiceNotActiveException"),
        (refusals.no_deployment(), "ServiceDeploymentNotFoundException"),
    ],
)
def test_each_error_has_the_code_that_botocore_knows(error: refusals.Refused, code: str) -> None:
    import botocore.session

    known = botocore.session.get_session().get_service_model("ecs").error_shapes
    assert error.code == code
    assert code in {shape.name for shape in known}
    assert error.message
