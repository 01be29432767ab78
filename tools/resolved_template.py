"""What parameters make of a template: conditions decided, what they leave out gone."""

from __future__ import annotations

LEFT_OUT = {"Ref": "AWS::NoValue"}


class ResolvedTemplate:
    """A template with values for its parameters; a parameter without one has its default."""

    def __init__(self, template: dict, values: dict[str, str]):
        self.conditions = template.get("Conditions", {})
        self.values = {
            name: str(values.get(name, parameter.get("Default", "")))
            for name, parameter in template.get("Parameters", {}).items()
        }

    def holds(self, condition) -> bool:
        """Whether a condition holds, by name or as it is written."""
        if isinstance(condition, str):
            condition = self.conditions[condition]
        [(function, given)] = condition.items()
        if function == "Condition":
            return self.holds(given)
        if function == "Fn::Equals":
            left, right = map(self.of, given)
            return left == right
        if function == "Fn::Not":
            return not self.holds(given[0])
        if function in ("Fn::And", "Fn::Or"):
            return (all if function == "Fn::And" else any)(self.holds(one) for one in given)
        raise ValueError(f"unknown in a condition: {function}")

    def of(self, value):
        """Any part of the template with parameters put in. What only a deployment can know stays."""
        if isinstance(value, list):
            return [done for done in map(self.of, value) if done != LEFT_OUT]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"} and value["Ref"] in self.values:
            return self.values[value["Ref"]]
        if set(value) == {"Fn::If"}:
            condition, met, unmet = value["Fn::If"]
            return self.of(met if self.holds(condition) else unmet)
        done = {name: self.of(inner) for name, inner in value.items()}
        return {name: inner for name, inner in done.items() if inner != LEFT_OUT}

    def resources(self, template: dict) -> dict[str, dict]:
        """The resources that are made."""
        return {
            name: self.of(resource)
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }
