"""Call: one request to AWS, as every renderer reads it."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a plan."""

    id: str
    """Names it within its plan."""
    service: str
    """`sagemaker`, `application-autoscaling` or `cloudwatch`."""
    operation: str
    """As the API spells it, like CreateModel."""
    arguments: dict[str, Any]
    """What it sends, with the values of `advisor.deploy.values` among them."""
    why: str = ""
    """What it is for, where that is not plain."""
    waits: str = ""
    """What to wait for afterwards: endpoint, component or job in service, or endpoint_gone and component_gone."""
