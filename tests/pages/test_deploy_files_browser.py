"""Deploy files in a browser: what is downloaded is what was asked for, on a phone in the dark, and accessible."""

import zipfile
from collections.abc import Callable

import pytest

from advisor.workload import load_workload
from simulator.pages import _link
from tests.pages.browsing import Visitor
from tests.pages.test_browser_pages import keep, violations
from tests.pages.test_deploy_files import HOSTILE, constants

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SEARCHED = "size_tab=Deploy+files&size_find=1&size_options=Serverless+endpoint"


def test_a_hostile_value_is_downloaded_as_data_and_stays_out_of_the_address(visit: Callable[..., Visitor]) -> None:
    address = f"/size?w={_link.encode(load_workload('receipt-classifier'))}&{SEARCHED}"
    visitor = visit(address, width=390, theme="dark")
    tab = visitor.tab
    tab.get_by_text("SageMaker Python SDK v3", exact=True).click()
    tab.wait_for_url("**size_deploy_target=SageMaker+Python+SDK+v3**")
    visitor.rest().write("size_deploy_image", HOSTILE)
    tab.locator("h1", has_text="fill in 2 values first").wait_for()
    visitor.rest()
    with tab.expect_download() as caught:
        tab.get_by_role("button", name="All files as ZIP").click()
    assert caught.value.suggested_filename == "receipt-classifier-sdk-v3.zip"
    with zipfile.ZipFile(caught.value.path()) as archive:
        script, takedown = archive.namelist()
        assert constants(archive.read(script).decode())["IMAGE"] == HOSTILE
    assert (script, takedown) == ("receipt-classifier-create.py", "receipt-classifier-delete.py")
    assert "aws" not in tab.url.split("w=")[0] and "script" not in tab.url
    assert visitor.sideways == 0
    keep(visitor, "deploy-files-390-dark")
    assert violations(visitor) == []
