output "cluster" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service" {
  description = "The ECS service."
  value       = aws_ecs_service.app.name
}

output "image" {
  description = "The image that is asked for."
  value       = var.image
}

output "task_definition" {
  description = "The revision that the service runs."
  value       = aws_ecs_service.app.task_definition
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.app.repository_url
}

output "app_url" {
  description = "Where users reach the service, as `app_url` of opsctl.toml."
  value       = "${local.secure ? "https" : "http"}://${aws_lb.app.dns_name}"
}

output "bucket" {
  description = "The bucket of images."
  value       = aws_s3_bucket.images.id
}

output "backup_bucket" {
  description = "The bucket of backups, as `backup_bucket` of opsctl.toml."
  value       = aws_s3_bucket.backup.id
}

output "table" {
  description = "The DynamoDB table."
  value       = aws_dynamodb_table.captions.name
}

output "user_pool" {
  description = "The Cognito user pool, as `user_pool` of opsctl.toml."
  value       = aws_cognito_user_pool.users.id
}

output "user_pool_client" {
  description = "The app client, as `user_pool_client` of opsctl.toml."
  value       = aws_cognito_user_pool_client.app.id
}

output "secret" {
  description = "The secret of the application."
  value       = aws_secretsmanager_secret.app.name
}

output "log_group" {
  description = "The log group of the tasks."
  value       = aws_cloudwatch_log_group.app.name
}
