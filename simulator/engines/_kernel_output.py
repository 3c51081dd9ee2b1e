"""From log to result, compiled: records into columns by request number, or into counters and histograms."""

from numba.cpython.unsafe.numbers import leading_zeros

from simulator.engines._kernel_options import entry, inlined
from simulator.histogram import EXACT, PER_OCTAVE


@entry
def scatter(log, records, first, columns):
    """Put record i of the log, the (first + i)-th resolved, into the columns of its request.

    Arguments: `columns` int64[8 or 13, n]; row 0 receives the order of resolution, the others the record's fields.
    """
    width = log.shape[1]
    for i in range(records):
        number = log[i, 0]
        columns[0, first + i] = number
        columns[1, number] = log[i, 1]
        columns[2, number] = log[i, 2]
        columns[3, number] = log[i, 3]
        columns[4, number] = log[i, 4]
        columns[5, number] = log[i, 5]
        columns[6, number] = log[i, 6]
        columns[7, number] = log[i, 7]
        for field in range(8, width):
            columns[field, number] = log[i, field]


@inlined
def _bucket(value):
    """Bucket of a time; the same rule as `simulator.histogram.bucket_of`."""
    if value < EXACT:
        return value
    octave = 63 - leading_zeros(value)
    return EXACT + (octave - 9) * PER_OCTAVE + (value >> (octave - 8)) - PER_OCTAVE


@entry
def tally(log, records, window_from, counts, sums, latency, wait):
    """Count the records of the window.

    Arguments: `counts` int64[outcomes], `sums` int64[4] (latency, wait, requests with a cold wait, attempts), `latency`
    and `wait` int64[BUCKETS] for ok requests; all are added to.
    """
    whole = log.shape[1] > 8
    began = 9 if whole else 1
    for i in range(records):
        arrival = log[i, began]
        if arrival < window_from:
            continue
        sums[3] += 1
        if whole and log[i, 10] == 0:
            continue
        outcome = log[i, 5]
        counts[outcome] += 1
        sums[2] += log[i, 6] > 0
        if outcome == 0:
            waited = log[i, 2] - arrival
            took = log[i, 4] - arrival
            sums[0] += took
            sums[1] += waited
            latency[_bucket(took)] += 1
            wait[_bucket(waited)] += 1


@entry
def faults(arrival, service, rows, before, longest):
    """Number of rows whose arrival descends (the first against `before`) or whose service leaves [1, longest)."""
    bad = 0
    for i in range(rows):
        bad += arrival[i] < before
        bad += service[i] < 1
        bad += service[i] >= longest
        before = arrival[i]
    return bad
