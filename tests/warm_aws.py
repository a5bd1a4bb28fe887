"""An `aws` for the PATH that is awscli itself, already imported (see `warm`).

Files of configuration are the exception: they are read once, so the tests have none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import warm

# What the runbook asks most: their descriptions are read before anybody calls.
SERVICES = (
    *("application-autoscaling", "cloudwatch", "cognito-idp", "dynamodb", "ecr", "ecs", "elbv2"),
    *("iam", "logs", "s3", "secretsmanager", "sts", "wafv2"),
)


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """The folder of the program while the server lives; `folder` must be new."""
    folder.mkdir()
    program = folder / "aws"
    kept = {key: it for key, it in os.environ.items() if not key.startswith("AWS_")}
    none = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with warm.running("warm_aws", {**kept, **none}) as address:
        values = {"python": sys.executable, "address": address, "lost": warm.LOST}
        program.write_text(warm.CLIENT.format(**values))
        program.chmod(0o755)
        yield folder


def warmed() -> Any:
    """awscli's driver, which has read what does not depend on a call."""
    from awscli import clidriver

    driver = clidriver.create_clidriver()
    session = driver.session
    session.get_available_services()
    session.get_component("endpoint_resolver")
    for service in SERVICES:
        session.get_service_model(service)
        session.get_component("data_loader").load_service_model(service, "endpoint-rule-set-1")
        for more in (session.get_paginator_model, session.get_waiter_model):
            with suppress(Exception):  # not every service has these
                more(service)
    return driver


def main(driver: Any, own: str, words: list[str]) -> int:
    """awscli's own main, as `aws` calls it. Answers the exit code."""
    os.environ["AWS_DATA_PATH"] = own
    sys.argv = ["aws", *words]
    return int(driver.main(words) or 0)


if __name__ == "__main__":
    driver = warmed()
    # awscli sets the path when it is imported.
    warm.serve(sys.argv[1], partial(main, driver, os.environ["AWS_DATA_PATH"]))
