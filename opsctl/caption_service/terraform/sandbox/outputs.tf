output "cluster" {
  description = "The ECS cluster."
  value       = "${local.app}-cluster-${var.environment}"
}

output "service" {
  description = "The ECS service."
  value       = terraform_data.aws_ecs_service.input.name
}

output "image" {
  description = "The image that is asked for."
  value       = var.image
}

output "task_definition" {
  description = "The revision that the service runs."
  value       = terraform_data.aws_ecs_service.output.task_definition
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = "${var.account_id}.dkr.ecr.${var.region}.amazonaws.com/${terraform_data.aws_ecr_repository.input.name}"
}

output "app_url" {
  description = "Where users reach the service, as `app_url` of opsctl.toml."
  value       = ""
}

output "bucket" {
  description = "The bucket of images."
  value       = "${local.suffix}-${var.account_id}"
}

output "backup_bucket" {
  description = "The bucket of backups, as `backup_bucket` of opsctl.toml."
  value       = "${local.app}-backup-${var.environment}-${var.account_id}"
}

output "table" {
  description = "The DynamoDB table."
  value       = terraform_data.aws_dynamodb_table.input.name
}

output "user_pool" {
  description = "The Cognito user pool, as `user_pool` of opsctl.toml."
  value       = terraform_data.aws_cognito_user_pool.input.name
}

output "user_pool_client" {
  description = "The app client, as `user_pool_client` of opsctl.toml."
  value       = ""
}

output "secret" {
  description = "The secret of the application."
  value       = terraform_data.aws_secretsmanager_secret.input.name
}

output "log_group" {
  description = "The log group of the tasks."
  value       = terraform_data.aws_cloudwatch_log_group.input.name
}
