"""The peer: the items of one user deleted as boto3's documentation does it.

python with_batch_writer.py TABLE PARTITION_KEY
"""

from __future__ import annotations

import sys
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key


def main() -> None:
    table = boto3.resource("dynamodb").Table(sys.argv[1])
    more: dict[str, Any] = {}
    with table.batch_writer() as batch:
        while True:
            page = table.query(
                KeyConditionExpression=Key("PK").eq(sys.argv[2]),
                ProjectionExpression="PK, SK",
                **more,
            )
            for item in page["Items"]:
                batch.delete_item(Key=item)
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


if __name__ == "__main__":
    main()
