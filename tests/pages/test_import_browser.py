"""An export in a browser: read at a button, and the way from what is missing to its field, even in a fold."""

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.workload import load_workload
from simulator.pages import _link
from tests.imports.exports import metric_data

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_an_export_is_read_and_its_open_questions_lead_to_their_fields(visit: Any, tmp_path: Path) -> None:
    file = tmp_path / "metrics.json"
    file.write_text(json.dumps(metric_data(60)[0]))
    tab = visit(f"/?w={_link.encode(load_workload('receipt-classifier'))}").tab
    tab.get_by_text("Load or save", exact=True).click()
    tab.locator(".st-key-workload_import input[type=file]").set_input_files(file)
    tab.locator(".st-key-workload_import_read button").click(timeout=20_000)
    tab.locator("[data-testid=imported]").wait_for(timeout=20_000)
    tab.evaluate("window.same = true")
    for key, label in (("payload", "Payload (p50)"), ("slots", "Requests side by side")):
        tab.get_by_role("link", name=f"Fill in {label}").click()
        tab.wait_for_function(
            f"""() => {{
            const at = document.getElementById("field-workload_{key}").getBoundingClientRect();
            return at.height > 0 && at.top > 0 && at.bottom < window.innerHeight;
        }}""",
            timeout=5_000,
        )
    assert tab.evaluate("window.same")
    assert tab.locator("[data-testid=imported]").count() == 1
