"""How botocore's service models are read: the same content, in half the time.

botocore walks through the folders of all 400 services twice for its first client, and parses
2 MB of JSON in Python's own decoder. Both can be replaced through its public `Loader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader


class QuickLoader(Loader):
    """Looks for a service where it would lie, instead of listing every service first."""

    def __init__(self, search_paths: list[str]) -> None:
        super().__init__(
            extra_search_paths=search_paths,
            file_loader=QuickJson(),
            include_default_search_paths=False,
        )

    def list_available_services(self, type_name: str) -> Any:
        """Every service that has such a model; listed only when somebody reads the list."""
        return _Services(self, type_name)

    def listed(self, type_name: str) -> list[str]:
        """The list itself, sorted."""
        found: list[str] = super().list_available_services(type_name)
        return found


class QuickJson(JSONFileLoader):
    """Reads a model, plain or gzipped, with msgspec."""

    def _load_file(self, full_path: str, open_method: Callable[..., Any]) -> Any:
        if not Path(full_path).is_file():
            return None
        with open_method(full_path, "rb") as file:
            return msgspec.json.decode(file.read())


class _Services:
    """The services a loader knows, as botocore asks for them: `name in services`."""

    def __init__(self, loader: QuickLoader, type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, service: str) -> bool:
        try:
            return bool(self._loader.list_api_versions(service, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self._loader.listed(self._type_name))
