"""What AWS has, read with boto3 alone: as it is compared after two ways to one end.

Left out are what AWS names or counts by itself (ids, revisions, times): two ways never share those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from running import RunningSandbox

MADE_BY_AWS = (
    *("taskDefinitionArn", "revision", "registeredAt", "registeredBy", "deregisteredAt"),
    *("requiresAttributes", "compatibilities"),
)


@dataclass(frozen=True)
class AtAws:
    """One sandbox."""

    sandbox: RunningSandbox

    def __getattr__(self, service: str) -> Any:
        """The client of a service, its dashes written as underscores."""
        return self.sandbox.client(service.replace("_", "-"))

    @property
    def names(self) -> dict[str, Any]:
        return dict(self.sandbox.found["names"])

    @property
    def place(self) -> dict[str, str]:
        """Cluster and service."""
        return {"cluster": self.names["cluster"], "service": self.names["service"]}

    def service(self) -> dict[str, Any]:
        """As DescribeServices tells it."""
        words = {"cluster": self.names["cluster"], "services": [self.names["service"]]}
        found: dict[str, Any] = self.ecs.describe_services(**words)["services"][0]
        return found

    def live(self) -> str:
        """The ARN of the live revision."""
        return str(self.service()["taskDefinition"])

    def release(self) -> dict[str, Any]:
        """All that the live revision says."""
        answer = self.ecs.describe_task_definition(taskDefinition=self.live(), include=["TAGS"])
        found = {k: v for k, v in answer["taskDefinition"].items() if k not in MADE_BY_AWS}
        return {**found, "tags": answer.get("tags", [])}

    def environment(self, variable: str) -> str:
        """A variable of the container of the live revision."""
        container = self.release()["containerDefinitions"][0]
        return str({it["name"]: it["value"] for it in container["environment"]}[variable])

    def tasks(self) -> set[str]:
        """The tasks that shall run."""
        words = {"cluster": self.names["cluster"], "serviceName": self.names["service"]}
        return set(self.ecs.list_tasks(**words)["taskArns"])

    def secret(self) -> dict[str, Any]:
        """The values of the secret by their stage, as JSON."""
        found = {}
        for stage in ("AWSCURRENT", "AWSPREVIOUS"):
            try:
                answer = self.secretsmanager.get_secret_value(
                    SecretId=self.names["secret"], VersionStage=stage
                )
            except self.secretsmanager.exceptions.ResourceNotFoundException:
                continue
            found[stage] = json.loads(answer["SecretString"])
        return found

    def client_secrets(self) -> list[str]:
        """Ids of the app client's secrets, the oldest first."""
        client = {"UserPoolId": self.names["user_pool"], "ClientId": self.names["user_pool_client"]}
        found = self.cognito_idp.list_user_pool_client_secrets(**client)["ClientSecrets"]
        found.sort(key=lambda it: it["ClientSecretCreateDate"])
        return [it["ClientSecretId"] for it in found]

    def scaling(self) -> dict[str, Any]:
        """Count, bounds and policies of the autoscaling."""
        resource = f"service/{self.names['cluster']}/{self.names['service']}"
        targets = self.application_autoscaling.describe_scalable_targets(
            ServiceNamespace="ecs", ResourceIds=[resource]
        )["ScalableTargets"]
        policies = self.application_autoscaling.describe_scaling_policies(
            ServiceNamespace="ecs", ResourceId=resource
        )["ScalingPolicies"]
        return {
            "count": self.service()["desiredCount"],
            "bounds": [(it["MinCapacity"], it["MaxCapacity"]) for it in targets],
            "suspended": [it["SuspendedState"] for it in targets],
            "policies": [
                (it["PolicyName"], it["TargetTrackingScalingPolicyConfiguration"])
                for it in policies
            ],
        }

    def alarm_actions(self) -> dict[str, bool]:
        """Alarm → whether its actions are on."""
        found = self.cloudwatch.describe_alarms()["MetricAlarms"]
        return {it["AlarmName"]: it["ActionsEnabled"] for it in found}

    def mute_rules(self) -> list[dict[str, Any]]:
        """Every mute rule that is not over."""
        found = self.cloudwatch.list_alarm_mute_rules(Statuses=["ACTIVE", "SCHEDULED"])
        arns = [it["AlarmMuteRuleArn"] for it in found["AlarmMuteRuleSummaries"]]
        names = [it.partition(":alarm-mute-rule:")[2] for it in arns]
        return [self.cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=it) for it in names]

    def ip_set(self, name: str = "blocked-ips") -> dict[str, Any]:
        """The addresses of a set, and its description."""
        listed = self.wafv2.list_ip_sets(Scope="CLOUDFRONT")["IPSets"]
        (found,) = (it for it in listed if it["Name"] == name)
        words = {"Name": name, "Scope": "CLOUDFRONT", "Id": found["Id"]}
        held = self.wafv2.get_ip_set(**words)["IPSet"]
        return {"addresses": sorted(held["Addresses"]), "description": held.get("Description")}

    def user(self, name: str) -> dict[str, Any] | None:
        """Whether a user may sign in; None where there is none."""
        try:
            found = self.cognito_idp.admin_get_user(
                UserPoolId=self.names["user_pool"], Username=name
            )
        except self.cognito_idp.exceptions.UserNotFoundException:
            return None
        return {"enabled": found["Enabled"], "status": found["UserStatus"]}

    def objects(self, bucket: str, prefix: str = "") -> dict[str, tuple[bytes, str, Any]]:
        """Key → what is there now: content, kind and metadata."""
        found = {}
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for key in (it["Key"] for page in pages for it in page.get("Contents", ())):
            it = self.s3.get_object(Bucket=bucket, Key=key)
            found[key] = (it["Body"].read(), it["ContentType"], it["Metadata"])
        return found

    def held(self, bucket: str, prefix: str = "") -> dict[str, list[str]]:
        """How many versions, markers and unfinished uploads there are, by key."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        found: dict[str, list[str]] = {"versions": [], "markers": [], "uploads": []}
        for page in pages:
            found["versions"] += [it["Key"] for it in page.get("Versions", ())]
            found["markers"] += [it["Key"] for it in page.get("DeleteMarkers", ())]
        listed = self.s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix)
        found["uploads"] += [it["Key"] for it in listed.get("Uploads", ())]
        return found

    def items(self, table: str = "") -> dict[str, Any]:
        """Every item of a table, by its keys."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table or self.names["table"])
        items = [it for page in pages for it in page["Items"]]
        return {f"{it['PK']['S']} {it['SK']['S']}": it for it in items}

    def table(self, name: str) -> dict[str, Any]:
        """The settings of a table that a restore may lose."""
        held = self.dynamodb.describe_table(TableName=name)["Table"]
        backups = self.dynamodb.describe_continuous_backups(TableName=name)
        backups = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        tags = self.dynamodb.list_tags_of_resource(ResourceArn=held["TableArn"])["Tags"]
        ttl = self.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        kept = ("KeySchema", "AttributeDefinitions", "StreamSpecification")
        return {
            **{key: held.get(key) for key in kept},
            "indexes": [it["IndexName"] for it in held.get("GlobalSecondaryIndexes", ())],
            "protected": held.get("DeletionProtectionEnabled", False),
            "status": held["TableStatus"],
            "recovery": backups["PointInTimeRecoveryStatus"],
            "tags": sorted((it["Key"], it["Value"]) for it in tags),
            "ttl": ttl,
        }

    def backups(self) -> list[str]:
        """Names of the table's backups that can be used."""
        found = self.dynamodb.list_backups(TableName=self.names["table"])["BackupSummaries"]
        return sorted(it["BackupName"] for it in found if it["BackupStatus"] == "AVAILABLE")
