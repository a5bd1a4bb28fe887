"""Erase a user's data: facts in, plan out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from erasing import add_user, door
from holding_samples import BUCKET, CASE, NAME, PSEUDONYM, RULES, TABLE, holdings, nothing

from opsctl.aws.subject import Subject
from opsctl.errors import Forbidden, NotFound, UsageProblem
from opsctl.plan import Danger, Do, Plan, Wait, to_json, undo_steps
from opsctl.procedures import purge_user
from opsctl.procedures.holdings import Account, NotExamined
from opsctl.procedures.purge_user import Facts, Request
from opsctl.sandbox.emulator import Emulator
from opsctl.state.subjects import Subjects
from opsctl.targets.data_map import BucketData


def plan(facts: Facts | None = None, **request: Any) -> Plan:
    return purge_user.plan(Request("prod", NAME, CASE, **request), facts or Facts(CASE, holdings()))


def methods(made: Plan) -> list[str]:
    return [it.call.method if isinstance(it, Do) else it.check.method for it in made.steps]


def test_sign_in_is_blocked_first_and_the_account_goes_last_then_comes_the_proof() -> None:
    assert methods(plan()) == [
        "block",
        "objects",
        "items",
        "delete_account",
        "look",
        "holds",
        "certify",
    ]
    assert plan().danger is Danger.SEVERE
    assert plan().checks


def test_who_has_no_account_keeps_none_and_an_index_is_waited_for() -> None:
    found = holdings(account=Account("p", False), stores=(BUCKET, replace(TABLE, index="GSI1")))
    made = plan(Facts(CASE, found))
    assert methods(made) == ["objects", "items", "indexes", "look", "holds", "certify"]
    assert isinstance(made.steps[2], Wait)


def test_only_the_block_can_be_taken_back() -> None:
    (back,) = undo_steps(plan().steps)
    assert isinstance(back, Do)
    assert back.call.method == "unblock"
    changes = [it for it in plan().steps if isinstance(it, Do)]
    assert all(bool(it.undo) != bool(it.no_undo) for it in changes)


def test_the_name_is_what_is_typed_and_nothing_else_that_is_kept_tells_it() -> None:
    made = plan()
    assert (made.subject, made.pseudonym) == (NAME, PSEUDONYM)
    kept = [made.summary, made.notes, made.differences, made.result, made.refusals]
    text = json.dumps([to_json(it) for it in made.steps]) + str(kept)
    for name in (NAME, "ann@example.com"):
        assert name not in text
        assert name not in repr(holdings())


def test_what_there_is_stands_beside_what_will_be_and_what_lasts() -> None:
    made = plan()
    (cognito, bucket, table) = made.differences
    assert cognito.before == "1 account (enabled, CONFIRMED)"
    assert bucket.before.startswith("3 objects, 7 versions, 2 delete markers, 1 unfinished upload")
    assert (table.name, table.after) == ("dynamodb:captions", "nothing")
    notes = " ".join(made.notes)
    assert "until 2026-12-29" in notes
    assert "13 versions, markers, uploads and items" in notes


def test_who_was_erased_before_is_nothing_to_do() -> None:
    made = plan(Facts(CASE, nothing(), closed="case-20261101-abcdef"))
    assert made.steps == ()
    assert "looked through again" in made.summary
    assert made.result["case"] == "case-20261101-abcdef"


def test_nothing_to_do_does_not_say_that_what_was_not_examined_was_looked_through() -> None:
    lost = (NotExamined("s3://b/{sub}/", "the user's sub is not known", in_map=True),)
    made = plan(Facts(CASE, replace(nothing(), not_examined=lost), closed="case-20261101-abcdef"))
    assert "every store but what is named below was looked through" in made.summary
    assert "Not examined: s3://b/{sub}/" in " ".join(made.notes)


def test_what_came_back_after_a_closed_case_is_erased_again() -> None:
    made = plan(Facts(CASE, holdings(), closed="case-20261101-abcdef"))
    assert made.changes
    assert "case-20261101-abcdef erased this user before" in " ".join(made.notes)


def test_an_open_case_is_gone_on_with_although_nothing_is_left_but_the_proof() -> None:
    made = plan(Facts(CASE, nothing(), is_open=True))
    assert methods(made)[-3:] == ["look", "holds", "certify"]
    assert "goes on" in " ".join(made.notes)


def test_more_than_the_most_is_refused_with_the_count() -> None:
    (refusal,) = plan(max_items=12).refusals
    assert "13 versions" in refusal.reason
    assert refusal.override == "--max-items 13"
    assert plan(max_items=13).refusals == ()


def test_mfa_delete_is_refused_with_what_helps() -> None:
    stores = (replace(BUCKET, rules=replace(RULES, mfa_delete=True)), TABLE)
    (refusal,) = plan(Facts(CASE, holdings(stores=stores))).refusals
    assert "MFA delete" in refusal.reason
    assert "put-bucket-versioning" in refusal.hint


def test_mfa_delete_of_a_bucket_that_holds_nothing_of_the_user_is_in_nobody_s_way() -> None:
    empty = replace(BUCKET, counts={}, rules=replace(RULES, mfa_delete=True))
    assert plan(Facts(CASE, holdings(stores=(empty, TABLE)))).refusals == ()


def test_a_reason_that_names_the_user_would_stay_in_the_journal() -> None:
    (refusal,) = plan(Facts(CASE, holdings(), reason_tells=True)).refusals
    assert "journal" in refusal.reason


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"object_lock": "COMPLIANCE 30 days"}, "COMPLIANCE 30 days"),
        ({"versioning": "Suspended"}, "suspended"),
        ({"unknown": ("replication",)}, "replication"),
    ],
)
def test_the_rules_of_a_bucket_are_told(rules: dict[str, Any], words: str) -> None:
    stores = (replace(BUCKET, rules=replace(RULES, **rules)), TABLE)
    made = plan(Facts(CASE, holdings(stores=stores)))
    assert words in " ".join(made.notes)
    assert made.refusals == ()


def test_what_was_not_examined_is_told() -> None:
    made = plan(Facts(CASE, holdings(not_examined=(NotExamined("s3://other", "not mapped"),))))
    assert "Not examined: s3://other" in " ".join(made.notes)
    assert made.result["not_examined"]


def test_counts_breathe_but_another_person_or_rule_is_another_fact() -> None:
    one = Facts(CASE, holdings())
    more = replace(BUCKET, counts={**BUCKET.counts, "versions": 8})
    assert Facts(CASE, holdings(stores=(more, TABLE))) == one
    locked = replace(BUCKET, rules=replace(RULES, object_lock="on"))
    assert Facts(CASE, holdings(stores=(locked, TABLE))) != one
    assert Facts(CASE, holdings(pseudonym="user-other")) != one


class TestGather:
    @pytest.fixture
    def aws(self, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        return door(emulator)

    def test_an_open_case_keeps_its_id_whatever_new_one_is_offered(self, aws: Any) -> None:
        subject = add_user(aws, "gus", objects=1, items=1)
        first = purge_user.gather(Request("local", "gus", CASE), aws)
        assert (first.case, first.is_open, first.closed) == (CASE, False, "")
        aws.erasure.cases.open(CASE, "gus", subject.identifiers)
        again = purge_user.gather(Request("local", "gus@example.com", "case-2"), aws)
        assert (again.case, again.is_open) == (CASE, True)
        aws.erasure.cases.close(CASE)
        third = purge_user.gather(Request("local", subject.sub, "case-3"), aws)
        assert (third.case, third.closed) == ("case-3", CASE)

    def test_nobody_is_not_found_and_a_store_without_an_account_is_somebody(self, aws: Any) -> None:
        with pytest.raises(NotFound):
            purge_user.gather(Request("local", "nobody", CASE), aws)
        with aws.changing():
            aws.client("s3").put_object(Bucket=aws.target.bucket, Key="images/old/x", Body=b"")
        found = purge_user.gather(Request("local", "old", CASE), aws)
        assert found.held.total == 1
        assert not found.held.account.is_there

    def test_a_name_that_can_be_nobody_s_is_refused_before_aws_is_asked(self, aws: Any) -> None:
        with pytest.raises(UsageProblem):
            purge_user.gather(Request("local", "a/b", CASE), aws)
        assert aws.requests == []

    def test_an_alias_leads_nowhere_once_the_account_is_gone(self, aws: Any) -> None:
        aws.erasure.cases.open(CASE, "hal", ["hal", "hal@example.com"])
        with pytest.raises(Forbidden, match="another machine"):
            purge_user.gather(Request("local", "hal@example.com", "case-2"), aws)
        aws.erasure.cases.close(CASE)
        with pytest.raises(NotFound, match=CASE):
            purge_user.gather(Request("local", "hal@example.com", "case-2"), aws)

    def test_an_open_case_is_not_finished_where_what_leads_to_a_store_is_not_known(
        self, emulator: Emulator, aws: Any
    ) -> None:
        aws = door(emulator, data=(BucketData(aws.target.bucket, "by-sub/{sub}/"),))
        aws.erasure.cases.open(CASE, "jon", ["jon", "sub-of-jon"])
        with pytest.raises(Forbidden, match="only on the machine"):
            purge_user.gather(Request("local", "jon", "case-2"), aws)
        Subjects().keep(CASE, Subject("jon", "sub-of-jon").to_json())
        assert purge_user.gather(Request("local", "jon", "case-2"), aws).is_open

    def test_a_reason_is_looked_at_for_every_name(self, aws: Any) -> None:
        add_user(aws, "ida", objects=0, items=0)
        request = Request("local", "ida", CASE, reason="asked by ida@example.com")
        assert purge_user.gather(request, aws).reason_tells
        assert not purge_user.gather(replace(request, reason="ticket 7"), aws).reason_tells

    def test_a_name_of_one_letter_does_not_forbid_every_reason(self, aws: Any) -> None:
        with aws.changing():
            aws.client("s3").put_object(Bucket=aws.target.bucket, Key="images/k/x", Body=b"")
        request = Request("local", "k", CASE, reason="ticket 7")
        assert not purge_user.gather(request, aws).reason_tells
