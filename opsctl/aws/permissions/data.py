"""Permissions of users' data: shown, erased, backed up, brought back."""

from __future__ import annotations

from opsctl.aws.permissions.guarding import SIGN_OUT
from opsctl.aws.permissions.needs import Row, check, own_key, undo, work
from opsctl.aws.permissions.releases import BACK, CALLER, FOLLOW, REGISTER

TABLE_IN_SERVICE = work("ecs", "DescribeServices DescribeTaskDefinition")
RULES = "GetBucketLifecycleConfiguration GetBucketReplication GetObjectLockConfiguration"

NO_XML = "deletes keys that no XML can hold, one by one"

HOLDINGS = (
    *work("cognito-idp", "AdminGetUser"),
    *check("cognito-idp", "DescribeUserPoolClient"),
    *check("cognito-idp", "ListUserPoolClients", unseen="where user_pool_client is not configured"),
    *work("cognito-idp", "ListUsers", unseen="finds whoever is named by an address or a sub"),
    *TABLE_IN_SERVICE,
    *work("s3", "ListObjectVersions ListMultipartUploads HeadBucket GetBucketVersioning", "data"),
    *work("s3", RULES, "data"),
    *work("dynamodb", "DescribeTable Query"),
)
RESIDUALS = (
    *check("dynamodb", "DescribeContinuousBackups ListBackups ListTables"),
    *check("s3", "ListBuckets"),
    *check("s3", "ListObjectsV2", "data"),
    *check("backup", "ListRecoveryPointsByResource"),
    *check("logs", "DescribeLogGroups"),
)
ERASE = (
    *work("cognito-idp", SIGN_OUT),
    *work("cognito-idp", "AdminDeleteUser"),
    *work("s3", "DeleteObjects AbortMultipartUpload", "data"),
    *work("s3", "DeleteObject", "data", unseen=NO_XML),
    *work("dynamodb", "BatchWriteItem"),
    *work("kms", "GetPublicKey Sign"),
)

BACKUPS = (
    *check("s3", "ListObjectsV2", "backup bucket"),
    *check("s3", "GetObject", "manifests"),
    *check("backup", "ListRecoveryPointsByBackupVault"),
    *check("dynamodb", "ListBackups DescribeContinuousBackups"),
    *CALLER,
    *check("cloudtrail", "LookupEvents"),
)
"""Every backup that there is."""
LISTED = work("s3", "HeadBucket GetBucketVersioning ListObjectVersions", "bucket")
KEPT = work("s3", "HeadBucket GetBucketVersioning ListObjectVersions", "backup bucket")
READ_MANIFESTS = (
    *work("s3", "ListObjectsV2", "backup bucket"),
    *work("s3", "GetObject", "manifests"),
)
BUCKET_KEY = (*own_key("s3", "Decrypt"), *own_key("s3", "GenerateDataKey"))
OVER_5_GIB = "objects over 5 GiB are copied in parts; the sandbox's machine has no room for one"
PARTS = "ListMultipartUploads AbortMultipartUpload CreateMultipartUpload UploadPartCopy"
BY_HEAD = "copies whose ETag tells nothing (SSE-KMS, parts) are compared by their heads"

BACK_UP_BUCKET = (
    *CALLER,
    *LISTED,
    *KEPT,
    *check("s3", RULES, "bucket"),
    *check("s3", RULES, "backup bucket"),
    *READ_MANIFESTS,
    *work("s3", "PutObject", "manifests"),
    *work("s3", "CopyObject", "backup bucket"),
    *work("s3", "HeadObject", "bucket", unseen=BY_HEAD),
    *work("s3", "HeadObject", "backup bucket", unseen=BY_HEAD),
    *work("s3", f"{PARTS} CompleteMultipartUpload", "backup bucket", unseen=OVER_5_GIB),
    *BUCKET_KEY,
)
BY_BATCH = (
    *CALLER,
    *LISTED,
    *KEPT,
    *check("s3", RULES, "bucket"),
    *check("s3", RULES, "backup bucket"),
    *READ_MANIFESTS,
    *work("s3", "PutObject", "manifests"),
    *work("s3control", "CreateJob DescribeJob ListJobs"),
    *undo("s3control", "UpdateJobStatus", unseen="cancels a job that is still under way"),
    *BUCKET_KEY,
)
RESTORE_BUCKET = (
    *CALLER,
    *LISTED,
    *work("s3", "HeadBucket GetBucketVersioning", "backup bucket"),
    *check("s3", RULES, "bucket"),
    *check("s3", "ListObjectsV2", "backup bucket"),
    *work("s3", "GetObject", "manifests"),
    *work("s3", "CopyObject", "bucket"),
    *work("s3", "DeleteObject", "bucket", unseen="only with --delete-newer"),
    *undo("s3", "CopyObject DeleteObject HeadBucket GetBucketVersioning", "bucket"),
    *undo("s3", "ListObjectVersions", "bucket"),
    *work("s3", "HeadObject", "bucket", unseen=BY_HEAD),
    *work("s3", "HeadObject", "backup bucket", unseen=BY_HEAD),
    *work("s3", f"{PARTS} CompleteMultipartUpload", "bucket", unseen=OVER_5_GIB),
    *BUCKET_KEY,
)
SETTINGS = (
    *work("dynamodb", "DescribeTable"),
    *check(
        "dynamodb",
        "DescribeTimeToLive DescribeContinuousBackups DescribeContributorInsights "
        "ListTagsOfResource",
    ),
    *check("application-autoscaling", "DescribeScalableTargets"),
    *check(
        "application-autoscaling",
        "DescribeScalingPolicies",
        unseen="only where the table scales by itself; the sandbox's is paid by request",
    ),
    *check("cloudwatch", "DescribeAlarms"),
)
BACK_UP_TABLE = (
    *CALLER,
    *SETTINGS,
    *work("dynamodb", "CreateBackup ListBackups"),
    *undo("dynamodb", "DescribeBackup DeleteBackup"),
)
PLACE = work("s3", "HeadBucket GetBucketVersioning", "bucket")
TABLE = work("dynamodb", "DescribeTable")
BY_VAULT = (
    *CALLER,
    *work("backup", "StartBackupJob DescribeBackupJob ListBackupJobs DescribeBackupVault"),
)
NEVER_SET = "the sandbox's table has no such setting; the gateway's own tests set it"
RESTORED_SETTINGS = (
    *work("dynamodb", "UpdateTimeToLive UpdateContinuousBackups TagResource", "restored"),
    *work("dynamodb", "UpdateTable UpdateContributorInsights", "restored", NEVER_SET),
    *work(
        "application-autoscaling",
        "RegisterScalableTarget PutScalingPolicy",
        "restored",
        NEVER_SET,
    ),
    *work("cloudwatch", "PutMetricAlarm", "table alarms", NEVER_SET),
    *undo("application-autoscaling", "DeregisterScalableTarget", "restored", NEVER_SET),
    *undo("cloudwatch", "DeleteAlarms", "table alarms", NEVER_SET),
)
SIMULATED = check("iam", "SimulatePrincipalPolicy", "principals")

