"""The same picture under every memory plan, and weights that visit the device just in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ideogram4 import Ideogram4Pipeline
from ideogram4.errors import RequestError
from ideogram4.memory.hosted import HostGroup
from ideogram4.memory.plans import MemoryPlan, check_plan, staying
from ideogram4.memory.streaming import BlockStream
from tests.parity.checkpoints import LONG_CAPTION, SHORT_CAPTION, build_pipeline
from tests.parity.quantised import by_script

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("formats")
    build_pipeline().save_pretrained(root / "plain")
    packed = {kind: by_script(root / "plain", root / kind, kind) for kind in ("nf4", "fp8")}
    return {"plain": root / "plain", **packed}


def open_with(folder: Path, memory: str) -> Ideogram4Pipeline:
    return Ideogram4Pipeline.from_pretrained(
        folder, device="cpu", dtype=torch.float32, memory=memory
    )


def draw(pipe: Ideogram4Pipeline, guidance: tuple[float, ...] = (4.0, 1.0, 1.0, 3.0)) -> Any:
    return pipe(
        [LONG_CAPTION, SHORT_CAPTION],
        width=256,
        height=256,
        seed=5,
        guidance_schedule=guidance,
        output="latents",
        check="off",
    )


@pytest.mark.parametrize("memory", ["swap", "stream"])
@pytest.mark.parametrize("kind", ["plain", "nf4", "fp8"])
def test_latents_are_identical(folders: dict[str, Path], kind: str, memory: str) -> None:
    """Guidance of 1 in between leaves the unconditional blocks out, so the order changes."""
    expected = draw(open_with(folders[kind], "resident"))
    pipe = open_with(folders[kind], memory)
    assert pipe.memory_plan.name == memory
    assert torch.equal(draw(pipe), expected)
    assert torch.equal(draw(pipe), expected), "a second picture of the same pipeline"
    assert torch.equal(
        draw(pipe, (1.0,) * 4), draw(open_with(folders[kind], "resident"), (1.0,) * 4)
    )


@pytest.mark.parametrize("memory", ["resident", "swap", "stream"])
def test_a_pipeline_made_in_inference_mode_is_like_any_other(
    folders: dict[str, Path], memory: str
) -> None:
    expected = draw(open_with(folders["nf4"], "resident"))
    with torch.inference_mode():
        pipe = open_with(folders["nf4"], memory)
        assert torch.equal(draw(pipe), expected)
    assert torch.equal(draw(pipe), expected)


def test_pictures_of_the_demo_are_identical() -> None:
    pictures = []
    for memory in ("resident", "swap", "stream"):
        pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu", memory=memory)
        pictures.append(pipe("a red circle", seed=4, num_steps=3, check="off")[0].tobytes())
    assert pictures[0] == pictures[1] == pictures[2]


def test_a_generation_that_was_left_half_way_disturbs_nothing(folders: dict[str, Path]) -> None:
    pipe = open_with(folders["plain"], "stream")
    expected = draw(pipe)
    steps = pipe.generate(SHORT_CAPTION, width=256, height=256, num_steps=5, check="off")
    next(steps)
    next(steps)
    steps.close()
    assert torch.equal(draw(pipe), expected)


def test_a_block_that_breaks_off_disturbs_nothing(folders: dict[str, Path]) -> None:
    pipe = open_with(folders["plain"], "stream")
    expected = draw(pipe)
    block = pipe._networks.conditional.layers[1]

    def fail(*_: Any) -> None:
        raise RuntimeError("broken off")

    handle = block.attention.register_forward_pre_hook(fail)
    with pytest.raises(RuntimeError, match="broken off"):
        draw(pipe)
    handle.remove()
    assert torch.equal(draw(pipe), expected)


def test_an_unknown_plan_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="auto, resident, swap, stream"):
        Ideogram4Pipeline.from_pretrained("demo", memory="lots")
    with pytest.raises(RequestError):
        check_plan("")


@pytest.mark.parametrize(("blocks", "kept"), [(68, 34), (68, 2), (68, 0), (68, 67), (5, 3), (1, 0)])
def test_the_blocks_that_travel_lie_apart(blocks: int, kept: int) -> None:
    stays = staying(blocks, kept)
    assert len(stays) == blocks
    assert sum(stays) == max(0, kept - 2)
    gaps = [
        later - earlier
        for earlier, later in zip(
            [n for n, stay in enumerate(stays) if not stay][:-1],
            [n for n, stay in enumerate(stays) if not stay][1:],
            strict=True,
        )
    ]
    assert not gaps or max(gaps) - min(gaps) <= 1
    assert staying(blocks, blocks) == [True] * blocks


class Doubling(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((3,), value), requires_grad=False)
        self.other = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.weight


class Loads(BlockStream):
    """Notes which blocks were fetched, and which of them only when they were already called."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.fetched: list[int] = []
        self.late: list[int] = []
        super().__init__(*arguments, **options)

    def _load(self, index: int, slot: Any) -> Any:
        self.fetched.append(index)
        return super()._load(index, slot)

    def _enter(self, index: int, block: nn.Module, arguments: Any) -> None:
        if self._slot_of(index) is None:
            self.late.append(index)
        super()._enter(index, block, arguments)


@pytest.mark.parametrize("slots", [2, 3])
def test_the_next_block_is_fetched_before_it_is_called(slots: int) -> None:
    blocks = [Doubling(float(n)) for n in range(6)]
    stream = Loads(blocks, CPU, leave_out=["other"], slots=slots)
    for _ in range(3):
        x = torch.zeros(3)
        for block in blocks:
            x = block(x)
        assert x.tolist() == [15.0, 15.0, 15.0]
    assert stream.late == [0], "only the very first one had to be waited for"
    assert len(stream.fetched) <= 3 * 6 + slots


def test_another_order_is_learnt_after_one_miss() -> None:
    blocks = [Doubling(float(n)) for n in range(6)]
    stream = Loads(blocks, CPU, leave_out=["other"])
    for _ in range(2):
        for block in blocks:
            block(torch.zeros(3))
    stream.late.clear()
    for _ in range(4):
        for block in blocks[2:5]:
            block(torch.zeros(3))
    assert stream.late == [2, 2] or stream.late == [2]


def test_slots_are_given_back_and_made_again() -> None:
    blocks = [Doubling(float(n)) for n in range(4)]
    stream = BlockStream(blocks, CPU, leave_out=["other"])
    for block in blocks:
        block(torch.zeros(3))
    assert len(stream._slots) == 2
    assert stream.device_bytes < stream.host_bytes
    stream.leave_device()
    assert not stream._slots
    assert [block.weight[0].item() for block in blocks] == [0, 1, 2, 3]
    assert blocks[2](torch.zeros(3))[0].item() == 2


def test_a_group_keeps_its_parameters_and_lends_them() -> None:
    layer = nn.Linear(3, 5)
    before = {name: value.detach().clone() for name, value in layer.named_parameters()}
    weight = layer.weight
    group = HostGroup(layer.parameters(), CPU)
    assert layer.weight is weight
    home = layer.weight.data_ptr()
    with torch.inference_mode(), group.lent_to(CPU):
        assert layer.weight.data_ptr() != home
        assert torch.equal(layer.weight, before["weight"])
    assert layer.weight.data_ptr() == home
    assert all(torch.equal(value, before[name]) for name, value in layer.named_parameters())


def test_a_plan_says_in_words_what_it_does() -> None:
    assert "everything stays" in MemoryPlan("resident").describe(68)
    assert MemoryPlan("swap", 34).describe(68).startswith("swap: 34 of 68 blocks stay")
