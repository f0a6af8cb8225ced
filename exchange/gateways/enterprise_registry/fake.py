"""Registers of the organisations of an invented city."""

from collections.abc import Collection
from typing import Any

from exchange.gateways import registers


class FakeEnterpriseRegistry:
    """Stands in for EnterpriseRegistryClient: the demo's company, and a plain one for any other code."""

    def facts(self, credit_code: str, name: str, wanted: Collection[str]) -> dict[str, Any]:
        """The wanted attributes the registers know; one that is missing is not known."""
        registers.refuse_when_out("enterprise_registry")
        facts = {**_plain_company(credit_code), **registers.known("organisations", credit_code)}
        return {key: facts[key] for key in wanted if facts.get(key) is not None}


def _plain_company(credit_code: str) -> dict[str, Any]:
    chance = registers.dice(credit_code, "enterprise_registry")
    return {
        "company_type": "llc",
        "subject_type": "company",
        "capital_wan": chance.choice([50, 100, 200, 500]),
        "industry": "批发和零售业",
        "investors": [{"name": registers.some_name(chance), "ratio": 100}],
        "seals": ["official", "finance", "invoice"],
        "taxpayer_type": "small",
        "invoice_stock": 0,
        "social_insurance_no": f"99{chance.randint(0, 10**7 - 1):07d}",
        "housing_fund_no": f"99{chance.randint(0, 10**8 - 1):08d}",
    }
