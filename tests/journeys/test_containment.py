"""Journeys of an incident: who did it, keeping an address out, keeping a user out."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import RunningSandbox, until

pytestmark = pytest.mark.journey

ATTACKER = "8.8.4.4"
THERE = {"198.51.100.7/32", "198.51.100.64/28", "203.0.113.0/24"}


@pytest.fixture
def firewall(steady: RunningSandbox) -> Iterator[Firewall]:
    """The set of blocked addresses, as it was seeded, put back afterwards."""
    made = Firewall(steady)
    made.write(sorted(THERE))
    yield made
    made.write(sorted(THERE))
    noted = Path(steady.environ["XDG_STATE_HOME"]) / "opsctl" / "blocks" / "local.json"
    noted.unlink(missing_ok=True)


class Firewall:
    """The IP set through plain AWS calls."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.client = sandbox.client("wafv2")
        listed = self.client.list_ip_sets(Scope="CLOUDFRONT")["IPSets"]
        (found,) = (it for it in listed if it["Name"] == "blocked-ips")
        self.words = {"Name": "blocked-ips", "Scope": "CLOUDFRONT", "Id": found["Id"]}

    def read(self) -> Any:
        return self.client.get_ip_set(**self.words)

    @property
    def addresses(self) -> set[str]:
        return set(self.read()["IPSet"]["Addresses"])

    def write(self, addresses: list[str]) -> None:
        now = self.read()
        self._put(now, addresses)

    def add(self, address: str) -> None:
        now = self.read()
        self._put(now, [*now["IPSet"]["Addresses"], address])

    def _put(self, now: Any, addresses: list[str]) -> None:
        self.client.update_ip_set(
            **self.words,
            Addresses=addresses,
            LockToken=now["LockToken"],
            Description=now["IPSet"]["Description"],
        )


class Rival(threading.Thread):
    """Another writer of the same set, who keeps the rules and gives up when it was too late."""

    def __init__(self, firewall: Firewall) -> None:
        super().__init__(daemon=True)
        self.firewall = firewall
        self.stop = threading.Event()
        self.added: set[str] = set()

    def run(self) -> None:
        busy = self.firewall.client.exceptions.WAFOptimisticLockException
        for number in range(1, 250):
            with contextlib.suppress(busy):
                self.firewall.add(f"192.0.2.{number}/32")
                self.added.add(f"192.0.2.{number}/32")
            if self.stop.wait(0.05):
                return


def done(sandbox: RunningSandbox, *words: str) -> dict[str, Any]:
    """A command that succeeds; its document."""
    it = sandbox.opsctl(*words, "-e", "local", "-o", "json")
    assert it.returncode == 0, it.stderr
    answer: dict[str, Any] = json.loads(it.stdout)
    return answer


def test_a_block_keeps_every_other_address_while_another_writer_races(
    steady: RunningSandbox, firewall: Firewall
) -> None:
    rival = Rival(firewall)
    rival.start()
    try:
        made = done(steady, "security", "block-ip", ATTACKER, "--yes")
    finally:
        rival.stop.set()
        rival.join()
    assert rival.added
    assert firewall.addresses == THERE | rival.added | {f"{ATTACKER}/32"}
    assert firewall.read()["IPSet"]["Description"] == "addresses that may not reach the service"

    again = done(steady, "security", "block-ip", ATTACKER, "--yes")
    assert again["status"] == "nothing_to_do"
    done(steady, "undo", made["run"], "--yes")
    assert firewall.addresses == THERE | rival.added


def test_a_block_that_is_over_is_shown_and_one_command_ends_it(
    steady: RunningSandbox, firewall: Firewall
) -> None:
    made = done(steady, "security", "block-ip", ATTACKER, "--for", "1s", "--yes")
    done(steady, "security", "block-ip", "9.9.9.9", "--for", "2h", "--yes")
    end = datetime.fromisoformat(made["result"]["until"])
    until(lambda: datetime.now(UTC) > end)
    sets = done(steady, "security", "blocked-ips")["result"]["sets"]
    over = [it["range"] for each in sets for it in each["blocks"] if it["expired"]]
    assert over == [f"{ATTACKER}/32"]
    status = done(steady, "status")["result"]
    assert any(f"{ATTACKER}/32" in notice for notice in status["notices"])

    done(steady, "security", "unblock-ip", "--expired", "--yes")
    assert firewall.addresses == THERE | {"9.9.9.9/32"}
    assert done(steady, "status")["result"]["expired_blocks"] == []
    assert done(steady, "security", "unblock-ip", "--expired", "--yes")["status"] == "nothing_to_do"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["0.0.0.0/0", "--allow-wide"], "everybody"),
        (["8.8.0.0/16"], "--allow-wide"),
        (["10.0.0.7"], "private"),
        (["8.8.4.0/24", "--my-ip", ATTACKER], "your own address"),
    ],
)
def test_what_must_not_be_blocked_is_refused_and_nothing_is_written(
    steady: RunningSandbox, firewall: Firewall, words: list[str], reason: str
) -> None:
    refused = steady.opsctl("security", "block-ip", *words, "-e", "local", "--yes")
    assert refused.returncode == 13, refused.stderr
    assert reason in refused.stdout + refused.stderr
    assert firewall.addresses == THERE


