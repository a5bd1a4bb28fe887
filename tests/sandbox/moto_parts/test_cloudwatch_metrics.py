"""CloudWatch metrics over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from opsctl.sandbox.emulator import Emulator
from opsctl.sandbox.seed import Accounts

OF = [{"Name": "Table", "Value": "t"}]


@pytest.fixture(scope="module")
def cloudwatch(emulator: Emulator) -> Any:
    made = Accounts(emulator.world, emulator.endpoint_url).cloudwatch
    data = {"MetricName": "Latency", "Dimensions": OF, "Unit": "Seconds"}
    made.put_metric_data(
        Namespace="own", MetricData=[{**data, "Values": [1, 2, 3, 100], "Counts": [50, 45, 4, 1]}]
    )
    made.put_metric_data(
        Namespace="own", MetricData=[{"MetricName": "Errors", "Dimensions": OF, "Value": 5}]
    )
    return made


def window(emulator: Emulator) -> dict[str, Any]:
    now = emulator.world.clock()
    return {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(minutes=2)}


def test_percentiles_and_plain_statistics_come_together(
    emulator: Emulator, cloudwatch: Any
) -> None:
    (point,) = cloudwatch.get_metric_statistics(
        Namespace="own",
        MetricName="Latency",
        Dimensions=OF,
        Period=3600,
        Statistics=["SampleCount", "Maximum"],
        ExtendedStatistics=["p50", "p95", "p99.5"],
        **window(emulator),
    )["Datapoints"][-1:]

    assert (point["SampleCount"], point["Maximum"], point["Unit"]) == (100, 100, "Seconds")
    assert point["ExtendedStatistics"] == {"p50": 1, "p95": 2, "p99.5": 100}


def query(name: str, metric: str, stat: str, **more: Any) -> dict[str, Any]:
    wanted = {"Namespace": "own", "MetricName": metric, "Dimensions": OF}
    return {"Id": name, "MetricStat": {"Metric": wanted, "Period": 3600, "Stat": stat}, **more}


def test_metric_data_answers_queries_and_arithmetic(emulator: Emulator, cloudwatch: Any) -> None:
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[
            query("n", "Latency", "SampleCount", ReturnData=False),
            query("e", "Errors", "Sum"),
            {"Id": "rate", "Expression": "100*e/n", "Label": "error rate"},
        ],
        **window(emulator),
    )["MetricDataResults"]

    assert [(it["Id"], it["Values"]) for it in found] == [("e", [5.0]), ("rate", [5.0])]
    assert found[1]["Label"] == "error rate"


def test_a_wrong_dimension_is_an_empty_answer_and_no_error(
    emulator: Emulator, cloudwatch: Any
) -> None:
    found = cloudwatch.get_metric_statistics(
        Namespace="own",
        MetricName="Errors",
        Dimensions=[{"Name": "Table", "Value": "other"}],
        Period=60,
        Statistics=["Sum"],
        **window(emulator),
    )
    assert found["Datapoints"] == []


def test_too_many_datapoints_are_refused(emulator: Emulator, cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match="exceeds the limit of 1440"):
        cloudwatch.get_metric_statistics(
            Namespace="own", MetricName="Errors", Period=1, Statistics=["Sum"], **window(emulator)
        )


def test_an_expression_that_is_not_understood_is_refused(
    emulator: Emulator, cloudwatch: Any
) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "x", "Expression": "nothing / 2"}], **window(emulator)
        )


def test_metrics_are_listed_by_namespace_name_and_dimension(cloudwatch: Any) -> None:
    found = cloudwatch.list_metrics(Namespace="own", Dimensions=[{"Name": "Table"}])["Metrics"]

    assert sorted(it["MetricName"] for it in found) == ["Errors", "Latency"]
    assert cloudwatch.list_metrics(Namespace="own", MetricName="Errors")["Metrics"] == [
        {"Namespace": "own", "MetricName": "Errors", "Dimensions": OF}
    ]
