locals {
  balancer = aws_lb.app.arn_suffix
  group    = aws_lb_target_group.app.arn_suffix

  alarms = {
    high-error-rate = {
      says      = "More than 5 answers of the tasks in a minute were errors"
      namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count"
      statistic = "Sum", percentile = null, over = 5
      of        = { LoadBalancer = local.balancer }
    }
    high-latency = {
      says      = "One answer in twenty took longer than a second"
      namespace = "AWS/ApplicationELB", metric = "TargetResponseTime"
      statistic = null, percentile = "p95", over = 1
      of        = { LoadBalancer = local.balancer }
    }
    unhealthy-hosts = {
      says      = "A task fails its health check"
      namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount"
      statistic = "Maximum", percentile = null, over = 0
      of        = { LoadBalancer = local.balancer, TargetGroup = local.group }
    }
    cpu-high = {
      says      = "The tasks are busier than autoscaling should let them be"
      namespace = "AWS/ECS", metric = "CPUUtilization"
      statistic = "Average", percentile = null, over = 85
      of        = { ClusterName = aws_ecs_cluster.this.name, ServiceName = aws_ecs_service.app.name }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.app}-${each.key}-${var.environment}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.of
  statistic           = each.value.statistic
  extended_statistic  = each.value.percentile
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.over
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.topics
  ok_actions          = local.topics

  lifecycle {
    ignore_changes = [actions_enabled] # opsctl alarms silence --disable-actions
  }
}

resource "aws_cloudwatch_dashboard" "app" {
  dashboard_name = local.suffix
  dashboard_body = jsonencode({
    widgets = [
      for index, metric in ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime"] : {
        type   = "metric"
        x      = 8 * index
        y      = 0
        width  = 8
        height = 6
        properties = {
          title   = metric
          region  = var.region
          metrics = [["AWS/ApplicationELB", metric, "LoadBalancer", local.balancer]]
        }
      }
    ]
  })
}

resource "aws_appautoscaling_target" "tasks" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.app.name}"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks

  lifecycle {
    # opsctl scale bounds and scale count --move-bounds; a suspension in an incident.
    ignore_changes = [min_capacity, max_capacity, suspended_state]
  }
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${local.app}-cpu-autoscaling-${var.environment}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension
  resource_id        = aws_appautoscaling_target.tasks.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = var.cpu_target
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }

  lifecycle {
    # opsctl scale cpu-target
    ignore_changes = [target_tracking_scaling_policy_configuration[0].target_value]
  }
}
