terraform {
  required_version = ">= 1.10" # the lock file of the S3 backend

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }
  }

  # The rest is the environment's own: terraform init -backend-config=prod.s3.tfbackend
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      app         = local.app
      environment = var.environment
    }
  }
}

locals {
  app    = "image-caption-gen"
  suffix = "${local.app}-${var.environment}"
  port   = 8501
  secure = var.certificate_arn != ""
  topics = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
}