_NOT_EXAMINED = (
    "A store that may not be looked through ends the command; of what only tells about copies "
    "(backups, other buckets and tables, log groups) it says that it was not examined."
)
_NO_HOLD = (
    "Not `s3:BypassGovernanceRetention` nor `s3:PutObjectLegalHold`: opsctl never lifts a hold. "
    "The key is `certificate_key`, where there is one."
)
_RULES_TOLD = "The bucket's rules are only asked for what the plan tells."
_OF_VAULT = (
    "`backup_role` trusts `backup.amazonaws.com` and has AWS's "
    "`AWSBackupServiceRolePolicyForS3Backup` and `AWSBackupServiceRolePolicyForBackup`."
)
_OF_BATCH = (
    "`backup_role` trusts `batchoperations.s3.amazonaws.com`, reads the bucket (`s3:GetObject*`, "
    "`s3:ListBucket`, `s3:PutInventoryConfiguration`) and writes the backup bucket "
    "(`s3:PutObject*`). `s3:UpdateJobStatus` cancels a job."
)
_NEW_TABLE = (
    "**On the new table** AWS also asks for every right to write items: a role with only the "
    "restore actions fails in the outage. `iam:SimulatePrincipalPolicy` on oneself lets the plan "
    "say so beforehand. With `--as` another name, give the same on that one."
)

ROWS: dict[str, Row] = {
    "user show": Row((*HOLDINGS, *RESIDUALS), _NOT_EXAMINED),
    "user purge": Row((*CALLER, *HOLDINGS, *RESIDUALS, *ERASE), f"{_NOT_EXAMINED} {_NO_HOLD}"),
    "user certificate": Row(
        (*HOLDINGS, *RESIDUALS, *work("kms", "GetPublicKey Verify")),
        "It looks through the stores again only with `--subject`.",
    ),
    "backup create s3": Row(BACK_UP_BUCKET, _RULES_TOLD),
    "backup create s3 --engine s3-batch": Row(BY_BATCH, _OF_BATCH),
    "backup create s3 --engine aws-backup": Row((*BY_VAULT, *PLACE), _OF_VAULT),
    "backup create dynamodb": Row(
        BACK_UP_TABLE, "Settings that may not be read are named, and not saved."
    ),
    "backup create dynamodb --engine aws-backup": Row((*BY_VAULT, *TABLE), _OF_VAULT),
    "backup create all": Row((*BACK_UP_BUCKET, *BACK_UP_TABLE)),
    "backup create all --engine aws-backup": Row((*BY_VAULT, *PLACE, *TABLE), _OF_VAULT),
    "backup list": Row(
        BACKUPS,
        "What may not be read is said, and the rest is shown. CloudTrail tells who made what "
        "opsctl did not make.",
    ),
    "backup restore s3": Row(
        RESTORE_BUCKET,
        "No right to delete a version is needed. Objects are deleted, behind a marker, only with "
        "`--delete-newer` and by the undo.",
    ),
    "backup restore dynamodb": Row(
        (
            *CALLER,
            *SETTINGS,
            *work("dynamodb", "ListBackups DescribeBackup"),
            *work("dynamodb", "RestoreTableFromBackup RestoreTableToPointInTime"),
            *work("dynamodb", "Scan BatchWriteItem"),
            *SIMULATED,
            *RESTORED_SETTINGS,
            *undo("dynamodb", "DeleteTable", "restored"),
        ),
        _NEW_TABLE,
    ),
    "backup switch": Row(
        (*FOLLOW, *REGISTER, *work("dynamodb", "DescribeTable"), *SIMULATED, *BACK),
        "`iam:SimulatePrincipalPolicy` on the role of the tasks finds out whether that role may "
        "use the new table; without it the plan does not know.",
    ),
    "backup prune s3": Row(
        (
            *CALLER,
            *READ_MANIFESTS,
            *KEPT,
            *work("s3", "DeleteObjects", "backup bucket"),
            *work("s3", "DeleteObject", "backup bucket", unseen=NO_XML),
        ),
        "Give it to fewer people than the rest.",
    ),
    "backup prune dynamodb": Row(
        (*CALLER, *work("dynamodb", "ListBackups DescribeBackup DeleteBackup")),
        "Give it to fewer people than the rest.",
    ),
}
