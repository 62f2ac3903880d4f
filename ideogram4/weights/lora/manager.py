"""The LoRAs of one loaded model: which are in force, and the files read so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from ideogram4.errors import RequestError, TensorMismatchError
from ideogram4.weights.lora.attach import Weighted, attach, check_products, linear_shapes
from ideogram4.weights.lora.file import CONFIG, LoraFile, lora_path, read_lora
from ideogram4.weights.lora.spec import LoraReport, LoraSpec


@dataclass(frozen=True)
class _Stamp:
    """A file as it was when it was read; a file that has changed since is read again."""

    path: Path
    versions: tuple[tuple[int, int], ...]  # of the file and the configuration beside it

    @classmethod
    def of(cls, path: Path) -> _Stamp:
        return cls(path, tuple(_version(p) for p in (path, path.with_name(CONFIG))))


def _version(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:  # told by whoever opens it
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


class LoraManager:
    """Sets and removes LoRAs without reloading the model. Not while a picture is being made."""

    def __init__(
        self,
        conditional: nn.Module,
        unconditional: nn.Module | None,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self._models = {"conditional": conditional, "unconditional": unconditional}
        self._device, self._dtype = device, dtype
        self._layers = {
            name: linear_shapes(model) for name, model in self._models.items() if model is not None
        }
        self._files: dict[_Stamp, LoraFile] = {}
        self._now: tuple[tuple[_Stamp, LoraSpec], ...] = ()
        self.reports: tuple[LoraReport, ...] = ()

    def set(self, specs: Sequence[LoraSpec], *, strict: bool = True) -> tuple[LoraReport, ...]:
        """Let exactly these be in force. All are read and checked before anything changes.

        Should the device run out of memory on the way, none is in force any more.
        """
        stamped = tuple((_Stamp.of(lora_path(spec.path)), spec) for spec in specs)
        lenient = strict and any(report.unmatched for report in self.reports)
        if stamped == self._now and not lenient:
            return self.reports
        files = {stamp: self._file(stamp, strict) for stamp, _ in stamped}
        parts: dict[str, dict[str, list[Weighted]]] = {name: {} for name in self._models}
        reports = []
        for stamp, spec in stamped:
            reports.append(self._lay_out(files[stamp], spec, parts))
        for parts_of_one in parts.values():
            for name, products in parts_of_one.items():
                check_products(name, products, self._dtype)
        try:
            for name, model in self._models.items():
                if model is not None:
                    attach(model, parts[name], self._device, self._dtype)
        except BaseException:
            # One of two may have been changed; both are given back what they had before any.
            for model in self._models.values():
                if model is not None:
                    attach(model, {}, self._device, self._dtype)
            self._now, self.reports = (), ()
            raise
        self._files = files  # the others' memory is given back
        self._now, self.reports = stamped, tuple(reports)
        return self.reports

    def _file(self, stamp: _Stamp, strict: bool) -> LoraFile:
        known = self._files.get(stamp)
        if known is None or (strict and known.unmatched):
            return read_lora(stamp.path, self._layers["conditional"], strict=strict)
        return known

    def _lay_out(
        self, file: LoraFile, spec: LoraSpec, parts: dict[str, dict[str, list[Weighted]]]
    ) -> LoraReport:
        matched = 0
        chosen = ("conditional", "unconditional") if spec.branch == "both" else (spec.branch,)
        for pair in file.pairs:
            for branch in (pair.branch,) if pair.branch is not None else chosen:
                if self._models[branch] is None:
                    raise RequestError(
                        f"{file.name} is for the unconditional transformer, "
                        "and this model has none",
                        hint="Leave the branch out, or choose conditional.",
                    )
                if pair.target not in self._layers[branch]:
                    raise TensorMismatchError(
                        f"{file.name}: the {branch} transformer has no layer {pair.target}"
                    )
                parts[branch].setdefault(pair.target, []).append(Weighted(pair, spec.weight))
                matched += 1
        ranks = [pair.rank for pair in file.pairs]
        return LoraReport(
            name=file.name,
            writer=file.writer,
            weight=spec.weight,
            branch=spec.branch,
            matched=matched,
            unmatched=file.unmatched,
            rank=(min(ranks), max(ranks)),
            sha256=file.sha256,
        )
