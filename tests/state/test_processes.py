import os
import subprocess
import sys
from dataclasses import replace

from opsctl.state import processes


def started() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


def seen(pid: int) -> processes.Process:
    return replace(processes.current(), pid=pid, started=processes._started(pid) or "")


def test_this_process_is_alive() -> None:
    assert processes.is_alive(processes.current()) is True


def test_a_process_that_was_killed_is_not_alive() -> None:
    child = started()
    process = seen(child.pid)
    assert processes.is_alive(process) is True
    child.kill()
    child.wait()
    assert processes.is_alive(process) is False


def test_a_zombie_is_not_alive() -> None:
    child = started()
    process = seen(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert processes.is_alive(process) is False
    finally:
        child.wait()


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    now = processes.current()
    earlier = replace(now, started=now.started[:-1] + "x")
    assert processes.is_alive(earlier) is False


def test_a_process_of_before_the_reboot_is_not_alive() -> None:
    now = processes.current()
    boot, rest = now.started.split("/", 1)
    assert processes.is_alive(replace(now, started=f"{boot[::-1]}/{rest}")) is False


def test_of_a_process_on_another_machine_nothing_is_known() -> None:
    assert processes.is_alive(replace(processes.current(), host="elsewhere")) is None


def test_of_a_process_in_another_container_of_this_boot_nothing_is_known() -> None:
    now = processes.current()
    boot, _, ticks = now.started.split("/")
    assert processes.is_alive(replace(now, started=f"{boot}/pid:[1]/{ticks}")) is None


def test_ps_tells_when_a_process_started_where_there_is_no_proc() -> None:
    child = started()
    told = processes._from_ps(child.pid)
    assert told is not None
    assert told == processes._from_ps(child.pid)
    assert told.split()[-1].startswith("20")
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes._from_ps(child.pid) is None
    child.wait()
    assert processes._from_ps(child.pid) is None


def test_the_operator_is_a_user_at_a_host() -> None:
    user, _, host = processes.operator().partition("@")
    assert user
    assert host == processes.host()
