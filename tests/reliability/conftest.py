"""The service collects garbage after each picture; these tests make hundreds of small ones."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.parts import make
from tests.ui.pretend import PretendPipeline
from ui.service import GenerationService


@pytest.fixture(autouse=True, scope="session")
def _swept() -> None:
    """What other tests have left stays as it is, so that nothing looks at it for each picture."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def pipeline() -> Iterator[PretendPipeline]:
    """Stops before step 3 until the test lets it go; in the end it goes in any case."""
    held = PretendPipeline(hold_at=3)
    yield held
    held.release.set()


@pytest.fixture
def service(tmp_path: Path, pipeline: PretendPipeline) -> GenerationService:
    """A service over `pipeline`."""
    return make(tmp_path, pipeline)
