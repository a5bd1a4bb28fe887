"""The sandbox's background process: `python -m opsctl.sandbox.server`."""

from __future__ import annotations

import gc
import json
import logging
import logging.handlers
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, NoReturn, Protocol

from opsctl.sandbox import alarm_pages, moto_parts, pace, processes, state_files, terraform_folder
from opsctl.sandbox.alarms import Alarms
from opsctl.sandbox.api import Api
from opsctl.sandbox.balancer import Balancer
from opsctl.sandbox.breakage import Breakage
from opsctl.sandbox.fleet import Fleet
from opsctl.sandbox.metrics import Metrics
from opsctl.sandbox.moto_parts.s3control_jobs import Working
from opsctl.sandbox.processes import ServiceRunner
from opsctl.sandbox.registry import Registry
from opsctl.sandbox.scaling import Scaling
from opsctl.sandbox.seed import seed
from opsctl.sandbox.state_files import StateFiles
from opsctl.sandbox.trail import Trail
from opsctl.sandbox.world import Names, RunningTask, World

LOG_BYTES = 1_000_000
STEADY_WITHIN = 60.0
log = logging.getLogger("opsctl.sandbox")


class Part(Protocol):
    """Something that is looked at again and again."""

    def tick(self) -> None:
        """One look."""


class Server:
    """Everything that runs in the process."""

    def __init__(self, files: StateFiles) -> None:
        self.files = files
        self.world = World(pace=pace.from_environment())
        self.runner = ServiceRunner(processes.start_method())
        self.world.fleet = Fleet(self.world, self.runner)
        self.world.registry = Registry(self.world)
        self.api = Api(self.world)
        self.balancer = Balancer(self.world)
        self.breakage = Breakage(self.world, self.api.front.faults)
        self.api.front.controls["break"] = self.breakage.control
        self.api.front.controls["pause"] = self._control_pause
        self.api.front.controls["pages"] = alarm_pages.control(self.world)
        self.stopping = threading.Event()
        self.stopped = threading.Event()
        self.names: dict[str, Any] = {}
        self.terraform: dict[str, str] = {}

    def start(self) -> None:
        """Bring everything up; returns when the service is steady."""
        self.world.fleet.on_processes_changed = self._note_processes
        moto_parts.install(self.world)
        self.api.start()
        self.balancer.start()
        say("api", f"the AWS API listens at {self.world.endpoint}")
        self.world.registry.publish()
        self._loop("fleet", self.world.pace.tick, [self.world.fleet], self.runner.wait_until_ready)
        self.names = seed(self.world, self.world.endpoint)
        self.terraform = terraform_folder.lay_out(self.world, self.files.folder)
        say("seeded", "users, images, secrets, alarms and three releases are in place")
        self.api.front.calls.clear()
        parts = [part(self.world) for part in (Metrics, Alarms, Scaling, Trail, Working)]
        self._loop("background", self.world.pace.background, [*parts, self.breakage])
        self._wait_until_steady()
        self.files.write(self.files.sandbox, self.description())

    def _control_pause(self, method: str, body: bytes) -> dict[str, str]:
        """`POST {"stage"}` pauses later deployments at a lifecycle hook, `DELETE` no longer."""
        names = self.world.names
        with self.world.lock:
            service = self.world.fleet.service(names.cluster, names.service)
            if service is None:
                raise ValueError("the service is gone")
            if method != "GET":
                service.pause_at = json.loads(body)["stage"] if method == "POST" else ""
            return {"stage": service.pause_at}

    def _wait_until_steady(self) -> None:
        deadline = time.monotonic() + STEADY_WITHIN
        while time.monotonic() < deadline and not self.stopping.is_set():
            if all(service.steady for service in self.world.services()):
                return
            time.sleep(0.05)
        raise TimeoutError(f"the service was not steady after {STEADY_WITHIN:g} seconds")

    def description(self) -> dict[str, Any]:
        """What `sandbox.json` holds."""
        own = state_files.this_process(os.getpid())
        known = {each.name for each in fields(Names)}
        names = {key: value for key, value in self.names.items() if key in known - {"secret"}}
        return {
            "endpoint": self.world.endpoint,
            "app_url": self.world.app_url,
            "account": self.world.account,
            "region": self.world.region,
            "pid": os.getpid(),
            "created": own.created if own else 0.0,
            "tasks": self.runner.method,
            "names": {**asdict(self.world.names), **names, **self.terraform},
            "made": {key: value for key, value in self.names.items() if key not in names},
        }

    def _note_processes(self, running: list[RunningTask]) -> None:
        found = (state_files.this_process(task.pid) for task in running)
        self.files.write(self.files.tasks, [asdict(each) for each in found if each])

    def _loop(
        self, name: str, every: float, parts: list[Any], first: Callable[[], None] = lambda: None
    ) -> None:
        def run() -> None:
            first()
            while not self.stopping.wait(every):
                for part in parts:
                    _tick(part)
            self.stopped.wait()  # The kernel kills the tasks when the thread that began them ends.

        threading.Thread(target=run, name=name, daemon=True).start()

    def stop(self) -> None:
        """End the tasks, then everything else."""
        self.stopping.set()
        self.balancer.stop()
        with self.world.lock:
            tasks = [state_files.this_process(it.pid) for it in self.world.fleet.running_tasks()]
        state_files.end([each for each in tasks if each], patience=5.0)
        self.runner.close()
        self.files.forget()
        self.stopped.set()


def _tick(part: Part) -> None:
    try:
        part.tick()
    except Exception:
        log.exception("%s failed; it goes on", type(part).__name__)


def say(stage: str, text: str) -> None:
    """One line of progress for whoever started the process: JSON on standard output."""
    log.info("%s", text)
    sys.stdout.write(json.dumps({"stage": stage, "text": text}) + "\n")
    sys.stdout.flush()


def _close_standard_output() -> None:
    """Nobody reads it any more; a later write must not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _start_log(files: StateFiles) -> None:
    handler = logging.handlers.RotatingFileHandler(files.log, maxBytes=LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("httpx", "botocore", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _collect_seldom() -> None:
    """moto's modules and the seed never become garbage: looking through them took a tenth of all
    time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def _end(code: int) -> NoReturn:
    """End at once: taking moto's modules apart takes Python 3 seconds."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> int:
    """Run until SIGTERM. Answers the exit code."""
    gc.disable()
    files = StateFiles()
    _start_log(files)
    server = Server(files)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: server.stopping.set())
    try:
        server.start()
        say("ready", f"the service answers at {server.world.app_url}")
    except Exception as error:
        log.exception("the sandbox did not come up")
        say("failed", f"{type(error).__name__}: {error}")
        server.stop()
        return 1
    _close_standard_output()
    _collect_seldom()
    server.stopping.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    _end(main())
