locals {
  container = "app"

  variables = merge({
    BUCKET               = aws_s3_bucket.images.id
    TABLE                = aws_dynamodb_table.captions.name
    AWS_REGION           = var.region
    COGNITO_USER_POOL_ID = aws_cognito_user_pool.users.id
    COGNITO_CLIENT_ID    = aws_cognito_user_pool_client.app.id
  }, var.environment_variables)

  secrets = {
    HF_API_KEY            = "hf_api_key"
    SAGEMAKER_ENDPOINT    = "sagemaker_endpoint"
    COGNITO_CLIENT_SECRET = "cognito_client_secret"
    SESSION_KEY           = "session_key"
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/ecs/${local.suffix}"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_cluster" "this" {
  name = "${local.app}-cluster-${var.environment}"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "app" {
  family                   = local.suffix
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.task_cpu
  memory                   = var.task_memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  # Without it the former revision is deregistered, and no rollback can return to it.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  container_definitions = jsonencode([{
    name         = local.container
    image        = var.image
    essential    = true
    user         = "10001"
    portMappings = [{ containerPort = local.port, protocol = "tcp" }]
    environment  = [for name, value in local.variables : { name = name, value = value }]
    secrets = [
      for name, key in local.secrets :
      { name = name, valueFrom = "${aws_secretsmanager_secret.app.arn}:${key}::" }
    ]
    stopTimeout = 60
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.app.name
        awslogs-region        = var.region
        awslogs-stream-prefix = "ecs"
      }
    }
  }])

  lifecycle {
    precondition {
      condition     = var.task_memory >= 2 * var.task_cpu && var.task_memory <= 8 * var.task_cpu
      error_message = "Fargate takes 2 to 8 MiB of memory for each CPU unit: opsctl scale task-size names the pairs."
    }
  }
}

resource "aws_security_group" "tasks" {
  name        = "${local.suffix}-tasks"
  description = "The tasks: reached by the load balancer only"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "tasks" {
  security_group_id            = aws_security_group.tasks.id
  description                  = "The load balancer"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_egress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  description       = "AWS and the captioners, over TLS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_ecs_service" "app" {
  name                              = "${local.app}-service-${var.environment}"
  cluster                           = aws_ecs_cluster.this.id
  task_definition                   = aws_ecs_task_definition.app.arn
  desired_count                     = var.desired_count
  launch_type                       = "FARGATE"
  propagate_tags                    = "SERVICE"
  health_check_grace_period_seconds = 60

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # The apply ends with the deployment, and fails where the circuit breaker took it back.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = local.container
    container_port   = local.port
  }

  depends_on = [aws_lb_listener.http, aws_iam_role_policy.execution, aws_iam_role_policy.task]

  lifecycle {
    ignore_changes = [desired_count] # opsctl scale count and autoscaling move it.

    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.app.arn
      error_message = "The service runs another revision than was asked for: the release was rolled back."
    }
  }
}