def test_the_events_hold_the_calls_just_made_as_json_lines(
    steady: RunningSandbox, firewall: Firewall
) -> None:
    done(steady, "security", "block-ip", ATTACKER, "--yes")
    set_id = firewall.words["Id"]
    found = steady.opsctl(
        "security", "events", "--resource", set_id, "--since", "1h", "-e", "local", "-o", "json"
    )
    assert found.returncode == 0, found.stderr
    events = [json.loads(line) for line in found.stdout.splitlines()]
    assert events[0]["name"] == "UpdateIPSet"
    assert events[0]["source"] == "wafv2"
    assert "CloudTrail" in found.stderr

    mine = steady.opsctl("security", "events", "--who", events[0]["who"], "-e", "local")
    assert "wafv2:UpdateIPSet" in mine.stdout.splitlines()[0]
    nobody = steady.opsctl("security", "events", "--who", "mallory", "-e", "local", "-o", "json")
    assert (nobody.returncode, nobody.stdout) == (0, "")


def test_a_failed_search_ends_with_one_json_line_that_says_why(steady: RunningSandbox) -> None:
    steady.ask(
        "POST", "faults", {"service": "cloudtrail", "code": "AccessDeniedException", "times": 9}
    )
    try:
        found = steady.opsctl("security", "events", "-e", "local", "-o", "json")
    finally:
        steady.ask("DELETE", "faults")
    assert found.returncode == 11, found.stderr
    (line,) = found.stdout.splitlines()
    assert json.loads(line)["error"]["kind"] == "NoAccess"


@pytest.fixture
def browser(steady: RunningSandbox) -> Iterator[httpx.Client]:
    """bob in the caption service, signed in; enabled again afterwards."""
    with httpx.Client(base_url=steady.app_url, trust_env=False, timeout=20) as it:
        assert enter(steady, it).status_code == 200
        yield it
    steady.client("cognito-idp").admin_enable_user(
        UserPoolId=steady.found["names"]["user_pool"], Username="bob"
    )


def enter(sandbox: RunningSandbox, browser: httpx.Client) -> httpx.Response:
    known = {"username": "bob", "password": sandbox.found["made"]["password"]}
    return browser.post("/api/login", json=known)


def test_a_disabled_user_is_out_of_the_service_and_back_by_the_undo(
    steady: RunningSandbox, browser: httpx.Client
) -> None:
    assert browser.get("/api/captions").status_code == 200
    made = done(steady, "user", "disable", "bob@example.com", "--yes")

    assert made["result"]["tokens_may_live"] == 3600
    assert any("bob" in note for note in made["plan"]["notes"])
    # A read trusts Cognito's last answer for a second.
    until(lambda: browser.get("/api/captions").status_code == 401)
    assert enter(steady, browser).status_code == 401
    assert done(steady, "user", "disable", "bob", "--yes")["status"] == "nothing_to_do"

    done(steady, "undo", made["run"], "--yes")
    assert enter(steady, browser).status_code == 200
    journal = steady.opsctl("history", "show", made["run"], "-e", "local", "-o", "json").stdout
    assert made["result"]["sub"] in journal
    assert "bob" not in journal


def test_nobody_of_that_name_is_disabled(steady: RunningSandbox) -> None:
    for name in ("mallory", "b", "bob@example.org"):
        refused = steady.opsctl("user", "disable", name, "-e", "local", "--yes")
        assert refused.returncode == 12, refused.stderr
    assert steady.opsctl("user", "disable", "", "-e", "local", "--yes").returncode == 2
