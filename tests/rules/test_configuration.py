"""Written configurations: what no SDK complains of, found before the call; a correct one is left in peace."""

from dataclasses import replace

import pytest

from advisor.attributes import Attributes
from advisor.facts import load_facts
from advisor.options import Option
from advisor.rules import Outcome
from advisor.settings import Settings
from advisor.verdict import examine

FACTS = load_facts()
INSTANCES, COPIES, PROVISIONED = (
    FACTS.of("configuration", f"dimension_{name}").value for name in ("instances", "copies", "provisioned")
)
PERIODS = FACTS.fact("configuration.metric_publish_periods").value
REFUSED = FACTS.fact("inference_components_zero.refused_regions").value[0]
SIZES = FACTS.fact("serverless.memory_sizes").value
SERVERLESS = Option(name="serverless", memory_mib=SIZES[1], max_concurrency=10)
WARM = Option(name="serverless_provisioned", memory_mib=SIZES[1], max_concurrency=10, provisioned_concurrency=5)
FLEET = Option(name="real_time", instance_type="ml.m5.xlarge", instances=2)
QUEUE = Option(name="async", instance_type="ml.m5.xlarge", instances=1)
COMPONENTS = Option(name="inference_components", instance_type="ml.g5.xlarge", instances=1)
ZERO = Option(name="inference_components_zero", instance_type="ml.g5.xlarge", max_instances=2, max_copies=2)
JOB = Option(name="batch_transform", instance_type="ml.m5.xlarge", instances=1)
FULL = Settings(execution_role=True, output_path="s3://bucket/answers")


def written(option, **settings):
    return replace(option, settings=Settings(**settings))


def metric(name):
    return FACTS.of("autoscaling", name).value


def outcome(found):
    return found.outcome if found else None


def configured(option, **settings):
    verdict = examine(Attributes(), replace(option, settings=replace(FULL, **settings)), FACTS)
    return {found.rule: found for found in verdict.findings if found.rule.startswith("CFG")}


