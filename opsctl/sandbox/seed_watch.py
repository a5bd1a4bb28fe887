"""Seed: what watches the service: alarms, a dashboard, and autoscaling within bounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from opsctl.sandbox.metrics import suffix
from opsctl.sandbox.seed_network import Network

if TYPE_CHECKING:
    from opsctl.sandbox.seed import Accounts

DIMENSION = "ecs:service:DesiredCount"
PERIOD = 10
"""Seconds. The service that this is a model of uses 60: time goes faster in the sandbox."""


def watch(aws: Accounts, network: Network) -> None:
    """Make topic, alarms, dashboard, scalable target and scaling policy."""
    topic = aws.sns.create_topic(Name="image-caption-gen-alerts-local")["TopicArn"]
    for alarm in _alarms(aws, network):
        aws.cloudwatch.put_metric_alarm(**alarm, AlarmActions=[topic], OKActions=[topic])
    aws.cloudwatch.put_dashboard(
        DashboardName="image-caption-gen-local", DashboardBody=json.dumps(_dashboard(aws, network))
    )
    _scaling(aws)


def _alarms(aws: Accounts, network: Network) -> list[dict[str, Any]]:
    balancer = {"Name": "LoadBalancer", "Value": suffix(network.load_balancer)}
    group = {"Name": "TargetGroup", "Value": suffix(network.target_group)}
    service = [
        {"Name": "ClusterName", "Value": aws.world.names.cluster},
        {"Name": "ServiceName", "Value": aws.world.names.service},
    ]
    errors = _alarm(aws, "high-error-rate", "HTTPCode_Target_5XX_Count", "Sum", 5, [balancer])
    slow = _alarm(aws, "high-latency", "TargetResponseTime", "", 1.0, [balancer])
    hosts = _alarm(aws, "unhealthy-hosts", "UnHealthyHostCount", "Maximum", 0, [group, balancer])
    cpu = _alarm(aws, "cpu-high", "CPUUtilization", "Average", 85, service)
    slow["ExtendedStatistic"] = "p95"
    del slow["Statistic"]
    hosts["EvaluationPeriods"] = 1
    return [errors, slow, hosts, {**cpu, "Namespace": "AWS/ECS", "TreatMissingData": "missing"}]


def _alarm(
    aws: Accounts, name: str, metric: str, statistic: str, over: float, of: list[dict[str, str]]
) -> dict[str, Any]:
    names = aws.world.names
    return {
        "AlarmName": f"{names.alarm_prefix}{name}{names.alarm_suffix}",
        "AlarmDescription": f"{name.replace('-', ' ')} of {names.service}",
        "Namespace": "AWS/ApplicationELB",
        "MetricName": metric,
        "Statistic": statistic,
        "Dimensions": of,
        "Period": PERIOD,
        "EvaluationPeriods": 2,
        "DatapointsToAlarm": 1,
        "Threshold": over,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }


def _dashboard(aws: Accounts, network: Network) -> dict[str, Any]:
    balancer = suffix(network.load_balancer)
    metrics = ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime")
    return {
        "widgets": [
            {
                "type": "metric",
                "properties": {
                    "title": metric,
                    "region": aws.world.region,
                    "metrics": [["AWS/ApplicationELB", metric, "LoadBalancer", balancer]],
                },
            }
            for metric in metrics
        ]
    }


def _scaling(aws: Accounts) -> None:
    names = aws.world.names
    what = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names.cluster}/{names.service}",
        "ScalableDimension": DIMENSION,
    }
    aws.application_autoscaling.register_scalable_target(**what, MinCapacity=2, MaxCapacity=6)
    aws.application_autoscaling.put_scaling_policy(
        **what,
        PolicyName="image-caption-gen-cpu-autoscaling-local",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
            },
            "ScaleOutCooldown": 60,
            "ScaleInCooldown": 300,
        },
    )
