"""The rules, one file per subject; see `_rule.py` for what a rule is."""

from advisor.rules._rule import Finding, Outcome, Rule, all_rules

__all__ = ["Finding", "Outcome", "Rule", "all_rules"]
