"""A sizing as files: every plan that was tried, and what each input of a tornado does."""

from simulator.sizing import Sizing
from simulator.tornado import Tornado

__all__ = ["plans_csv", "tornado_csv"]


def plans_csv(sizing: Sizing) -> str:
    """Every plan that was played, a row each, cheapest first within its option.

    >>> from simulator.sizing import size
    >>> plans_csv(size("receipt-classifier", names=["serverless"], draws=1)).splitlines()[0]
    'option,configuration,usd_per_month,p99_ms,failed_share,keeps_promise,draws'
    """
    text: str = sizing.frame().to_csv(index=False, lineterminator="\n")
    return text


def tornado_csv(found: Tornado) -> str:
    """Both ends of each input, a row each."""
    text: str = found.frame().to_csv(index=False, lineterminator="\n")
    return text
