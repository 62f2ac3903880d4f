"""The guard of conftest.py itself: nothing a test does can leave this machine."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

GUARDED = "a test (connects|looks up)"


@pytest.fixture
def forgiven(only_loopback: list[object]) -> list[object]:
    """The attempts so far; a test that provokes some clears the list."""
    return only_loopback


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 80)])
def test_a_connection_to_another_machine_fails(
    forgiven: list[object], address: tuple[str, int]
) -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match=GUARDED):
        outside.connect(address)
    assert forgiven == [address]
    forgiven.clear()


def test_a_name_on_the_network_is_not_looked_up(forgiven: list[object]) -> None:
    with pytest.raises(AssertionError, match=GUARDED):
        socket.create_connection(("huggingface.co", 443), timeout=1)
    assert forgiven == ["huggingface.co"]
    forgiven.clear()


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@given(st.integers())
def test_property_tests_run_under_the_guard(number: int) -> None:
    assert number == int(str(number))
