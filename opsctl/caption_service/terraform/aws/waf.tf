# opsctl security block-ip fills these two. In opsctl.toml: waf_scope = "REGIONAL".
resource "aws_wafv2_ip_set" "blocked" {
  name               = "blocked-ips"
  description        = "IPv4 addresses that opsctl blocked"
  scope              = "REGIONAL"
  ip_address_version = "IPV4"
  addresses          = []

  lifecycle {
    ignore_changes = [addresses]
  }
}

resource "aws_wafv2_ip_set" "blocked_v6" {
  name               = "blocked-ips-v6"
  description        = "IPv6 addresses that opsctl blocked"
  scope              = "REGIONAL"
  ip_address_version = "IPV6"
  addresses          = []

  lifecycle {
    ignore_changes = [addresses]
  }
}

resource "aws_wafv2_web_acl" "app" {
  name  = local.suffix
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "rule" {
    for_each = {
      blocked-ips    = { priority = 0, set = aws_wafv2_ip_set.blocked.arn }
      blocked-ips-v6 = { priority = 1, set = aws_wafv2_ip_set.blocked_v6.arn }
    }

    content {
      name     = rule.key
      priority = rule.value.priority

      action {
        block {}
      }

      statement {
        ip_set_reference_statement {
          arn = rule.value.set
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  rule {
    name     = "known-bad-inputs"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "known-bad-inputs"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.suffix
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "app" {
  resource_arn = aws_lb.app.arn
  web_acl_arn  = aws_wafv2_web_acl.app.arn
}
