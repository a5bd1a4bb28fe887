"""opsctl already imported (see `warm`): commands of journeys without the second of each start.

What is watched, signalled or typed at a terminal in the journeys is a process of its own, and so
are the demo, the tutorial and the completions: there nothing is warm.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryFile

import warm

ENDS_WITHIN = 120.0
SERVICES = (
    *("application-autoscaling", "cloudtrail", "cloudwatch", "cognito-idp", "dynamodb", "ecr"),
    *("ecs", "elbv2", "iam", "kms", "logs", "s3", "secretsmanager", "sns", "sts", "wafv2"),
)
MODELS = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")


@contextmanager
def running() -> Iterator[str]:
    """The address of the server, while it lives."""
    with warm.running("warm_opsctl", os.environ) as address:
        yield address


def run(
    address: str,
    words: Sequence[str],
    environ: Mapping[str, str],
    folder: Path | None = None,
    text: str = "",
) -> subprocess.CompletedProcess[str]:
    """One command, to its end, without a terminal; `text` is its standard input."""
    with TemporaryFile() as typed, TemporaryFile() as out, TemporaryFile() as err:
        typed.write(text.encode())
        typed.seek(0)
        code = warm.call(
            address,
            words,
            folder=folder or Path.cwd(),
            environ=environ,
            files=(typed.fileno(), out.fileno(), err.fileno()),
            seconds=ENDS_WITHIN,
        )
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(["opsctl", *words], code, *said)


def warmed() -> None:
    """Imports every command, and keeps what is read from disk of the services' descriptions."""
    from botocore.retries.standard import ExponentialBackoff

    import opsctl
    from opsctl.aws import backing_off

    for it in pkgutil.walk_packages(opsctl.__path__, "opsctl."):
        apart = it.name.startswith(("opsctl.sandbox", "opsctl.caption_service"))
        if not apart and not it.name.endswith("__main__"):
            importlib.import_module(it.name)
    importlib.import_module("opsctl.sandbox.state_files")
    _keep_descriptions()
    # A sandbox that refuses on purpose has no less to do for being asked later.
    backing_off.FIRST_WAIT = 0.01
    ExponentialBackoff._DEFAULT_BACKOFF_CONFIG["throttling_base_scale"] = 0.02


def _keep_descriptions() -> None:
    from botocore.exceptions import DataNotFoundError
    from botocore.session import Session

    from opsctl.aws.models import QuickJson, QuickLoader

    # A file's content as decoded: what botocore adds to it, it adds in a fork.
    once = cache(partial(QuickJson.load_file, QuickJson()))
    QuickJson.load_file = lambda _, path: once(path)  # type: ignore[method-assign]
    loader = QuickLoader(Session().get_component("data_loader").search_paths)
    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        loader.load_data(name)
    for service in SERVICES:
        version = loader.determine_latest_version(service, "service-2")
        for name in MODELS:
            with suppress(DataNotFoundError):  # not every service has these
                loader.load_data(f"{service}/{version}/{name}")


def main(words: list[str]) -> int:
    """opsctl's own main, as its console script calls it."""
    from opsctl import __main__

    sys.argv = ["opsctl", *words]
    __main__.main()
    raise AssertionError("it ends by SystemExit")


if __name__ == "__main__":
    warmed()
    warm.serve(sys.argv[1], main)
