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
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import shared_models
import warm

ENDS_WITHIN = 120.0
SERVICES = (
    *("application-autoscaling", "cloudtrail", "cloudwatch", "cognito-idp", "dynamodb", "ecr"),
    *("ecs", "elbv2", "iam", "kms", "logs", "s3", "secretsmanager", "sns", "sts", "wafv2"),
)


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
    """A client of each service, for all that it reads and works out, and no fork has to again."""
    from botocore.session import Session

    from opsctl.aws.models import QuickLoader

    shared_models.share()
    session = Session()
    paths = session.get_component("data_loader").search_paths
    session.register_component("data_loader", QuickLoader(paths))
    session.set_credentials("nobody", "nobody")
    for service in SERVICES:
        session.create_client(service, region_name="us-east-1", endpoint_url="http://127.0.0.1:9")


def main(words: list[str]) -> int:
    """opsctl's own main, as its console script calls it."""
    from opsctl import __main__

    sys.argv = ["opsctl", *words]
    __main__.main()
    raise AssertionError("it ends by SystemExit")


if __name__ == "__main__":
    warmed()
    warm.serve(sys.argv[1], main)
