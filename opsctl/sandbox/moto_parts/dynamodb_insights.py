"""DynamoDB: Contributor Insights of a table, which moto does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

if TYPE_CHECKING:
    from opsctl.sandbox.world import World


def install(world: World) -> None:
    """Add DescribeContributorInsights and UpdateContributorInsights; a switch, and no more."""

    def answer(received: Any, table: Any) -> ActionResult:
        status = getattr(table, "sandbox_insights", "DISABLED")
        return ActionResult({"TableName": table.name, "ContributorInsightsStatus": status})

    def describe_contributor_insights(received: Any) -> ActionResult:
        return answer(received, _table(received))

    def update_contributor_insights(received: Any) -> ActionResult:
        table = _table(received)
        wanted = received.body["ContributorInsightsAction"]
        table.sandbox_insights = "ENABLED" if wanted == "ENABLE" else "DISABLED"
        return answer(received, table)

    DynamoHandler.describe_contributor_insights = describe_contributor_insights
    DynamoHandler.update_contributor_insights = update_contributor_insights


def _table(received: Any) -> Any:
    return received.dynamodb_backend.get_table(received.body["TableName"])
