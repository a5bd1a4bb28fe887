"""What tasks use, measured on real processes."""

import subprocess
import sys

import psutil
from running import until

from opsctl.sandbox.usage import Sampler
from opsctl.sandbox.world import RunningTask


def task(pid: int) -> RunningTask:
    return RunningTask("arn:task", "service", pid, cpu_units=256, memory_mib=512)


def test_a_busy_process_uses_more_than_its_quarter_of_a_processor() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        sampler = Sampler(warm_up=0)
        assert sampler.sample([task(busy.pid)]) == {}
        # A machine that is busy may leave it without a processor for a while.
        until(lambda: sampler.sample([task(busy.pid)])["arn:task"][0] > 60)
        _, memory = sampler.sample([task(busy.pid)])["arn:task"]
    finally:
        busy.kill()
        busy.wait()

    assert 0 < memory < 20


def test_a_process_that_has_just_started_is_left_out() -> None:
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        sampler = Sampler(warm_up=60)
        sampler.sample([task(idle.pid)])
        assert sampler.sample([task(idle.pid)]) == {}
    finally:
        idle.kill()
        idle.wait()


def test_on_a_busy_machine_a_start_takes_longer_and_is_left_out_too() -> None:
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    age = 0.0
    began = psutil.Process(idle.pid).create_time()
    try:
        sampler = Sampler(warm_up=6, clock=lambda: began + age)
        sampler.sample([task(idle.pid)])
        age = 6.1
        assert sampler.sample([task(idle.pid)]) == {}
        age = 29.9
        assert sampler.sample([task(idle.pid)]) == {}
        age = 30.1
        assert set(sampler.sample([task(idle.pid)])) == {"arn:task"}
    finally:
        idle.kill()
        idle.wait()


def test_a_process_that_is_gone_is_left_out() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    assert Sampler().sample([task(gone.pid)]) == {}
