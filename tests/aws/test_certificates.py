from __future__ import annotations

import hashlib

from opsctl.aws.certificates import canonical, document, earlier, run_of
from opsctl.aws.erasure_work import StoreOutcome, Work
from opsctl.aws.subject import Subject

BEGAN = b'{"event": "began", "run": "r1", "digest": "d", "caller": "arn", "operator": "kim"}'
STEP = b'{"event": "step", "run": "r1"}'


def work(state: str) -> Work:
    made = Work("case-1", Subject("ann", "sub-1", "ann@example.com"), "user-1", "pool", True, ())
    made.outcomes[0] = StoreOutcome("s3://b/{user_id}/", "how", state)
    return made


def test_it_says_who_when_and_how_it_ended_and_names_nobody() -> None:
    made = document(work("verified"), run_of([STEP, BEGAN]), "2026-11-24T00:00:00+00:00", "looked")
    assert made["outcome"] == "erased"
    assert (made["by"], made["operator"], made["plan"], made["run"]) == ("arn", "kim", "d", "r1")
    assert made["journal_head"] == hashlib.sha256(STEP).hexdigest()
    assert b"ann" not in canonical(made)
    assert b"sub-1" not in canonical(made)


def test_what_is_held_is_no_plain_erasure() -> None:
    assert "Object Lock" in document(work("held"), {}, "", "")["outcome"]
    assert "erased" not in document(work("held"), {}, "", "")["outcome"]


def test_only_what_was_examined_everywhere_is_called_erased() -> None:
    it = work("verified")
    it.unexamined = ({"store": "s3://other", "why": "not in the map"},)
    assert "erased" not in document(it, {}, "", "")["outcome"]


def test_the_order_of_its_fields_does_not_matter() -> None:
    assert canonical({"a": 1, "b": [2]}) == canonical({"b": [2], "a": 1})


def test_an_empty_or_torn_journal_tells_nothing() -> None:
    assert run_of([]) == {"head": ""}
    assert run_of([b"{torn", BEGAN])["run"] == "r1"


def test_a_case_is_asked_for_no_later_than_its_run_begins() -> None:
    opened, began = "2026-11-24T03:45:16.101351+00:00", "2026-11-24T03:45:16.097652Z"
    assert earlier(opened, began) == began
    assert earlier("2026-11-23T23:00:00+00:00", began) == "2026-11-23T23:00:00+00:00"
    assert earlier(opened, "") == opened
    assert earlier("", "") == ""
