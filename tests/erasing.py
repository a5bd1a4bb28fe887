"""An erasure in the emulator: users with data, and a door to AWS that knows where it lies."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from opsctl.aws import Aws
from opsctl.aws.subject import Subject
from opsctl.sandbox.emulator import Emulator
from opsctl.targets import Target, default_names

CASE = "case-20261124-000001"


def door(emulator: Emulator, **over: Any) -> Aws:
    """The door to the emulator's AWS, with every name that its seed gave."""
    world = emulator.world
    known = {each.name for each in fields(Target)}
    names = {name: it for name, it in vars(world.names).items() if name in known}
    words: dict[str, Any] = {
        **default_names("local", world.account),
        **names,
        "env": "local",
        "account": world.account,
        "region": world.region,
        "endpoint_url": emulator.endpoint_url,
        **over,
    }
    return Aws(Target(**words))


def add_user(aws: Aws, name: str, objects: int = 2, items: int = 2) -> Subject:
    """A user with an account, two versions of each object, and items."""
    with aws.changing():
        made = aws.client("cognito-idp").admin_create_user(
            UserPoolId=aws.target.user_pool,
            Username=name,
            UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
        )
        for number in range(objects * 2):
            put(aws, f"images/{name}/{number // 2}.jpg")
        for number in range(items):
            aws.client("dynamodb").put_item(
                TableName=aws.target.table,
                Item={"PK": {"S": f"USER#{name}"}, "SK": {"S": f"IMAGE#{number}"}},
            )
    sub = next(it["Value"] for it in made["User"]["Attributes"] if it["Name"] == "sub")
    return Subject(name, sub, f"{name}@example.com")


def put(aws: Aws, key: str, bucket: str = "") -> None:
    """One more version of an object."""
    with aws.changing():
        aws.client("s3").put_object(Bucket=bucket or aws.target.bucket, Key=key, Body=b"picture")


def offered(aws: Aws, subject: Subject, case: str = CASE) -> str:
    """The case of a user, with every store looked through; answers the case."""
    from opsctl.procedures import holdings

    resolved = holdings.resolve(aws, subject.user_id)
    holdings.gather(aws, resolved, case)
    return case


def step(aws: Aws, method: Any, *arguments: Any, **words: Any) -> Any:
    """A step of a plan, as the runner does it."""
    with aws.changing():
        return method(*arguments, **words)


def states(aws: Aws, case: str = CASE) -> dict[str, str]:
    """How each store stands."""
    return {it["store"].partition(":")[0]: it["state"] for it in rows(aws, case)}


def rows(aws: Aws, case: str = CASE) -> list[Any]:
    """What is known of each store but the backup bucket."""
    backup = aws.target.backup_bucket or "-"
    return [it for it in aws.erasure.work(case).stores() if backup not in str(it["store"])]


def empty_all(aws: Aws, case: str = CASE) -> None:
    """Every step up to the account's end."""
    step(aws, aws.erasure.block, case)
    work = aws.erasure.work(case)
    for place in list(work.outcomes):
        is_bucket = work.data[place].name.startswith("s3:")
        step(aws, aws.erasure.objects if is_bucket else aws.erasure.items, case, place)
    step(aws, aws.erasure.delete_account, case)
