"""The errors that the sandbox answers, with AWS's codes and words."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class Refused(ServiceException):  # type: ignore[misc]
    """An error of the service that was asked.

    moto looks for the model of an exception by the module that its class lives in: an error of
    its own `moto.core` sends it for a service that does not exist.
    """


def client(message: str) -> Refused:
    """ECS ClientException."""
    return Refused("ClientException", message)


def invalid(message: str) -> Refused:
    """InvalidParameterException."""
    return Refused("InvalidParameterException", message)


def conflict(message: str) -> Refused:
    """ECS ConflictException."""
    return Refused("ConflictException", message)


def unsupported(message: str) -> Refused:
    """ECS UnsupportedFeatureException."""
    return Refused("UnsupportedFeatureException", message)


def no_cluster() -> Refused:
    """ClusterNotFoundException."""
    return Refused("ClusterNotFoundException", "Cluster not found.")


def no_service() -> Refused:
    """ServiceNotFoundException."""
    return Refused("ServiceNotFoundException", "Service not found.")


def inactive_service() -> Refused:
    """ServiceNotActiveException."""
    return Refused("ServiceNotActiveException", "Service was not ACTIVE.")


def no_deployment() -> Refused:
    """ServiceDeploymentNotFoundException."""
    return Refused("ServiceDeploymentNotFoundException", "The service deployment was not found.")
