"""The service collects garbage after each picture; these tests make hundreds of small ones."""

from __future__ import annotations

import gc

import pytest


@pytest.fixture(autouse=True, scope="session")
def _swept() -> None:
    """What other tests have left stays as it is, so that nothing looks at it for each picture."""
    gc.collect()
    gc.freeze()
