"""Files in the documented form of each tool, made from seeds."""

import json
import random
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday


def metric_data(periods=120, seed=1, p99=True, minutes=1, slower=False):
    """What `aws cloudwatch get-metric-data` prints: newest first, values as floats."""
    draw = random.Random(seed)  # noqa: S311 - made-up exports need no secrecy
    times = [START + timedelta(minutes=minutes * n) for n in range(periods)]
    counts = [float(draw.randint(20, 80)) for _ in times]
    load = [1 + (2.0 if slower and count > 70 else 0.0) for count in counts]
    stats = {
        "Invocations Sum": counts,
        "ModelLatency Average": [90_195 * factor for factor in load],
        "ModelLatency p50": [80_000 * factor for factor in load],
        "OverheadLatency Average": [5_000.0 for _ in times],
        "Invocation5XXErrors Sum": [float(n == 3) for n in range(periods)],
        "InvocationsPerInstance Sum": [count / 2 for count in counts],
    }
    if p99:
        stats["ModelLatency p99"] = [250_000 * factor for factor in load]
    results = [
        {
            "Id": f"m{n}",
            "Label": label,
            "Timestamps": [time.isoformat() for time in reversed(times)],
            "Values": values[::-1],
            "StatusCode": "Complete",
        }
        for n, (label, values) in enumerate(stats.items())
    ]
    return {"MetricDataResults": results, "Messages": []}, sum(counts)


def console_csv(periods=60):
    """What the console downloads: rows that name the columns, then one row a period."""
    head = ["Full label,shop AllTraffic Invocations,shop AllTraffic ModelLatency", "Label,Invocations,ModelLatency", "Statistic,Sum,p90"]  # fmt: skip
    times = [START + timedelta(minutes=5 * n) for n in range(periods)]
    rows = [f"{time:%Y/%m/%d %H:%M:%S},{30 + n % 7},{120_000}" for n, time in enumerate(times)]
    return "\n".join([*head, *rows]) + "\n"


def log_lines(n=2_000, seed=2):
    """JSON lines of an access log with milliseconds."""
    draw = random.Random(seed)  # noqa: S311 - made-up exports need no secrecy
    at, lines = START, []
    for _ in range(n):
        at += timedelta(seconds=draw.expovariate(5))
        took = round(draw.gammavariate(4, 20), 3)
        lines.append(json.dumps({"time": at.isoformat(), "status": 200, "duration_ms": took, "request_bytes": draw.randint(900, 1100), "bytes_sent": 250}))  # fmt: skip
    return lines


def capture_line(n, body="1,2,3", answer="0.5", encoding="CSV"):
    """One line of SageMaker data capture."""
    side = {"observedContentType": "text/csv", "encoding": encoding}
    return json.dumps(
        {
            "captureData": {
                "endpointInput": {**side, "mode": "INPUT", "data": body},
                "endpointOutput": {**side, "mode": "OUTPUT", "data": answer},
            },
            "eventMetadata": {"eventId": f"id-{n}", "inferenceTime": f"{START + timedelta(seconds=n // 3):%Y-%m-%dT%H:%M:%SZ}"},
            "eventVersion": "0",
        }
    )  # fmt: skip


K6_HEADER = "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata"  # fmt: skip


def k6_csv(levels=((1, 50.0), (8, 50.0)), seconds=20, think_ms=50.0):
    """CSV output of k6: vus once a second, then the requests of that second."""
    rows, at = [K6_HEADER], 1_795_334_400
    for users, ms in levels:
        for _ in range(seconds):
            rows.append(f"vus,{at},{users}.000000,,,,,,,,,,,,,,,,")
            for _ in range(round(users * 1_000 / (ms + think_ms))):
                tail = "true,,POST,http://a/invocations,HTTP/1.1,default,,200,,,http://a/invocations,,"
                rows.append(f"http_reqs,{at},1.000000,,,,{tail}")
                rows.append(f"http_req_duration,{at},{ms:.6f},,,,{tail}")
                rows.append(f"http_req_failed,{at},0.000000,,,,{tail}")
            at += 1
    return "\n".join(rows) + "\n"


def k6_summary(nested=False):
    """Summary of k6: flat as --summary-export writes it, or as handleSummary gets it."""
    metrics = {
        "http_req_duration": {"avg": 55.0, "min": 30.0, "med": 50.0, "max": 200.0, "p(90)": 80.0, "p(95)": 95.0, "p(99)": 140.0},
        "http_reqs": {"count": 6_000, "rate": 100.0},
        "vus_max": {"value": 10, "min": 10, "max": 10},
        "data_received": {"count": 1_800_000, "rate": 30_000},
        "http_req_failed": {"value": 0.01, "passes": 60, "fails": 5_940},
    }  # fmt: skip
    if nested:
        metrics = {name: {"type": "trend", "contains": "default", "values": values} for name, values in metrics.items()}
    return {"metrics": metrics}


def recommendations():
    """What describe-inference-recommendations-job answers."""
    results = [
        {
            "Metrics": {"CostPerHour": 0.1, "CostPerInference": 1e-6, "MaxInvocations": 2_400, "ModelLatency": 100},
            "EndpointConfiguration": {"EndpointName": "e", "VariantName": "v", "InstanceType": type_, "InitialInstanceCount": 3},
            "ModelConfiguration": {},
        }
        for type_ in ("ml.c5.xlarge", "ml.m5.xlarge")
    ]  # fmt: skip
    results.append({
        "Metrics": {"MaxInvocations": 300, "ModelLatency": 150},
        "EndpointConfiguration": {"ServerlessConfig": {"MemorySizeInMB": 4096, "MaxConcurrency": 5}},
    })  # fmt: skip
    pattern = {"TrafficType": "STAIRS", "Stairs": {"DurationInSeconds": 120, "NumberOfSteps": 5, "UsersPerStep": 2}}
    return {
        "JobName": "j", "JobType": "Advanced", "Status": "COMPLETED", "InputConfig": {"TrafficPattern": pattern},
        "StoppingConditions": {"MaxInvocations": 500, "ModelLatencyThresholds": [{"Percentile": "P95", "ValueInMilliseconds": 200}]},
        "InferenceRecommendations": results,
    }  # fmt: skip
