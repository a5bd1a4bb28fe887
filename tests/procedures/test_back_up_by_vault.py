"""Back up by AWS Backup: facts in, plan out."""

from dataclasses import replace

from opsctl.plan import Do, Plan, Wait
from opsctl.procedures import back_up_by_vault
from opsctl.procedures.back_up_by_vault import Facts, Request, Resource

ROLE = "arn:aws:iam::123456789012:role/backup"
BUCKET = Resource("s3", "pictures", "arn:aws:s3:::pictures")
TABLE = Resource("dynamodb", "captions", "arn:aws:dynamodb:eu-west-1:1:table/captions")
FACTS = Facts((BUCKET, TABLE), "Default", True, ROLE)
REQUEST = Request("prod", "opsctl-1", ("s3", "dynamodb"))


def plan(facts: Facts = FACTS) -> Plan:
    return back_up_by_vault.plan(REQUEST, facts)


def test_each_resource_gets_a_job_of_its_own_name_and_is_followed() -> None:
    one, wait_one, other, wait_other = plan().steps
    assert isinstance(one, Do)
    assert isinstance(other, Do)
    assert one.call.arguments == {
        "vault": "Default",
        "resource": BUCKET.arn,
        "role": ROLE,
        "name": "opsctl-1-s3",
    }
    assert other.call.arguments["name"] == "opsctl-1-dynamodb"
    assert all(isinstance(it, Wait) and it.follows for it in (wait_one, wait_other))
    assert "vault's lifecycle" in one.no_undo


def test_a_job_that_is_under_way_is_only_followed() -> None:
    (wait,) = plan(replace(FACTS, resources=(replace(BUCKET, job="b-1"),))).steps
    assert isinstance(wait, Wait)
    assert wait.check.arguments == {"job": "b-1"}
    assert not wait.follows


def test_each_reason_not_to_comes_with_its_fix() -> None:
    bad = replace(BUCKET, problem="no versions", mend="put-bucket-versioning")
    made = plan(Facts((bad,), "nowhere", False, ""))
    assert [it.reason.split()[0] for it in made.refusals] == ["prod", "There", "no"]
    assert all(it.hint for it in made.refusals)
    assert made.steps == ()
