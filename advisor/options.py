"""Option: one concrete, fully sized candidate, and its names."""

from dataclasses import dataclass, fields
from typing import Final

from advisor.settings import Settings
from advisor.units import NBSP, format_duration

__all__ = ["NAMES", "Option", "describe", "title"]

NAMES: Final = (
    "real_time",
    "serverless",
    "serverless_provisioned",
    "async",
    "batch_transform",
    "multi_model",
    "multi_container",
    "inference_pipeline",
    "inference_components",
    "inference_components_zero",
    "production_variants",
    "shadow_variant",
    "none",
)
"""Every option name, the release strategies near the end, and `none` for the answer that nothing here fits."""
_TITLES: Final = {
    "real_time": "Real-time endpoint",
    "serverless": "Serverless endpoint",
    "serverless_provisioned": "Serverless endpoint with provisioned concurrency",
    "async": "Asynchronous endpoint",
    "batch_transform": "Batch transform job",
    "multi_model": "Multi-model endpoint",
    "multi_container": "Multi-container endpoint",
    "inference_pipeline": "Inference pipeline",
    "inference_components": "Inference components",
    "inference_components_zero": "Inference components, scaled to zero",
    "production_variants": "Production variants (traffic split)",
    "shadow_variant": "Shadow variant (mirrored traffic)",
    "none": "None of these",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One concrete candidate: an option name with everything that has to be chosen for it.

    >>> Option(name="real_time", instance_type="ml.m5.xlarge", instances=2).tracked
    False
    """

    name: str
    """Option name."""
    instance_type: str = ""
    """`ml.*` type; empty where the option has none."""
    instances: int = 0
    """Instances at the start, and all the time where nothing scales."""
    min_instances: int = 0
    """Fewest instances a scaling policy may leave."""
    max_instances: int = 0
    """Most instances a scaling policy may ask for."""
    target_per_min: float = 0.0
    """Target of tracking: invocations per instance and minute; 0 where the count is fixed."""
    backlog_target: float = 0.0
    """Target of tracking for a queue: backlog per instance; 0 where the count is fixed."""
    target_concurrency: float = 0.0
    """Target of tracking at high resolution: requests at once per instance or copy; 0 where another one or none is used."""
    memory_mib: int = 0
    """Configured memory of one serverless environment, MiB."""
    max_concurrency: int = 0
    """Most serverless environments at once."""
    concurrency_per_instance: int = 0
    """Requests an instance works on side by side."""
    routing: str = "RANDOM"
    """RANDOM (AWS's default) or LEAST_OUTSTANDING."""
    step_from_zero: bool = True
    """A step policy wakes a fleet from zero instances."""
    provisioned_concurrency: int = 0
    """Serverless environments that are kept warm."""
    containers: int = 0
    """Containers on each instance of an endpoint with several."""
    copies: int = 0
    """Copies of a component at the start."""
    min_copies: int = 0
    """Fewest copies a scaling policy may leave."""
    max_copies: int = 0
    """Most copies a scaling policy may ask for."""
    components: int = 0
    """Components on the endpoint, one for each model."""
    concurrency_per_copy: int = 0
    """Requests a copy of a component works on side by side."""
    placement: str = "SPREAD"
    """SPREAD or BINPACK: which instance with room takes a new copy."""
    weights: tuple[float, ...] = ()
    """Share of the calls of each production variant; they add up to 1."""
    fleets: tuple[int, ...] = ()
    """Instances of each variant at the start, the one that answers most or always first; `instances` is their sum."""
    shadow_share: float = 0.0
    """Share of the requests that is copied to the shadow variant, from 0 to 1."""
    endpoints: int = 0
    """Endpoints like this one, one for each of several models, where it serves one only; 0: just this one."""
    payload_mib: int = 0
    """Largest mini-batch of a job, MB as its parameter counts them."""
    job_every_s: int = 0
    """A job runs every so many seconds; 0: as often as the fact `job.every` says."""
    min_provisioned: int = 0
    """Fewest environments kept warm that a scaling policy may leave."""
    max_provisioned: int = 0
    """Most environments kept warm that a scaling policy may ask for."""
    provisioned_target: float = 0.0
    """Target of tracking: busy share of the environments kept warm, as a fraction; 0 where their number is fixed."""
    settings: Settings | None = None
    """What an API call would say beyond the sizes above; None for a candidate that nobody wrote down yet."""

    @property
    def place(self) -> str:
        """Where it serves: the instance type, or `serverless:<MiB>`."""
        return f"serverless:{self.memory_mib}" if self.memory_mib else self.instance_type

    @property
    def tracked(self) -> bool:
        """A scaling policy changes the number of instances, or of copies."""
        return self.target_per_min > 0 or self.backlog_target > 0 or self.target_concurrency > 0

    def config(self) -> dict[str, object]:
        """The fields that differ from their defaults, for printing and JSON."""
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name != "name" and getattr(self, f.name) != f.default
        }


def title(name: str) -> str:
    """What people call an option name.

    >>> title("real_time")
    'Real-time endpoint'
    """
    return _TITLES.get(name, name.replace("_", " ").capitalize())


def _span(low: int, high: int) -> str:
    """A number, or its range."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _percent(shares: tuple[float, ...]) -> str:
    return "/".join(f"{100 * share:g}" for share in shares)


def _environments(option: Option) -> str:
    """A serverless endpoint with its memory and limits."""
    kept = f", {option.provisioned_concurrency:,} kept warm" if option.provisioned_concurrency else ""
    if option.provisioned_target:
        kept = f", {option.min_provisioned:,} to {option.max_provisioned:,} kept warm"
    return f"{option.memory_mib / 1024:g}{NBSP}GiB, up to {option.max_concurrency:,} at once{kept}"


def _fleet(option: Option) -> str:
    """Instances with their type, those of each variant apart."""
    kind = f"{NBSP}×{NBSP}{option.instance_type}"
    if option.tracked:
        each = " for each variant" if option.fleets else ""
        return f"{_span(option.min_instances, option.max_instances)}{kind}{each}"
    if option.fleets:
        return f"{' + '.join(f'{count:,}' for count in option.fleets)}{kind}"
    often = f", every {format_duration(option.job_every_s * 1e6)}" if option.job_every_s else ""
    return f"{option.instances:,}{kind}{often}"


def _copies(option: Option) -> str:
    """Copies of the components."""
    low, high = (option.min_copies, option.max_copies) if option.tracked else (option.copies, option.copies)
    count = _span(low, high)
    word = f"{count} {'copy' if count == '1' else 'copies'}"
    return f"{word} of each of {option.components:,} models" if option.components > 1 else word


def describe(option: Option) -> str:
    """The configuration in a few words.

    >>> describe(Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)).replace("\\xa0", " ")
    '2 × ml.m5.xlarge'
    """
    if not option.memory_mib and not option.instance_type:
        return ""
    said = [_environments(option) if option.memory_mib else _fleet(option)]
    if option.components:
        said.append(_copies(option))
    if option.containers:
        word = f"{option.containers:,} container{'s' * (option.containers > 1)}"
        said.append(f"{word} in a row" if option.name == "inference_pipeline" else word)
    if option.weights:
        said.append(f"calls split {_percent(option.weights)}")
    if option.shadow_share:
        said.append(f"the shadow sees {100 * option.shadow_share:g}{NBSP}%")
    if option.endpoints:
        said.append(f"for each of {option.endpoints:,} models")
    return ", ".join(said)
