"""Carries out a memory plan on loaded networks: what stays on the device and what visits it.

Under `resident` nothing happens. Otherwise the networks were loaded into host memory; blocks of the
transformers and layers of the text encoder become streams, what is only needed to prepare a picture
(the caption's projection, the time's, the modulations) is lent to the device for that moment, the
text encoder's table of tokens is read where it lies, and the rest moves to the device for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.memory.hosted import HostGroup, move_others, parameters_of
from ideogram4.memory.plans import MemoryPlan, staying
from ideogram4.memory.streaming import BlockStream
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer

# Of a block: used when a picture is prepared, not in its forward pass.
OF_TIME_IN_BLOCK = ("adaln_modulation",)
OF_TIME = ("t_embedding", "adaln_proj")
OF_TEXT = ("llm_cond_norm", "llm_cond_proj")


class Residency:
    """Where the weights are. Make one once, after loading; it changes the modules in place."""

    def __init__(
        self,
        plan: MemoryPlan,
        device: torch.device,
        text_encoder: TextEncoder,
        conditional: Transformer,
        unconditional: Transformer | None,
    ) -> None:
        self.plan = plan
        self._device = device
        self._text: BlockStream | None = None
        self._blocks: BlockStream | None = None
        self._prepared: dict[int, list[HostGroup]] = {}
        self._idle: list[HostGroup] = []
        if plan.kept_blocks is None:
            return
        self._host_text_encoder(text_encoder)
        self._host_transformers(conditional, unconditional, plan.kept_blocks)

    @property
    def host_bytes(self) -> int:
        """Weights kept in host memory for the device."""
        streams = [stream for stream in (self._text, self._blocks) if stream is not None]
        groups = [*self._idle, *(group for groups in self._prepared.values() for group in groups)]
        return sum(s.host_bytes for s in streams) + sum(group.nbytes for group in groups)

    @property
    def slot_bytes(self) -> int:
        """Room on the device for the transformers' blocks that take turns."""
        return 0 if self._blocks is None else self._blocks.device_bytes

    @contextmanager
    def encoding(self) -> Iterator[None]:
        """Around a run of the text encoder; afterwards none of its layers is on the device."""
        try:
            yield
        finally:
            if self._text is not None:
                self._text.leave_device()

    @contextmanager
    def preparing(self, transformer: Transformer) -> Iterator[None]:
        """Around `transformer.prepare`."""
        with ExitStack() as stack:
            for group in self._prepared.get(id(transformer), []):
                stack.enter_context(group.lent_to(self._device))
            yield

    def _host_text_encoder(self, encoder: TextEncoder) -> None:
        model = encoder.language_model
        model.embed_tokens = HostEmbedding(model.embed_tokens.weight, self._device)
        self._text = BlockStream(model.layers, self._device)
        hosted = [model.embed_tokens.weight, *self._text.parameters]
        move_others(model, hosted, self._device)

    def _host_transformers(
        self, conditional: Transformer, unconditional: Transformer | None, kept: int
    ) -> None:
        transformers = [conditional] if unconditional is None else [unconditional, conditional]
        for model in transformers:
            text = HostGroup(_parameters(model, OF_TEXT), self._device)
            time = HostGroup(_parameters(model, OF_TIME) + _of_modulation(model), self._device)
            # Nobody shows the unconditional transformer a caption.
            self._prepared[id(model)] = [text, time] if model is conditional else [time]
            self._idle += [] if model is conditional else [text]
        hosted = [p for groups in self._prepared.values() for g in groups for p in g.parameters]
        hosted += [p for group in self._idle for p in group.parameters]
        blocks: list[nn.Module] = [block for model in transformers for block in model.layers]
        stays = staying(len(blocks), kept)
        travelling = [block for block, stay in zip(blocks, stays, strict=True) if not stay]
        if travelling:
            self._blocks = BlockStream(travelling, self._device, leave_out=OF_TIME_IN_BLOCK)
            hosted += self._blocks.parameters
        for model in transformers:
            move_others(model, hosted, self._device)


class HostEmbedding(nn.Module):
    """A table of tokens that stays in host memory; only the rows looked up travel."""

    def __init__(self, weight: nn.Parameter, device: torch.device) -> None:
        super().__init__()
        self.weight = weight
        self._device = device

    def forward(self, token_ids: Tensor) -> Tensor:
        """(batch, tokens) on any device -> (batch, tokens, hidden) on the compute device."""
        return F.embedding(token_ids.to(self.weight.device), self.weight).to(self._device)


def _parameters(model: Transformer, names: tuple[str, ...]) -> list[nn.Parameter]:
    return [p for name in names for p in parameters_of(getattr(model, name))]


def _of_modulation(model: Transformer) -> list[nn.Parameter]:
    modules = [getattr(block, name) for block in model.layers for name in OF_TIME_IN_BLOCK]
    modules.append(model.final_layer.adaln_modulation)
    return [parameter for module in modules for parameter in parameters_of(module)]
