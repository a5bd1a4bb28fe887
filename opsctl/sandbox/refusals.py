"""The errors that the sandbox answers, with AWS's codes and words."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


def client(message: str) -> ServiceException:
    """ECS ClientException."""
    return ServiceException("ClientException", message)


def invalid(message: str) -> ServiceException:
    """InvalidParameterException."""
    return ServiceException("InvalidParameterException", message)


def conflict(message: str) -> ServiceException:
    """ECS ConflictException."""
    return ServiceException("ConflictException", message)


def no_cluster() -> ServiceException:
    """ClusterNotFoundException."""
    return ServiceException("ClusterNotFoundException", "Cluster not found.")


def no_service() -> ServiceException:
    """ServiceNotFoundException."""
    return ServiceException("ServiceNotFoundException", "Service not found.")


def inactive_service() -> ServiceException:
    """ServiceNotActiveException."""
    return ServiceException("ServiceNotActiveException", "Service was not ACTIVE.")


def no_deployment() -> ServiceException:
    """ServiceDeploymentNotFoundException."""
    return ServiceException(
        "ServiceDeploymentNotFoundException", "The service deployment was not found."
    )
