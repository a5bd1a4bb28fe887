"""What is loaded ahead of all tasks; tasks that are forked from it: `sandbox/test_processes.py`."""

from __future__ import annotations

import subprocess
import sys

from opsctl.sandbox import processes

CHECK = """
import json, os, sys, threading
from opsctl.caption_service import preloading
preloading.load()
before = set(sys.modules)
import boto3
assert boto3.DEFAULT_SESSION is None, "a session would keep credentials"
os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = "of-the-task", "x"
preloading.begin()
from opsctl.caption_service import application, tokens, settings
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.faults import Faults
own = settings.from_environment()
application.create(own, Faults())
connections = Connections(own)
connections.warm_up()
tokens.warm_up()
print(json.dumps({
    "imported": sorted(set(sys.modules) - before),
    "threads": threading.active_count(),
    "key": connections.s3._request_signer._credentials.access_key,
}))
"""


def test_a_task_imports_nothing_more_and_has_credentials_of_its_own() -> None:
    environ = {"PYTHONPATH": processes.python_path(), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == '{"imported": [], "threads": 1, "key": "of-the-task"}\n'
