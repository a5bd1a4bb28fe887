# The stack of the sandbox: what opsctl's AWS module is made of, as terraform_data of the same
# variables and outputs. Each resource is called like the type that it stands for. The task
# definition alone acts: its provisioner makes the release in the sandbox, and fails with it.

terraform {
  required_version = ">= 1.5"
}

locals {
  app    = "image-caption-gen"
  suffix = "${local.app}-${var.environment}"

  network = { cidr = var.vpc_cidr, certificate = var.certificate_arn }
  scaling = { min = var.min_tasks, max = var.max_tasks, cpu = var.cpu_target }
}

resource "terraform_data" "aws_vpc" {
  input = local.network
}

resource "terraform_data" "aws_ecr_repository" {
  input = { name = local.app, tags = "IMMUTABLE" }
}

resource "terraform_data" "aws_s3_bucket" {
  for_each = toset(["${local.suffix}-${var.account_id}", "${local.app}-backup-${var.environment}-${var.account_id}"])

  input            = { name = each.key, region = var.region }
  triggers_replace = [each.key]
}

resource "terraform_data" "aws_dynamodb_table" {
  input            = { name = "image_captions" }
  triggers_replace = [var.account_id, var.region]
}

resource "terraform_data" "aws_cognito_user_pool" {
  input = { name = local.suffix }
}

resource "terraform_data" "aws_secretsmanager_secret" {
  input = { name = "${local.app}-secrets-${var.environment}" }
}

resource "terraform_data" "aws_cloudwatch_log_group" {
  input = { name = "/ecs/${local.suffix}", days = var.log_retention_days }
}

resource "terraform_data" "aws_cloudwatch_metric_alarm" {
  input = { prefix = local.app, topic = var.alarm_topic_arn }
}

resource "terraform_data" "aws_appautoscaling_target" {
  input = local.scaling

  lifecycle {
    ignore_changes = [input] # opsctl scale bounds and scale cpu-target move them.
  }
}

resource "terraform_data" "aws_ecs_task_definition" {
  input = {
    image       = var.image
    task_cpu    = var.task_cpu
    task_memory = var.task_memory
  }
  triggers_replace = [var.image, var.task_cpu, var.task_memory, var.environment_variables]

  provisioner "local-exec" {
    # opsctl names its own interpreter; by hand, python3 must be one that has opsctl.
    command = "\"$${OPSCTL_PYTHON:-python3}\" -m opsctl.sandbox.terraform_release"
    environment = {
      RELEASE_CLUSTER = "${local.app}-cluster-${var.environment}"
      RELEASE_SERVICE = "${local.app}-service-${var.environment}"
      RELEASE_IMAGE   = var.image
      RELEASE_CPU     = var.task_cpu
      RELEASE_MEMORY  = var.task_memory
      RELEASE_REGION  = var.region
      RELEASE_ENVIRON = jsonencode(var.environment_variables)
    }
  }
}

resource "terraform_data" "aws_ecs_service" {
  input = {
    name            = "${local.app}-service-${var.environment}"
    task_definition = terraform_data.aws_ecs_task_definition.id
    desired_count   = var.desired_count
  }

  lifecycle {
    ignore_changes = [input.desired_count] # opsctl scale count and autoscaling move it.
  }
}
