"""A client somebody else wrote (three, from PyPI) speaks with a real port."""

import itertools
from collections.abc import Iterator
from types import ModuleType

import pytest

from hotline import services


@pytest.fixture
def three(monkeypatch) -> Iterator[ModuleType]:
    """The package is older than Python 3: it imports `ifilter`, which is `filter` today."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    return pytest.importorskip("three")


def test_h_185_h_187_the_client_lists_reads_files_and_reads_again(site, three):
    _row, key = services.issue_key("three")
    city = three.Three(f"{site}/open311/v2", api_key=key)
    offered = city.services()
    assert len(offered) == 74
    assert {one["code"] for one in city.services("0805")["attributes"]} == {
        "order_type",
        "occurred_at",
        "landmark",
    }
    filed = city.post(
        "0805",
        lat=30.251,
        long=120.165,
        address="松风路20号",
        name="小二 王",
        phone="13800001234",
        description="松风路的路灯不亮已经一个星期了。",
    )
    number = filed[0]["service_request_id"]
    assert city.request(number)[0]["service_code"] == "0805"
    assert number in {one["service_request_id"] for one in city.requests("0805")}
    assert "13800001234" not in str(city.requests())
    assert city.discovery()["endpoints"][0]["formats"] == ["application/json", "text/xml"]


def test_h_186_the_client_reads_our_errors(site, three):
    city = three.Three(f"{site}/open311/v2", api_key="nonsense")
    refused = city.post("0805", address="松风路20号", description="松风路的路灯不亮已经一个星期了。")
    assert (city.post_response.status_code, refused[0]["code"]) == (403, 403)
    assert city.request("HL000")[0]["code"] == 404
