"""Pictures are seen as transformers' own Qwen3-VL sees them, and read from the published files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ideogram4 import Ideogram4Pipeline
from ideogram4.caption import repair_caption
from ideogram4.errors import (
    CorruptFileError,
    MissingFileError,
    RequestError,
    TensorMismatchError,
    WeightsError,
)
from ideogram4.magic.answer_schema import AnswerLimits
from ideogram4.model.patches import PatchSizes, fitted_size, patches_of
from ideogram4.model.picture_prompt import PicturePrompt
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.tokenizer import CaptionTokenizer
from ideogram4.model.vision import load_tower
from ideogram4.model.writer import LanguageWriter
from tests.model.seeing import (
    LAYERS,
    change_config,
    drawn,
    save_seeing,
    seeing_model,
    seeing_tokenizer,
)
from tests.parity.quantised import by_script

CPU = torch.device("cpu")
SHORT = AnswerLimits(12, 12, 6, 6, 2, 1, 1)
SHAPES = [(256, 256), (320, 192), (250, 700)]
PUBLISHED = {
    "patch_size": 16,
    "merge_size": 2,
    "temporal_patch_size": 2,
    "image_mean": [0.5] * 3,
    "image_std": [0.5] * 3,
    "size": {"shortest_edge": 256 * 256, "longest_edge": 1024 * 1024},
}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return seeing_tokenizer()


@pytest.fixture(scope="module")
def peer(tokenizer: Any) -> Any:
    return seeing_model(len(tokenizer), tokenizer.convert_tokens_to_ids("<|image_pad|>"))


@pytest.fixture(scope="module")
def folder(tokenizer: Any, peer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_seeing(tmp_path_factory.mktemp("seeing"), tokenizer, peer)


@pytest.fixture
def damaged(folder: Path, tmp_path: Path) -> Path:
    """A copy of the text encoder alone, to be broken."""
    shutil.copytree(folder / "text_encoder", tmp_path / "text_encoder")
    return tmp_path


class Dictated:
    """An answer whose tokens are known before; keeps the logits that the model gave for each."""

    def __init__(self, tokens: Sequence[int], forced: int = 0) -> None:
        self._tokens, self._forced = list(tokens), forced
        self.logits: list[torch.Tensor] = []
        self.text = ""

    @property
    def finished(self) -> bool:
        return not self._tokens

    def forced(self) -> list[int]:
        taken, self._tokens = self._tokens[: self._forced], self._tokens[self._forced :]
        self._forced = 0
        return taken

    def restrict(self, logits: torch.Tensor) -> torch.Tensor:
        self.logits.append(logits)
        return torch.full_like(logits, float("-inf")).index_fill(
            0, torch.tensor(self._tokens[0]), 0
        )

    def take(self, token: int) -> None:
        assert token == self._tokens.pop(0)


def writer_of(peer: Any) -> LanguageWriter:
    config = peer.config.text_config
    encoder = TextEncoder(config, tuple(range(LAYERS))).eval()
    state = peer.model.language_model.state_dict()
    encoder.language_model.load_state_dict({k: v for k, v in state.items() if k != "norm.weight"})
    return LanguageWriter(encoder, state["norm.weight"], peer.lm_head.weight.data)


@pytest.mark.parametrize(("width", "height"), SHAPES)
def test_the_logits_are_those_of_transformers(
    width: int, height: int, peer: Any, tokenizer: Any, folder: Path
) -> None:
    """Of a picture, words around it, and every token that is then written, one at a time."""
    picture = drawn(width, height)
    ids, at = CaptionTokenizer(tokenizer).encode_picture_chat("You see.", "What is it? Ω")
    tower = load_tower(folder, 32, CPU, torch.float32, hosted=False)
    prompt = PicturePrompt.of(ids, at, tower.look(picture))
    written = tokenizer("a red fox, and snow")["input_ids"]
    answer = Dictated(written, forced=3)
    list(writer_of(peer).write(prompt, answer, None))  # type: ignore[arg-type]

    # The library's own processor, model, positions, and one pass without a cache.
    seen = Qwen2VLImageProcessorPil(**PUBLISHED)(images=[picture], return_tensors="pt")
    mark = tokenizer.convert_tokens_to_ids("<|image_pad|>")
    count = int(seen["image_grid_thw"].prod()) // 4
    whole = torch.tensor([[*ids[:at], *[mark] * count, *ids[at + 1 :], *written]])
    with torch.inference_mode():
        expected = peer(
            input_ids=whole,
            pixel_values=seen["pixel_values"],
            image_grid_thw=seen["image_grid_thw"],
            mm_token_type_ids=(whole == mark).int(),
        ).logits[0]
    ours = torch.stack(answer.logits)
    theirs = expected[-len(written) + 2 : -1]
    assert ours.shape == theirs.shape
    torch.testing.assert_close(ours, theirs, atol=2e-5, rtol=1e-5)
    assert theirs.abs().max() > 0.1, "logits of nothing would agree too"


def test_the_picture_matters(peer: Any, tokenizer: Any, folder: Path) -> None:
    """Or a writer that saw no picture would pass with a model that ignored it."""
    ids, at = CaptionTokenizer(tokenizer).encode_picture_chat("You see.", "What is it?")
    tower = load_tower(folder, 32, CPU, torch.float32, hosted=False)
    found = []
    for picture in (drawn(256, 256), drawn(256, 256).rotate(90)):
        answer = Dictated([5])
        prompt = PicturePrompt.of(ids, at, tower.look(picture))
        list(writer_of(peer).write(prompt, answer, None))  # type: ignore[arg-type]
        found.append(answer.logits[0])
    assert (found[0] - found[1]).abs().max() > 0.01


@pytest.mark.parametrize(
    "size", [(256, 256), (640, 480), (37, 900), (3000, 2000), (1000, 999), (20, 20), (4000, 21)]
)
def test_patches_are_cut_as_published(size: tuple[int, int]) -> None:
    picture = drawn(*size) if min(size) > 30 else Image.new("RGB", size, "#123456")
    theirs = Qwen2VLImageProcessorPil(**PUBLISHED)(images=[picture], return_tensors="np")
    ours = patches_of(picture)
    assert [1, ours.rows, ours.columns] == theirs["image_grid_thw"][0].tolist()
    assert ours.values.shape == theirs["pixel_values"].shape
    # A resized pixel may be rounded to the neighbouring of 256 values.
    assert abs(ours.values - theirs["pixel_values"]).max() <= 2 / 255 + 1e-6


def test_other_sizes_of_patches_are_cut_as_the_library_does() -> None:
    sizes = {"patch_size": 14, "merge_size": 2, "temporal_patch_size": 1}
    theirs = Qwen2VLImageProcessorPil(**PUBLISHED | sizes)(images=[drawn(280, 308)])
    ours = patches_of(drawn(280, 308), PatchSizes(14, 2, 1))
    assert abs(ours.values - theirs["pixel_values"]).max() < 1e-6


def test_a_huge_picture_is_reduced_and_a_ribbon_refused() -> None:
    width, height = fitted_size(16_000, 9_000, 32)
    assert width * height <= 1024 * 1024 and (width % 32, height % 32) == (0, 0)
    assert width / height == pytest.approx(16 / 9, rel=0.05)
    with pytest.raises(RequestError, match="longer than 200:1"):
        fitted_size(5_000, 20, 32)


def test_what_shines_through_is_white_and_every_mode_is_read() -> None:
    clear = Image.new("RGBA", (256, 256), (255, 0, 0, 0))
    assert (patches_of(clear).values == 1).all()
    for mode in ("1", "L", "P", "CMYK", "I;16", "LA", "F"):
        assert patches_of(Image.new(mode, (256, 256))).rows == 16


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["resident", "swap", "stream"])
def test_twenty_of_twenty_descriptions_are_captions(folder: Path, memory: str) -> None:
    """Random weights know nothing, and still cannot write anything but a caption."""
    pipe = Ideogram4Pipeline.from_pretrained(
        folder, device="cpu", dtype=torch.float32, memory=memory
    )
    valid, texts = 0, set()
    for seed in range(20 if memory == "resident" else 2):
        pieces = list(
            pipe.describe(drawn(200, 300), limits=SHORT, temperature=1.5, top_p=1, seed=seed)
        )
        assert len(pieces) > 5, "it is told as it is written"
        result = repair_caption("".join(pieces))
        errors = [issue for issue in result.issues if issue.severity == "error"]
        assert '"colo' not in "".join(pieces), "colours are measured, not guessed"
        valid += result.caption is not None and not errors
        texts.add("".join(pieces))
    assert valid == len(texts) == (20 if memory == "resident" else 2)
    (picture,) = pipe(result.caption, width=256, height=256, num_steps=1, check="off")
    assert picture.size == (256, 256)


def test_every_memory_plan_writes_the_same(folder: Path) -> None:
    texts = {
        "".join(
            Ideogram4Pipeline.from_pretrained(
                folder, device="cpu", dtype=torch.float32, memory=memory
            ).describe(drawn(300, 200), limits=SHORT, seed=4)
        )
        for memory in ("resident", "swap", "stream")
    }
    assert len(texts) == 1


def test_the_tower_leaves_the_device_after_a_look(folder: Path) -> None:
    tower = load_tower(folder, 32, CPU, torch.float32, hosted=True)
    before = tower.look(drawn(256, 256))
    home = {p.data_ptr() for p in tower._model.parameters()}
    after = tower.look(drawn(256, 256))
    assert {p.data_ptr() for p in tower._model.parameters()} == home
    assert tower.host_bytes > 0
    assert torch.equal(before.features, after.features)
    stays = load_tower(folder, 32, CPU, torch.float32, hosted=False)
    assert torch.equal(stays.look(drawn(256, 256)).features, before.features)


def test_a_pipeline_in_inference_mode_looks_again_outside_of_it(folder: Path) -> None:
    pipe = Ideogram4Pipeline.from_pretrained(
        folder, device="cpu", dtype=torch.float32, memory="stream"
    )
    with torch.inference_mode():
        first = "".join(pipe.describe(drawn(256, 256), limits=SHORT))
    assert "".join(pipe.describe(drawn(256, 256), limits=SHORT)) == first


def test_without_boxes_none_is_written(folder: Path) -> None:
    pipe = Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=torch.float32)
    assert "bbox" not in "".join(pipe.describe(drawn(256, 256), limits=SHORT, boxes=False))


@pytest.mark.parametrize("prefix", ["model.", ""])
def test_the_tower_is_found_under_both_names(
    prefix: str, peer: Any, damaged: Path, folder: Path
) -> None:
    file = damaged / "text_encoder" / "model.safetensors"
    state = {f"{prefix}{name}": tensor for name, tensor in load_file(file).items()}
    save_file(state, file)
    found = load_tower(damaged, 32, CPU, torch.float32, hosted=False).look(drawn(256, 256))
    pixels = torch.from_numpy(patches_of(drawn(256, 256)).values)
    with torch.inference_mode():
        expected = peer.model.visual(pixels, grid_thw=torch.tensor([[1, 16, 16]]))
    torch.testing.assert_close(found.features, expected.pooler_output, atol=1e-5, rtol=1e-5)
    assert len(found.deepstack) == len(expected.deepstack_features) == 2


@pytest.mark.parametrize(("kind", "near"), [("fp8", 0.3), ("nf4", 0.8)])
def test_a_packed_tower_sees_nearly_the_same(
    kind: str, near: float, folder: Path, tmp_path: Path
) -> None:
    packed = by_script(folder, tmp_path / kind, kind)
    stored = load_file(packed / "text_encoder" / "model.safetensors")
    weight = stored["visual.blocks.0.attn.qkv.weight"]
    assert weight.element_size() == 1, "it is packed in the file"
    plain = load_tower(folder, 32, CPU, torch.float32, hosted=False).look(drawn(256, 256))
    for hosted in (False, True):
        tower = load_tower(packed, 32, CPU, torch.float32, hosted=hosted)
        seen = tower.look(drawn(256, 256)).features
        off = (seen - plain.features).norm() / plain.features.norm()
        assert 1e-4 < off < near


def test_a_model_without_a_tower_says_so(damaged: Path) -> None:
    (damaged / "text_encoder" / "config.json").write_text('{"text_config": {}}')
    with pytest.raises(WeightsError, match="no vision tower, so it cannot look"):
        load_tower(damaged, 32, CPU, torch.float32, hosted=False)


def test_the_demo_says_so_too() -> None:
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    with pytest.raises(WeightsError, match="vision tower"):
        next(pipe.describe(drawn(256, 256)))


def test_a_tower_that_was_left_out_is_told_in_one_sentence(damaged: Path) -> None:
    file = damaged / "text_encoder" / "model.safetensors"
    save_file({k: v for k, v in load_file(file).items() if "visual." not in k}, file)
    with pytest.raises(MissingFileError, match=r"hold no vision tower \(visual\.\*\)"):
        load_tower(damaged, 32, CPU, torch.float32, hosted=False)


def test_a_missing_and_a_misshaped_tensor_are_named(damaged: Path) -> None:
    file = damaged / "text_encoder" / "model.safetensors"
    state = load_file(file)
    del state["visual.blocks.1.attn.proj.weight"]
    state["visual.merger.norm.weight"] = torch.ones(7)
    save_file(state, file)
    with pytest.raises(TensorMismatchError) as problem:
        load_tower(damaged, 32, CPU, torch.float32, hosted=False)
    assert "blocks.1.attn.proj.weight" in str(problem.value)
    assert "merger.norm.weight" in str(problem.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"depth": 10**9}, "depth"),
        ({"hidden_size": "wide"}, "hidden_size"),
        ({"patch_size": 0}, "patch_size"),
        ({"deepstack_visual_indexes": [0, 9]}, "do not fit"),
        ({"in_channels": 4}, "do not fit"),
        ({"num_heads": 3}, "do not fit"),
        ({"out_hidden_size": 48}, "gives 48 numbers"),
        ({"depth": True}, "depth"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(
    change: dict[str, Any], words: str, damaged: Path
) -> None:
    change_config(damaged, **change)
    with pytest.raises(CorruptFileError, match=words):
        load_tower(damaged, 32, CPU, torch.float32, hosted=False)


def test_words_cannot_pretend_to_be_a_picture(tokenizer: Any) -> None:
    with pytest.raises(RequestError, match="stands for the picture"):
        CaptionTokenizer(tokenizer).encode_picture_chat("You see.", "and <|image_pad|> here")


def test_a_tokenizer_without_the_tokens_is_told() -> None:
    from tests.parity.checkpoints import build_tokenizer

    with pytest.raises(WeightsError, match="no token for a picture"):
        CaptionTokenizer(build_tokenizer()).encode_picture_chat("You see.", "What?")
