"""Loading takes host memory of about the file's size, measured by the system, not by torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.weights import full_size

LAYERS = 2
# Of the tensors' bytes, as the process's largest resident size grew while it loaded.
MOST = 1.2

LOAD = """
import ctypes
import gc
import sys
from pathlib import Path
import torch
from ideogram4.model.build import load_transformer
import ideogram4.quant.fp8, ideogram4.quant.nf4

def resident(key):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

folder = Path(sys.argv[1])
load_transformer(folder, torch.device("cpu"), torch.bfloat16)  # what is made on first use
gc.collect()
ctypes.CDLL(None).malloc_trim(0)  # give back what that one had
Path("/proc/self/clear_refs").write_text("5")
before = resident("VmRSS:")
model, _ = load_transformer(folder, torch.device("cpu"), torch.bfloat16)
print(resident("VmHWM:") - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("kind", ["plain", "nf4", "fp8"])
def test_a_load_peaks_at_the_size_of_the_file(tmp_path: Path, kind: str) -> None:
    tensors = full_size.transformer(LAYERS)
    tensors = tensors if kind == "plain" else full_size.packed(tensors, kind)
    nbytes = full_size.write(tmp_path / "diffusion_pytorch_model.safetensors", tensors)
    full_size.configure(tmp_path, {**full_size.TRANSFORMER_CONFIG, "num_layers": LAYERS})
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path)], capture_output=True, text=True, check=True
    )
    grown = int(done.stdout)
    print(f"{kind}: {grown / nbytes:.2f} of {nbytes / 1e6:.0f} MB")
    assert 0.9 * nbytes < grown < MOST * nbytes
