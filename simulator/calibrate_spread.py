"""How service times spread, from the percentiles of the levels at which nobody waited."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

from simulator.calibrate_rows import SweepRow

__all__ = ["Spread", "spread_of"]

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviation of the logarithm of the service time, from so many rows; None where no percentile tells it."""

    sigma: float | None
    rows: int = 0
    waited: bool = False
    """Percentiles are there, but only of rows in which requests waited."""

    def percentile_s(self, mean_s: float, share: float) -> float:
        """A percentile of the lognormal of that mean, seconds.

        >>> round(Spread(0.5).percentile_s(0.1, 0.99), 4)
        0.2824
        """
        sigma = self.sigma or 0.0
        return mean_s * math.exp(sigma * _NORMAL.inv_cdf(share) - sigma**2 / 2)


def _sigma(row: SweepRow) -> float | None:
    """From the highest percentile against the median, or against the mean where no median is given."""
    shares = [share for share in row.percentiles_s if share > 0.5]
    if not shares:
        return None
    top = max(shares)
    z, middle = _NORMAL.inv_cdf(top), row.percentiles_s.get(0.5)
    if middle:
        return max(0.0, math.log(row.percentiles_s[top] / middle) / z)
    over = math.log(row.percentiles_s[top] / row.mean_s)  # = z sigma - sigma^2 / 2: the smaller root
    return None if z**2 < 2 * over else max(0.0, z - math.sqrt(z**2 - 2 * over))


def spread_of(rows: Sequence[SweepRow], unqueued: float) -> Spread:
    """The spread of the service times.

    Arguments: `unqueued` is the largest number of users at which nobody waits for a slot.

    >>> row = SweepRow(1, 0.1, percentiles_s={0.5: 0.088, 0.99: 0.282})
    >>> round(spread_of([row], 4).sigma, 2)
    0.5
    """
    all_ = [(row, _sigma(row)) for row in rows]
    alone = [sigma for row, sigma in all_ if sigma is not None and row.users <= unqueued]
    if not alone:
        return Spread(None, waited=any(sigma is not None for _, sigma in all_))
    return Spread(median(alone), len(alone))
