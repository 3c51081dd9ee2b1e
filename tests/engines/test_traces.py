"""Both engines on real traffic; the files are not part of the repository."""

from pathlib import Path

import pytest

from simulator.validate import from_trace

TRACE = Path(__file__).parents[3] / "shared" / "data" / "traces" / "web_diurnal_nasa_jul1995.csv.gz"
TWO_DAYS_S = 2 * 86_400


@pytest.mark.skipif(not TRACE.exists(), reason="the folder of real traces is not beside the repository")
def test_two_days_of_a_web_site_are_played_alike():
    rows = list(from_trace(TRACE, TWO_DAYS_S))
    assert len(rows) == 4
    assert [row.observed for row in rows] == [0] * 4
