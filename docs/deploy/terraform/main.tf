# Deploys a release of the token service: uploads its zips, and makes a stack of the template beside them.

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
  description = "Bucket of the stack's region that the zips go to."
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
  zips   = { for name, sum in local.listed : name => sum if endswith(name, "-${var.architecture}.zip") }
  prefix = "agora-token/${substr(filesha256("${var.release}/SHA256SUMS"), 0, 16)}"
}

resource "aws_s3_object" "code" {
  for_each = local.zips

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
  name          = var.name
  template_body = file("${var.release}/template-${var.architecture}.yaml")
  capabilities  = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
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
