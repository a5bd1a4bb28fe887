"""Tables."""

import pytest

from opsctl import errors
from opsctl.aws import Aws


def test_a_table_tells_its_state(aws: Aws) -> None:
    with aws.changing():
        aws.client("dynamodb").create_table(
            TableName="image_captions",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    table = aws.dynamodb.table("image_captions")
    assert (table.name, table.status, table.items) == ("image_captions", "ACTIVE", 0)
    assert table.arn == "arn:aws:dynamodb:eu-west-1:123456789012:table/image_captions"


def test_a_table_that_is_not_there_is_not_found(aws: Aws) -> None:
    with pytest.raises(errors.NotFound, match="dynamodb:DescribeTable"):
        aws.dynamodb.table("nothing")


def test_a_table_names_its_indexes(local: Aws) -> None:
    assert local.dynamodb.table(local.target.table).indexes == ("GSI1",)
