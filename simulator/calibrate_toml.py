"""What was measured as lines of TOML: for `[service]` of a workload, and for a file of facts."""

from simulator.calibrate import Calibration
from simulator.calibrate_starts import ColdStarts

__all__ = ["facts_lines", "facts_settings", "service_lines"]


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.3g} ms" if seconds < 1 else f"{seconds:.4g} s"


def service_lines(found: Calibration, place: str) -> list[str]:
    """`time`, `slots` and `slowdown` of a place, with where they come from as comments.

    Arguments: `place` is the instance type of the test, the reference of the workload.
    """
    fit, mean = found.fit, found.fit.service_s.value
    time = (
        f'{{ p50 = "{_ms(found.spread.percentile_s(mean, 0.5))}", p99 = "{_ms(found.spread.percentile_s(mean, 0.99))}" }}'
        if found.spread.sigma
        else f'"{_ms(mean)}"'
    )
    slots = f"{fit.slots.low:g} to {fit.slots.high:g}" + ("" if fit.slots.bounded else " or more")
    shape = "shape lognormal, assumed" if found.spread.sigma else "spread not measured"
    return [
        f"# measured: {found.source}, {len(found.rows)} load levels, 95 % intervals",
        "[service]",
        f'reference = "{place}"',
        f"time = {time}  # mean {_ms(fit.service_s.low)} to {_ms(fit.service_s.high)}; {shape}",
        f"slots = {fit.slots.value:g}  # {slots}",
        f"slowdown = {fit.slowdown.value:.3g}  # {fit.slowdown.low:.2g} to {fit.slowdown.high:.2g}",
    ]


def facts_settings(found: ColdStarts) -> list[str]:
    """The values that are known, as `key=value` of `--set`."""
    made = []
    if found.start is not None:
        made.append(f"cold_start={found.start.value:.4g}s")
    if found.keep is not None and found.keep.bounded:
        made.append(f"keep_alive={found.keep.value:.4g}s")
    return made


def facts_lines(found: ColdStarts) -> list[str]:
    """The values that are known, as a file for `--facts`."""
    source = f'source = "{_quoted(found.source)}, measured"'
    made = []
    for name, span in (("cold_start_time", found.start), ("keep_alive", found.keep)):
        if span is not None and span.bounded:
            ends = [f"value = {span.value:.4g}", f"low = {span.low:.4g}", f"high = {span.high:.4g}", 'unit = "s"']
            made += [f"[serverless.{name}]", *ends, source, ""]
    if found.start is not None and found.start.bounded:
        unit = 'unit = "s/GB"'
        made += [
            "[serverless.cold_start_per_gb]",
            "value = 0",
            unit,
            f"{source[:-1]}: the start holds the model's load\"",
            "",
        ]
    if found.sigma is not None:
        made += ["[serverless.cold_start_spread]", f"value = {found.sigma:.3g}", source, ""]
    return made[:-1]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
