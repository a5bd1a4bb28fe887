"""Every gateway by the name of its module: what `Aws` opens when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsctl.aws.access_keys import AccessKeys
    from opsctl.aws.alarm_actions import AlarmActions
    from opsctl.aws.app_clients import AppClients
    from opsctl.aws.autoscaling import Autoscaling
    from opsctl.aws.batch_jobs import BatchJobs
    from opsctl.aws.block_expiries import BlockExpiries
    from opsctl.aws.bucket_copies import BucketCopies
    from opsctl.aws.bucket_rules import BucketRules
    from opsctl.aws.cloudtrail import CloudTrail
    from opsctl.aws.cloudwatch import CloudWatch
    from opsctl.aws.cognito import Cognito
    from opsctl.aws.cognito_users import CognitoUsers
    from opsctl.aws.consumers import Consumers
    from opsctl.aws.copy_pruning import CopyPruning
    from opsctl.aws.deployments import Deployments
    from opsctl.aws.docker import Docker
    from opsctl.aws.dynamodb import DynamoDb
    from opsctl.aws.ecr import Ecr
    from opsctl.aws.ecs import Ecs
    from opsctl.aws.endpoint import Endpoint
    from opsctl.aws.erasure import Erasure
    from opsctl.aws.erasure_proof import ErasureProof
    from opsctl.aws.erasures import Erasures
    from opsctl.aws.following import Following
    from opsctl.aws.git import Git
    from opsctl.aws.github import GitHub
    from opsctl.aws.iam import Iam
    from opsctl.aws.image_releases import ImageReleases
    from opsctl.aws.items import Items
    from opsctl.aws.kms import Kms
    from opsctl.aws.live_tail import LiveTail
    from opsctl.aws.load_balancer import LoadBalancer
    from opsctl.aws.log_events import LogEvents
    from opsctl.aws.log_queries import LogQueries
    from opsctl.aws.logs import Logs
    from opsctl.aws.manifests import Manifests
    from opsctl.aws.metrics import Metrics
    from opsctl.aws.mute_rules import MuteRules
    from opsctl.aws.notices import Notices
    from opsctl.aws.object_restores import ObjectRestores
    from opsctl.aws.object_versions import ObjectVersions
    from opsctl.aws.persons import Persons
    from opsctl.aws.pipelines import Pipelines
    from opsctl.aws.releases import Releases
    from opsctl.aws.residuals import Residuals
    from opsctl.aws.s3 import S3
    from opsctl.aws.saved_settings import SavedSettings
    from opsctl.aws.secret_versions import SecretVersions
    from opsctl.aws.secrets import Secrets
    from opsctl.aws.service_tables import ServiceTables
    from opsctl.aws.smoke import Smoke
    from opsctl.aws.sts import Sts
    from opsctl.aws.table_alarms import TableAlarms
    from opsctl.aws.table_backups import TableBackups
    from opsctl.aws.table_replays import TableReplays
    from opsctl.aws.table_restores import TableRestores
    from opsctl.aws.table_scaling import TableScaling
    from opsctl.aws.table_settings import TableSettings
    from opsctl.aws.task_definitions import TaskDefinitions
    from opsctl.aws.tasks import Tasks
    from opsctl.aws.terraform import Terraform
    from opsctl.aws.vaults import Vaults
    from opsctl.aws.waf import Waf


class Gateways:
    """The attributes of `Aws`, and nothing else; the annotation names the class in the module."""

    sts: Sts
    ecs: Ecs
    deployments: Deployments
    endpoint: Endpoint
    erasure: Erasure
    erasure_proof: ErasureProof
    erasures: Erasures
    smoke: Smoke
    following: Following
    tasks: Tasks
    service_tables: ServiceTables
    task_definitions: TaskDefinitions
    terraform: Terraform
    kms: Kms
    load_balancer: LoadBalancer
    persons: Persons
    residuals: Residuals
    autoscaling: Autoscaling
    ecr: Ecr
    releases: Releases
    docker: Docker
    git: Git
    github: GitHub
    pipelines: Pipelines
    image_releases: ImageReleases
    secrets: Secrets
    secret_versions: SecretVersions
    consumers: Consumers
    app_clients: AppClients
    access_keys: AccessKeys
    iam: Iam
    logs: Logs
    log_events: LogEvents
    log_queries: LogQueries
    live_tail: LiveTail
    cloudwatch: CloudWatch
    metrics: Metrics
    alarm_actions: AlarmActions
    mute_rules: MuteRules
    notices: Notices
    cloudtrail: CloudTrail
    s3: S3
    bucket_rules: BucketRules
    object_versions: ObjectVersions
    bucket_copies: BucketCopies
    object_restores: ObjectRestores
    manifests: Manifests
    copy_pruning: CopyPruning
    batch_jobs: BatchJobs
    vaults: Vaults
    items: Items
    dynamodb: DynamoDb
    saved_settings: SavedSettings
    table_alarms: TableAlarms
    table_backups: TableBackups
    table_replays: TableReplays
    table_restores: TableRestores
    table_scaling: TableScaling
    table_settings: TableSettings
    cognito: Cognito
    cognito_users: CognitoUsers
    waf: Waf
    block_expiries: BlockExpiries
