# What cannot be made again. Terraform refuses to destroy the two that hold the data of users.

locals {
  buckets = {
    images = aws_s3_bucket.images.id
    backup = aws_s3_bucket.backup.id
  }
}

resource "aws_s3_bucket" "images" {
  bucket = "${local.suffix}-${var.account_id}"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket" "backup" {
  bucket = "${local.app}-backup-${var.environment}-${var.account_id}"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = each.value

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = each.value

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = each.value
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = each.value

  rule {
    id     = "what-nobody-reads-any-more"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_dynamodb_table" "captions" {
  name                        = "image_captions"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "PK"
  range_key                   = "SK"
  deletion_protection_enabled = true

  attribute {
    name = "PK"
    type = "S"
  }

  attribute {
    name = "SK"
    type = "S"
  }

  attribute {
    name = "GSI1PK"
    type = "S"
  }

  attribute {
    name = "GSI1SK"
    type = "S"
  }

  global_secondary_index {
    name            = "GSI1"
    hash_key        = "GSI1PK"
    range_key       = "GSI1SK"
    projection_type = "ALL"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_cognito_user_pool" "users" {
  name                     = "${local.app}-users-${var.environment}"
  auto_verified_attributes = ["email"]
  deletion_protection      = "ACTIVE"

  password_policy {
    minimum_length    = 12
    require_lowercase = true
    require_numbers   = true
    require_symbols   = false
    require_uppercase = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_cognito_user_pool_client" "app" {
  name                          = local.suffix
  user_pool_id                  = aws_cognito_user_pool.users.id
  generate_secret               = true
  prevent_user_existence_errors = "ENABLED"
  explicit_auth_flows           = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_secretsmanager_secret" "app" {
  name                    = "${local.app}-secrets-${var.environment}"
  description             = "Keys of the caption service; opsctl secrets rotate changes them"
  recovery_window_in_days = 30
}

# Only a beginning: opsctl secrets rotate hf puts the real key in, and later versions are its own.
resource "aws_secretsmanager_secret_version" "first" {
  secret_id = aws_secretsmanager_secret.app.id
  secret_string = jsonencode({
    hf_api_key            = "not set yet"
    sagemaker_endpoint    = ""
    cognito_client_secret = aws_cognito_user_pool_client.app.client_secret
    session_key           = sha256("session ${aws_cognito_user_pool_client.app.client_secret}")
  })

  lifecycle {
    ignore_changes = [secret_string, version_stages]
  }
}

resource "aws_ecr_repository" "app" {
  name                 = local.app
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
  }
}

# Only what never got a tag goes: a tagged image may be what a rollback needs.
resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Images without a tag"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }
      action       = { type = "expire" }
    }]
  })
}
