"""How a new version of the functions takes over: versions, the alias `live`, and who moves it."""

from __future__ import annotations

import hashlib
import json

from resolved_template import ResolvedTemplate

ROLLOUTS = {"at-once": "", "versions": "", "canary": "Canary10Percent5Minutes", "linear": "Linear10PercentEvery1Minute"}


def roll_out(template: dict, rollout: str, values: dict[str, str], code_of, kept_ready: dict[str, str] | None = None) -> None:
    """Gives every function versions and the alias `live`, where `rollout` asks for that.

    `kept_ready` has how many processes of a function are kept ready, by its logical id.

    It can't stand in the template: SAM names a version by what is written there, not by the values of
    parameters. A parameter that changes alone, such as AnonymousAccess from open to closed, would make
    no version, and the alias would go on serving the old one. So versions are named here, by all that
    makes a function: its code (as bytes, `code_of` its logical id) and its properties with their values.
    """
    if rollout == "at-once":
        return
    common, resolved = template["Globals"]["Function"], ResolvedTemplate(template, values)
    # Not of the function itself; some of it is there from an earlier time.
    aside = ("CodeUri", "Events", "AutoPublishAlias", "AutoPublishCodeSha256", "DeploymentPreference",
             "ProvisionedConcurrencyConfig")
    shared = {k: v for k, v in common.items() if k not in aside}
    common["AutoPublishAlias"] = "live"
    if ROLLOUTS[rollout]:
        common["DeploymentPreference"] = {"Type": ROLLOUTS[rollout], "Alarms": [{"Ref": "ServerErrorsAlarm"}]}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = {k: v for k, v in resource["Properties"].items() if k not in aside}
            digest = hashlib.sha256(code_of(name))
            digest.update(json.dumps(resolved.of([shared, own]), sort_keys=True).encode())
            resource["Properties"]["AutoPublishCodeSha256"] = digest.hexdigest()
            if number := (kept_ready or {}).get(name):
                resource["Properties"]["ProvisionedConcurrencyConfig"] = {"ProvisionedConcurrentExecutions": int(number)}
