# Deploys a release of the token service: uploads its zips and their template, and makes a stack of it.

terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "release" {
  description = "Folder with the files of a release, checksums and all."
  type        = string
}

variable "bucket" {
  description = "Bucket of the stack's region that they go to."
  type        = string
}

variable "secret_arn" {
  description = "Full ARN of the secret that holds the project. The certificate is no variable: the state would hold it."
  type        = string
}

variable "name" {
  description = "Name of the stack."
  type        = string
  default     = "agora-token"
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "parameters" {
  description = "Other parameters of the template, such as { AllowedOrigins = \"https://app.example.com\" }."
  type        = map(string)
  default     = {}
}

locals {
  # One line for each file: its checksum and its name.
  listed = { for line in split("\n", trimspace(file("${var.release}/SHA256SUMS"))) :
    split("  ", line)[1] => split("  ", line)[0]
  }
  template = "template-${var.architecture}.yaml"
  files = { for name, sum in local.listed : name => sum
    if endswith(name, "-${var.architecture}.zip") || name == local.template
  }
  prefix = "agora-token/${substr(filesha256("${var.release}/SHA256SUMS"), 0, 16)}"
}

data "aws_s3_bucket" "code" {
  bucket = var.bucket
}

resource "aws_s3_object" "code" {
  for_each = local.files

  bucket = var.bucket
  key    = "${local.prefix}/${each.key}"
  source = "${var.release}/${each.key}"

  lifecycle {
    precondition {
      condition     = filesha256("${var.release}/${each.key}") == each.value
      error_message = "The file is not what SHA256SUMS says."
    }
  }
}

resource "aws_cloudformation_stack" "tokens" {
  name = var.name
  # By a URL a template may be twenty times as long as in a request.
  template_url = "https://${data.aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.code[local.template].key}"
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
  parameters = merge(var.parameters, {
    ExistingSecretArn = var.secret_arn
    CodeBucket        = var.bucket
    CodePrefix        = local.prefix
  })

  depends_on = [aws_s3_object.code]
}

output "base_url" {
  description = "Base URL of the service, for your apps."
  value       = aws_cloudformation_stack.tokens.outputs["BaseUrl"]
}