CORRECT = [
    (FLEET, {"model_name": True, "routing": "RANDOM", "volume_gib": 50, "scalable_min": 1, "scalable_max": 4,
             "dimension": INSTANCES, "metric": metric("metric_variant")}),
    (replace(FLEET, name="multi_model"), {"model_name": True, "model_cache": "Enabled"}),
    (replace(FLEET, name="multi_container"), {"model_name": True}),
    (replace(FLEET, name="inference_pipeline"), {"model_name": True}),
    (replace(FLEET, name="production_variants"), {"model_name": True, "weights": (1.0, 0.0)}),
    (replace(FLEET, name="shadow_variant"), {"model_name": True}),
    (SERVERLESS, {"model_name": True}),
    (WARM, {"model_name": True, "dimension": PROVISIONED, "metric": metric("metric_provisioned")}),
    (QUEUE, {"model_name": True, "async_concurrency": 4, "scalable_min": 0, "scalable_max": 2, "step_policy": True,
             "alarm": True, "dimension": INSTANCES, "invoked": True, "input_location": "s3://bucket/in"}),
    (COMPONENTS, {"managed_min": 1, "managed_max": 2, "initial_copies": 1, "component_memory_mib": 1024,
                  "dimension": COPIES, "metric": metric("metric_component_high_res"), "placement": "SPREAD"}),
    (ZERO, {"managed_min": 0, "managed_max": 2, "initial_copies": 1, "scalable_min": 0, "scalable_max": 2,
            "step_policy": True, "alarm": True}),
    (JOB, {"job_timeout_s": 60, "job_retries": 0, "max_payload_mb": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("option", "settings"), CORRECT, ids=[option.name for option, _ in CORRECT])
def test_a_correct_configuration_is_left_in_peace(option, settings):
    assert all(found.outcome is Outcome.notes for found in configured(option, **settings).values())


@pytest.mark.parametrize(("option", "settings"), CORRECT, ids=[option.name for option, _ in CORRECT])
def test_a_candidate_that_nobody_wrote_down_has_no_such_mistake(option, settings):
    verdict = examine(Attributes(region=REFUSED), option, FACTS)
    assert not [found for found in verdict.findings if found.rule.startswith("CFG")]


def test_two_mistakes_are_two_findings():
    sizes = {"max_concurrency": 5, "provisioned_concurrency": 6, "instance_type": "ml.m5.xlarge"}
    verdict = examine(Attributes(), replace(WARM, **sizes, settings=Settings()), FACTS)
    found = {finding.rule: finding for finding in verdict.findings}
    assert {"CFG001", "CFG002"} <= set(found)
    assert verdict.outcome is Outcome.blocks
    assert all(found[rule].remedy for rule in ("CFG001", "CFG002"))
    assert set(configured(COMPONENTS, execution_role=None, model_name=True, initial_copies=0)) == {
        "CFG006", "CFG007", "CFG011",
    }  # fmt: skip


@pytest.mark.parametrize(("warm", "expected"), [(9, None), (10, None), (11, Outcome.blocks)])
def test_no_more_is_kept_warm_than_there_may_be(ask, warm, expected):
    option = replace(WARM, provisioned_concurrency=warm)
    assert outcome(ask("CFG001", option)) is expected
    assert outcome(ask("CFG001", replace(option, settings=Settings()))) is expected


def test_a_variant_has_one_kind_of_capacity(ask):
    assert ask("CFG002", written(SERVERLESS)) is None
    assert ask("CFG002", written(FLEET)) is None
    both = ask("CFG002", written(FLEET, serverless=True))
    assert both.outcome is Outcome.blocks
    assert "InstanceType and InitialInstanceCount" in both.message
    assert ask("CFG002", written(replace(SERVERLESS, instances=1))).outcome is Outcome.blocks
    assert ask("CFG002", written(SERVERLESS, instance_pools=1)).outcome is Outcome.blocks


def test_a_queue_is_not_serverless(ask):
    assert ask("CFG003", written(SERVERLESS)) is None
    assert ask("CFG003", written(QUEUE)) is None
    assert ask("CFG003", written(SERVERLESS, asynchronous=True)).outcome is Outcome.blocks
    assert ask("CFG003", written(QUEUE, serverless=True)).outcome is Outcome.blocks


def test_a_variant_says_what_it_runs_on(ask):
    bare = Option(name="real_time", instances=1)
    assert ask("CFG004", written(bare)).outcome is Outcome.blocks
    assert ask("CFG004", written(replace(SERVERLESS, memory_mib=0))).outcome is Outcome.blocks
    for option in (FLEET, SERVERLESS):
        assert ask("CFG004", written(option)) is None
    assert ask("CFG004", written(bare, instance_pools=1)) is None
    assert ask("CFG004", written(Option(name="batch_transform"))) is None, "the SDK asks for the type of a job"


def test_answers_of_a_queue_have_a_place(ask):
    assert ask("CFG005", written(QUEUE, output_path="s3://bucket/answers")) is None
    assert ask("CFG005", written(FLEET)) is None
    assert ask("CFG005", written(FLEET, asynchronous=True)).outcome is Outcome.conditions
    for path in (None, ""):
        assert ask("CFG005", written(QUEUE, output_path=path)).outcome is Outcome.conditions
    assert ask("CFG005", written(QUEUE, output_path="bucket/answers")).outcome is Outcome.blocks


@pytest.mark.parametrize("option", [COMPONENTS, ZERO])
def test_an_endpoint_for_components_has_a_role_and_no_model(ask, option):
    assert ask("CFG006", written(option)).outcome is Outcome.blocks
    assert ask("CFG006", written(option, execution_role=True)) is None
    assert ask("CFG006", written(FLEET)) is None
    assert ask("CFG007", written(option, model_name=True)).outcome is Outcome.blocks
    assert ask("CFG007", written(option)) is None
    assert ask("CFG007", written(FLEET, model_name=True)) is None


@pytest.mark.parametrize(
    ("body", "location", "said"),
    [(1, "s3://b/in", "both"), (None, None, "neither"), (None, "s3://b/in", None), (1, None, None), (0, None, None)],
)
def test_a_call_has_one_input(ask, body, location, said):
    found = ask("CFG008", written(QUEUE, invoked=True, body_bytes=body, input_location=location))
    assert outcome(found) is (Outcome.blocks if said else None)
    assert found is None or said in found.message
    assert ask("CFG008", written(QUEUE)) is None, "no call is written down"


def test_one_weight_is_above_zero(ask):
    variants = replace(FLEET, name="production_variants")
    assert ask("CFG009", written(variants, weights=(0.0, 0.0))).outcome is Outcome.conditions
    for weights in (None, (0.0, 0.1)):
        assert ask("CFG009", written(variants, weights=weights)) is None


@pytest.mark.parametrize(("least", "expected"), [(1, None), (2, None), (3, Outcome.blocks)])
def test_the_smallest_number_is_not_above_the_largest(ask, least, expected):
    for settings in ({"managed_min": least, "managed_max": 2}, {"scalable_min": least, "scalable_max": 2}):
        assert outcome(ask("CFG010", written(COMPONENTS, **settings))) is expected
    assert outcome(ask("CFG010", replace(FLEET, min_instances=least, max_instances=2))) is expected
    assert outcome(ask("CFG010", replace(COMPONENTS, min_copies=least, max_copies=2))) is expected
    assert ask("CFG010", written(COMPONENTS, managed_min=least, scalable_min=least)) is None
    assert ask("CFG010", written(FLEET, scalable_min=1, scalable_max=0)).margin == -1


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_component_is_created_with_a_copy(ask, step):
    least = int(FACTS.fact("configuration.copies_at_creation_min").number())
    found = ask("CFG011", written(ZERO, initial_copies=least + step))
    assert outcome(found) is (Outcome.blocks if step < 0 else None)
    assert ask("CFG011", written(ZERO)) is None


def test_managed_instances_at_zero_are_refused_in_some_regions(ask):
    zero = written(COMPONENTS, managed_min=0)
    found = ask("CFG012", zero, region=REFUSED)
    assert found.outcome is Outcome.conditions
    assert REFUSED in found.message
    assert ask("CFG012", zero, region="us-east-1") is None
    assert ask("CFG012", zero) is None
    assert ask("CFG012", written(COMPONENTS, managed_min=1), region=REFUSED) is None
    assert ask("CFG012", written(ZERO, managed_min=0), region=REFUSED) is None, "said once, of the option"
    assert ask("NET005", written(ZERO, managed_min=0), region=REFUSED).outcome is Outcome.conditions


def test_a_metric_belongs_to_its_dimension(ask):
    per_copy, per_instance = metric("metric_component"), metric("metric_variant")
    assert ask("CFG013", written(FLEET, dimension=INSTANCES, metric=per_instance)) is None
    assert ask("CFG013", written(FLEET, dimension=INSTANCES)) is None
    assert ask("CFG013", written(FLEET, metric=per_copy)) is None
    wrong = ask("CFG013", written(FLEET, dimension=INSTANCES, metric=per_copy))
    assert wrong.outcome is Outcome.blocks
    assert per_instance in wrong.remedy
    assert ask("CFG013", written(COMPONENTS, dimension=COPIES, metric=per_instance)).outcome is Outcome.blocks
    assert ask("CFG013", written(WARM, dimension=PROVISIONED, metric=per_instance)).outcome is Outcome.blocks
    typo = ask("CFG013", written(FLEET, dimension=INSTANCES.replace("Count", "Counts"), metric=per_instance))
    assert INSTANCES in typo.remedy


def test_the_backlog_of_a_queue_is_a_customised_metric(ask):
    found = ask("CFG013", written(QUEUE, dimension=INSTANCES, metric=metric("metric_async")))
    assert "CustomizedMetricSpecification" in found.remedy


def test_a_queue_publishes_no_metric_per_instance(ask):
    tracked = written(QUEUE, dimension=INSTANCES, metric=metric("metric_variant"))
    assert ask("CFG013", tracked).outcome is Outcome.conditions
    assert ask("CFG013", replace(tracked, target_per_min=60.0, max_instances=2)) is None, "said once, of the target"
    assert ask("CFG013", written(QUEUE, dimension=INSTANCES, metric=metric("metric_variant_high_res"))) is None


@pytest.mark.parametrize(("option", "alarm"), [(QUEUE, "HasBacklog"), (ZERO, "NoCapacity"), (COMPONENTS, "NoCapacity")])
def test_zero_needs_a_step_policy_and_an_alarm(ask, option, alarm):
    found = ask("CFG014", written(option, scalable_min=0))
    assert found.outcome is Outcome.conditions
    assert alarm in found.remedy
    assert "step scaling policy" not in ask("CFG014", written(option, scalable_min=0, step_policy=True)).remedy
    assert alarm not in ask("CFG014", written(option, scalable_min=0, alarm=True)).remedy
    assert ask("CFG014", written(option, scalable_min=0, step_policy=True, alarm=True)) is None
    assert ask("CFG014", written(option, scalable_min=1)) is None
    assert ask("CFG014", written(FLEET, scalable_min=0)) is None, "an option that never reaches zero"
    assert ask("CFG014", written(JOB, scalable_min=0)) is None


@pytest.mark.parametrize("period", PERIODS)
def test_metrics_come_at_documented_intervals(ask, period):
    default = FACTS.fact("configuration.metric_publish_default").us() / 1e6
    assert ask("CFG015", written(FLEET, metric_publish_period_s=period, enhanced_metrics=True)) is None
    usual = ask("CFG015", written(FLEET, metric_publish_period_s=period))
    assert outcome(usual) is (None if period == default else Outcome.notes)
    for other in (period - 1, period + 1):
        found = ask("CFG015", written(FLEET, metric_publish_period_s=other))
        assert found.outcome is Outcome.blocks
        assert found.remedy.endswith(f" {period}.")


@pytest.mark.parametrize("size", SIZES)
def test_serverless_memory_has_fixed_sizes(ask, size):
    assert ask("CFG016", replace(SERVERLESS, memory_mib=size)) is None
    below, above = (ask("CFG016", replace(SERVERLESS, memory_mib=size + step)) for step in (-1, 1))
    assert below.outcome is above.outcome is Outcome.blocks
    assert below.remedy.endswith(f" {size:,}.")
    assert above.remedy.endswith(f" {min((s for s in SIZES if s > size), default=size):,}.")


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_serverless_has_a_largest_concurrency(ask, step):
    most = int(FACTS.fact("serverless.max_concurrency").number())
    warm = int(FACTS.fact("serverless_provisioned.provisioned_concurrency_max").number())
    expected = Outcome.blocks if step > 0 else None
    assert outcome(ask("CFG017", replace(SERVERLESS, max_concurrency=most + step))) is expected
    found = ask("CFG017", replace(WARM, provisioned_concurrency=warm + step, max_concurrency=most))
    assert outcome(found) is expected
    assert ask("CFG017", FLEET) is None


RANGES = [
    ("CFG018", FLEET, "volume_gib", "VolumeSizeInGB", "real_time.volume_size_range"),
    ("CFG018", FLEET, "download_timeout_s", "ModelDataDownload", "real_time.model_download_timeout_range"),
    ("CFG018", QUEUE, "health_check_timeout_s", "ContainerStartup", "async.container_health_check_range"),
    ("CFG018", FLEET, "provision_timeout_s", "VariantInstance", "real_time.instance_provision_timeout_range"),
    ("CFG019", QUEUE, "async_concurrency", "MaxConcurrentInv", "async.concurrency_per_instance_range"),
    ("CFG019", QUEUE, "request_ttl_s", "RequestTTLSeconds", "async.queue_ttl_range"),
    ("CFG019", QUEUE, "request_timeout_s", "InvocationTimeout", "configuration.async_invocation_timeout_range"),
    ("CFG020", COMPONENTS, "scale_in_step", "MaximumStepSize", "configuration.scale_in_step_range"),
    ("CFG020", COMPONENTS, "scale_in_cooldown_min", "CooldownInMinutes", "configuration.scale_in_cooldown_range"),
    ("CFG021", JOB, "job_timeout_s", "InvocationsTimeout", "batch_transform.invocation_timeout_range"),
    ("CFG021", JOB, "job_retries", "InvocationsMaxRetries", "batch_transform.retries_range"),
]


@pytest.mark.parametrize(("rule", "option", "field", "parameter", "name"), RANGES, ids=[row[2] for row in RANGES])
def test_a_value_lies_in_its_range(ask, rule, option, field, parameter, name):
    fact = FACTS.fact(name)
    for value in (fact.low, fact.high):
        assert ask(rule, written(option, **{field: value})) is None
    for value in (fact.low - 1, fact.high + 1):
        found = ask(rule, written(option, **{field: value}))
        assert found.outcome is Outcome.blocks
        assert parameter in found.message
        assert f"{value:,}" in found.message
        assert fact.text() in found.message
        assert found.margin < 0
        assert f"{fact.high:,}" in found.remedy


@pytest.mark.parametrize(
    ("field", "name"),
    [("component_cores", "cpu_cores_min"), ("component_accelerators", "accelerators_min"),
     ("component_memory_mib", "memory_min")],
)  # fmt: skip
def test_a_copy_reserves_at_least_something(ask, field, name):
    least = FACTS.of("inference_components", name).number()
    for value in (least, least * 2):
        assert ask("CFG020", written(COMPONENTS, **{field: value})) is None
    assert ask("CFG020", written(COMPONENTS, **{field: least / 2})).outcome is Outcome.blocks


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_numbers_of_variants_pools_and_bytes_have_a_largest(ask, step):
    variants = int(FACTS.fact("production_variants.variants_max").number()) + step
    pools = int(FACTS.fact("real_time.instance_pools_max").number()) + step
    body = int(FACTS.fact("async.payload_inline").bytes()) + step
    payload = int(FACTS.fact("batch_transform.payload_request").number()) + step
    expected = Outcome.blocks if step > 0 else None
    split = replace(FLEET, name="production_variants")
    assert outcome(ask("CFG018", written(split, weights=(1.0,) * variants))) is expected
    assert outcome(ask("CFG018", written(FLEET, instance_pools=pools))) is expected
    assert outcome(ask("CFG019", written(QUEUE, invoked=True, body_bytes=body))) is expected
    assert outcome(ask("CFG021", written(JOB, max_payload_mb=payload))) is expected
    assert outcome(ask("CFG021", replace(JOB, payload_mib=payload, settings=Settings()))) is expected


def test_all_values_of_a_family_are_named_in_one_finding(ask):
    volume, timeout = (
        FACTS.of("real_time", name).high for name in ("volume_size_range", "container_health_check_range")
    )
    found = ask("CFG018", written(FLEET, volume_gib=volume + 1, health_check_timeout_s=timeout + 1))
    for parameter in ("VolumeSizeInGB", "ContainerStartupHealthCheckTimeoutInSeconds"):
        assert parameter in found.message
        assert parameter in found.remedy
    assert len(found.facts) == 2


def test_a_written_job_keeps_the_product_of_mini_batch_and_requests(ask):
    limit = int(FACTS.fact("batch_transform.payload_concurrency_product").number())
    count = 4
    for size, expected in ((limit // count, None), (limit // count + 1, Outcome.blocks)):
        own = replace(JOB, concurrency_per_instance=count, payload_mib=size, settings=Settings())
        other = written(replace(JOB, concurrency_per_instance=count), max_payload_mb=size)
        assert outcome(ask("CFG022", own)) is outcome(ask("CFG022", other)) is expected
    default = int(FACTS.fact("batch_transform.payload_request_default").number())
    for requests, expected in ((limit // default, None), (limit // default + 1, Outcome.conditions)):
        assert outcome(ask("CFG022", written(replace(JOB, concurrency_per_instance=requests)))) is expected
    assert ask("CFG022", written(replace(JOB, concurrency_per_instance=limit), max_payload_mb=0)) is None
    assert ask("CFG022", written(JOB, max_payload_mb=limit + 1)) is None, "too large alone, said once"
    assert ask("CFG022", written(FLEET)) is None


@pytest.mark.parametrize(
    ("field", "name"),
    [("routing", "real_time.routing_strategies"), ("scale_in_strategy", "inference_components.scale_in_strategies"),
     ("placement", "inference_components.placement_strategies"), ("model_cache", "multi_model.cache_settings")],
)  # fmt: skip
def test_names_are_spelled_as_aws_spells_them(ask, field, name):
    for word in FACTS.fact(name).value:
        assert ask("CFG023", written(COMPONENTS, **{field: word})) is None
        found = ask("CFG023", written(COMPONENTS, **{field: word + "S"}))
        assert found.outcome is Outcome.blocks
        assert word in found.remedy
