"""CloudWatch metrics: kept in bounded memory, with percentiles, aligned periods and arithmetic."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, ValidationError
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from opsctl.sandbox import metric_math
from opsctl.sandbox.metric_store import (
    MetricStore,
    Point,
    SeriesKey,
    dimensions,
    of_statistics,
    of_values,
    statistic,
)
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MAX_QUERIES = 500
MAX_DATAPOINTS = 1440
LISTED_AT_ONCE = 500


def install(world: World) -> None:
    """Keep and answer metrics here. AttributeError names what moto no longer has."""
    validate = original(CloudWatchBackend, "_validate_parameters_put_metric_data")
    for name in ("get_metric_data", "get_metric_statistics", "list_metrics"):
        original(CloudWatchResponse, name)
    original(CloudWatchBackend, "put_metric_data")

    def put_metric_data(backend: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        for number, datum in enumerate(metric_data, 1):
            validate(backend, datum, number)
        for datum in metric_data:
            store_of(backend).put(_key(namespace, datum), _point(datum, world.clock()))

    CloudWatchBackend.put_metric_data = put_metric_data
    CloudWatchResponse.get_metric_data = _get_metric_data
    CloudWatchResponse.get_metric_statistics = _get_metric_statistics
    CloudWatchResponse.list_metrics = _list_metrics


def store_of(backend: Any) -> MetricStore:
    """The metrics of one moto backend; they go when moto resets it."""
    store: MetricStore = backend.__dict__.setdefault("sandbox_metrics", MetricStore())
    return store


def _key(namespace: str, metric: dict[str, Any]) -> SeriesKey:
    pairs = ((it["Name"], it["Value"]) for it in metric.get("Dimensions") or ())
    return (namespace, metric["MetricName"], dimensions(pairs))


def _point(datum: dict[str, Any], now: datetime) -> Point:
    at = epoch(datum.get("Timestamp") or now)
    unit = datum.get("Unit") or "None"
    if datum.get("Values"):
        values = [float(value) for value in datum["Values"]]
        return of_values(at, values, [float(it) for it in datum.get("Counts") or ()], unit)
    if datum.get("StatisticValues"):
        given = {name: float(value) for name, value in datum["StatisticValues"].items()}
        return of_statistics(
            at,
            count=given["SampleCount"],
            total=given["Sum"],
            low=given["Minimum"],
            high=given["Maximum"],
            unit=unit,
        )
    return of_values(at, [float(datum.get("Value", 0))], unit=unit)


def epoch(moment: Any) -> float:
    """Seconds since 1970 of what a parser of moto answers: a date, or its ISO 8601 text."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return float(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _get_metric_data(received: Any) -> ActionResult:
    request = received._get_params()
    start, end = epoch(request["StartTime"]), epoch(request["EndTime"])
    queries = request.get("MetricDataQueries") or []
    if start >= end:
        raise ValidationError("The parameter EndTime must be greater than StartTime.")
    if len(queries) > MAX_QUERIES:
        raise ValidationError("The collection MetricDataQueries must not have more than 500 items.")
    store = store_of(received.cloudwatch_backend)
    series = {it["Id"]: _series(store, it, start, end) for it in queries if it.get("MetricStat")}
    for query in queries:
        if not query.get("MetricStat"):
            series[query["Id"]] = _calculated(query, series)
    newest_first = (request.get("ScanBy") or "TimestampDescending") == "TimestampDescending"
    shown = [it for it in queries if it.get("ReturnData") is not False]
    results = [_result(it, series[it["Id"]], newest_first) for it in shown]
    return ActionResult({"MetricDataResults": results, "Messages": []})


def _series(
    store: MetricStore, query: dict[str, Any], start: float, end: float
) -> dict[float, float]:
    wanted = query["MetricStat"]
    key = _key(wanted["Metric"]["Namespace"], wanted["Metric"])
    periods = store.periods(key, start, end, int(wanted["Period"]), wanted.get("Unit") or "")
    values = {at: statistic(points, wanted["Stat"]) for at, points in periods}
    return {at: value for at, value in values.items() if value is not None}


def _calculated(query: dict[str, Any], series: dict[str, dict[float, float]]) -> dict[float, float]:
    if not query.get("Expression"):
        raise ValidationError("The parameter MetricDataQueries.member.1.MetricStat is required.\n")
    try:
        return metric_math.evaluate(query["Expression"], series)
    except metric_math.BadExpression as problem:
        raise ValidationError(f"Error in expression '{query['Id']}': {problem}") from problem


def _result(
    query: dict[str, Any], series: dict[float, float], newest_first: bool
) -> dict[str, Any]:
    moments = sorted(series, reverse=newest_first)
    metric = query.get("MetricStat", {}).get("Metric", {}).get("MetricName", query["Id"])
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or metric,
        "Timestamps": [_moment(at) for at in moments],
        "Values": [series[at] for at in moments],
        "StatusCode": "Complete",
    }


def _get_metric_statistics(received: Any) -> ActionResult:
    request = received._get_params()
    start, end = epoch(request["StartTime"]), epoch(request["EndTime"])
    period = int(request["Period"])
    plain, extended = request.get("Statistics") or [], request.get("ExtendedStatistics") or []
    if not plain and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    if math.ceil((end - start) / period) > MAX_DATAPOINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {math.ceil((end - start) / period)} datapoints, which "
            f"exceeds the limit of {MAX_DATAPOINTS}."
        )
    store = store_of(received.cloudwatch_backend)
    key = _key(request["Namespace"], request)
    periods = store.periods(key, start, end, period, request.get("Unit") or "")
    points = [_datapoint(at, it, plain, extended) for at, it in periods]
    return ActionResult({"Label": request["MetricName"], "Datapoints": points})


def _datapoint(
    at: float, points: list[Point], plain: list[str], extended: list[str]
) -> dict[str, Any]:
    datapoint: dict[str, Any] = {
        "Timestamp": _moment(at),
        "Unit": points[0].unit,
        **{name: statistic(points, name) for name in plain},
    }
    if extended:
        datapoint["ExtendedStatistics"] = {name: statistic(points, name) for name in extended}
    return datapoint


def _list_metrics(received: Any) -> ActionResult:
    request = received._get_params()
    found = [
        {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in pairs],
        }
        for namespace, name, pairs in store_of(received.cloudwatch_backend).series()
        if request.get("Namespace") in (None, "", namespace)
        and request.get("MetricName") in (None, "", name)
        and all(_has(pairs, it) for it in request.get("Dimensions") or ())
    ]
    start = int(request.get("NextToken") or 0)
    end = start + LISTED_AT_ONCE
    token = str(end) if end < len(found) else None
    return ActionResult({"Metrics": found[start:end], "NextToken": token})


def _has(pairs: tuple[tuple[str, str], ...], wanted: dict[str, str]) -> bool:
    return any(
        name == wanted["Name"] and wanted.get("Value") in (None, value) for name, value in pairs
    )
