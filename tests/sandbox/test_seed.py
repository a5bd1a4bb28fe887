"""The seed as a whole: what it answers agrees with what is there."""

from __future__ import annotations

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts, seed


def test_the_seed_answers_names_that_exist() -> None:
    made = Emulator()
    made.start(seeded=False)
    try:
        names = seed(made.world, made.endpoint_url)
        aws = Accounts(made.world, made.endpoint_url)
        aws.s3.head_bucket(Bucket=names["bucket"])
        aws.cognito_idp.describe_user_pool_client(
            UserPoolId=names["user_pool"], ClientId=names["user_pool_client"]
        )
        aws.elbv2.describe_target_health(TargetGroupArn=names["target_group"])
        aws.secretsmanager.describe_secret(SecretId=names["secret"])
        assert made.world.names.user_pool == names["user_pool"]
    finally:
        made.stop()


def test_a_client_is_made_once(emulator: Emulator) -> None:
    aws = Accounts(emulator.world, emulator.endpoint_url)

    assert aws.application_autoscaling is aws.application_autoscaling
