"""The timeline: each thing in one line, in the order in which it happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from incident_samples import NOON, alarm, at, call, incident, run
from samples import deployment

from opsctl.reports.incident_timeline import entries


def test_everything_stands_in_the_order_in_which_it_happened() -> None:
    failed = deployment(
        4, "ROLLBACK_SUCCESSFUL", created=at(2.5), finished=at(3.5), reason="circuit breaker"
    )
    found = entries(incident(), (run(),), (failed,), (alarm(),), (call(at=at(2.2)),))
    assert [(it.kind, it.at) for it in found] == [
        ("incident", NOON),
        ("run", at(2)),
        ("call", at(2.2)),
        ("deployment", at(2.5)),
        ("alarm", at(3)),
        ("deployment", at(3.5)),
        ("run", at(4)),
        ("note", at(10)),
        ("incident", at(30)),
    ]
    assert [it.what for it in found if it.is_bad] == [
        "image-caption-gen-errors-prod: OK → ALARM: 1 > 0",
        "of image-caption-gen-prod:4 ended as ROLLBACK_SUCCESSFUL: circuit breaker",
        "opsctl deploy ended: rolled back, exit 23: the tasks exit at start",
    ]


def test_a_call_that_cloudtrail_tells_in_whole_seconds_follows_the_run_that_made_it() -> None:
    began = at(2) + timedelta(seconds=0.4)
    found = entries(incident(notes=()), (run(began=began),), (), (), (call(at=at(2)),))
    assert [it.kind for it in found] == ["incident", "run", "call", "run", "incident"]


def test_an_incident_that_began_before_it_was_declared_says_so() -> None:
    found = entries(incident(declared=at(5), notes=()), (), (), (), ())
    assert [(it.at, it.what) for it in found][:2] == [
        (NOON, "began, as was said later"),
        (at(5), "declared: errors after the release (sev2)"),
    ]


def test_what_lasts_has_no_end_in_it() -> None:
    open_one = incident(ended=None, resolution="")
    going = run(ended=None, status="running", exit_code=None, error="")
    moving = replace(deployment(4, "IN_PROGRESS"), finished=None)
    found = entries(open_one, (going,), (moving,), (), ())
    assert not any("ended" in it.what or "closed" in it.what for it in found)


def test_a_refused_call_tells_its_error_and_where_it_came_from() -> None:
    (found,) = [
        it
        for it in entries(incident(), (), (), (), (call(error="AccessDenied"),))
        if it.who and it.kind == "call"
    ]
    assert found.what == (
        "ecs:UpdateService on image-caption-gen-service-prod from 198.51.100.7, "
        "refused: AccessDenied"
    )
    assert found.is_bad


def test_of_many_names_three_are_told() -> None:
    many = call(resources=("a", "b", "c", "d", "e"))
    (found,) = [it for it in entries(incident(), (), (), (), (many,)) if it.kind == "call"]
    assert "on a, b, c, 2 more from" in found.what
