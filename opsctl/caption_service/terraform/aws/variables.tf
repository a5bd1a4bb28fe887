variable "environment" {
  description = "The name of the environment, as in opsctl.toml: it is the end of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.environment))
    error_message = "At most 31 small letters, digits and hyphens, a letter first."
  }
}

variable "account_id" {
  description = "The AWS account; any other is refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account is twelve digits."
  }
}

variable "region" {
  description = "The AWS region."
  type        = string
}

variable "image" {
  description = "The image to run, pinned by its digest. opsctl deploy --terraform writes it here."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "An image is pinned by its digest: REGISTRY/REPOSITORY@sha256:DIGEST."
  }
}

variable "task_cpu" {
  description = "CPU units of a task; 1024 are a vCPU. opsctl scale task-size writes it here."
  type        = number
  default     = 256

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.task_cpu)
    error_message = "Fargate takes 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "task_memory" {
  description = "Memory of a task in MiB; it must go with task_cpu. opsctl scale task-size writes it here."
  type        = number
  default     = 512
}

variable "environment_variables" {
  description = "More variables of the container, beside those that the module sets."
  type        = map(string)
  default     = {}
}

variable "desired_count" {
  description = "How many tasks the service begins with; opsctl and autoscaling move it later."
  type        = number
  default     = 2
}

variable "min_tasks" {
  description = "The lower bound that autoscaling begins with; opsctl scale bounds moves it later."
  type        = number
  default     = 2
}

variable "max_tasks" {
  description = "The upper bound that autoscaling begins with; opsctl scale bounds moves it later."
  type        = number
  default     = 6
}

variable "cpu_target" {
  description = "The average CPU in percent that autoscaling begins with; opsctl scale cpu-target moves it later."
  type        = number
  default     = 70
}

variable "log_retention_days" {
  description = "How long log lines are kept. They may name users, so erasures wait for it."
  type        = number
  default     = 30
}

variable "vpc_cidr" {
  description = "The address range of the VPC; it is cut into four subnets."
  type        = string
  default     = "10.20.0.0/16"
}

variable "certificate_arn" {
  description = "The ACM certificate of the load balancer."
  type        = string
  default     = ""
}

variable "alarm_topic_arn" {
  description = "The SNS topic that alarms are sent to; empty for none."
  type        = string
  default     = ""
}
