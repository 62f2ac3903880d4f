"""Every published spelling of a model's tensors ends up under the names our modules use."""

from __future__ import annotations

import pytest

from ideogram4.weights.keys import (
    Entry,
    autoencoder_keys,
    repeated_targets,
    text_encoder_keys,
    transformer_keys,
)

BLOCK = "layers.3.attention"


def test_split_attention_becomes_fused_rows_in_the_order_q_k_v() -> None:
    names = [f"{BLOCK}.{part}.weight" for part in ("to_v", "to_k", "to_q", "to_out.0", "norm_q")]
    assert set(transformer_keys(names).entries) == {
        Entry(f"{BLOCK}.norm_q.weight", (f"{BLOCK}.norm_q.weight",)),
        Entry(f"{BLOCK}.o.weight", (f"{BLOCK}.to_out.0.weight",)),
        Entry(f"{BLOCK}.qkv.weight", tuple(f"{BLOCK}.to_{part}.weight" for part in "qkv")),
    }


def test_fused_attention_and_everything_else_keep_their_names() -> None:
    names = [f"{BLOCK}.qkv.weight", f"{BLOCK}.o.weight", "input_proj.bias", "unheard.of"]
    assert transformer_keys(names).entries == tuple(Entry(name, (name,)) for name in names)


def test_one_layer_may_be_fused_and_the_next_split() -> None:
    split = tuple(f"layers.1.attention.to_{part}.weight" for part in "qkv")
    key_map = transformer_keys(["layers.0.attention.qkv.weight", *split])
    assert {entry.target: entry.sources for entry in key_map.entries} == {
        "layers.0.attention.qkv.weight": ("layers.0.attention.qkv.weight",),
        "layers.1.attention.qkv.weight": split,
    }
    assert repeated_targets(key_map) == {}


def test_a_layer_given_both_ways_is_repeated() -> None:
    names = [f"{BLOCK}.qkv.weight", *(f"{BLOCK}.to_{part}.weight" for part in "qkv")]
    assert set(repeated_targets(transformer_keys(names))) == {f"{BLOCK}.qkv.weight"}


@pytest.mark.parametrize(
    "prefix", ["language_model.", "model.language_model.", "language_model.model.", "model.", ""]
)
def test_text_encoder_names_lose_their_prefix(prefix: str) -> None:
    bare = ["embed_tokens.weight", "layers.0.self_attn.q_proj.weight", "norm.weight"]
    key_map = text_encoder_keys([prefix + name for name in bare])
    assert {entry.target: entry.sources for entry in key_map.entries} == {
        name: (prefix + name,) for name in bare
    }


def test_eyes_and_output_head_are_ignored() -> None:
    unwanted = {
        "visual.blocks.0.attn.qkv.weight",
        "model.visual.patch_embed.proj.weight",
        "lm_head.weight",
        "language_model.lm_head.weight",
    }
    key_map = text_encoder_keys([*unwanted, "language_model.norm.weight"])
    assert key_map.ignored == unwanted
    assert [entry.target for entry in key_map.entries] == ["norm.weight"]


def test_only_the_autoencoders_attention_may_be_reshaped() -> None:
    reshaped = [
        "decoder.mid_block.attentions.0.to_q.weight",
        "encoder.mid_block.attentions.0.to_out.0.weight",
    ]
    exact = [
        "decoder.mid_block.attentions.0.to_q.bias",
        "decoder.mid_block.attentions.0.group_norm.weight",
        "post_quant_conv.weight",
        "bn.running_mean",
    ]
    entries = autoencoder_keys([*reshaped, *exact, "bn.num_batches_tracked"]).entries
    assert {e.target for e in entries if e.reshape == "trailing_ones"} == set(reshaped)
    assert {e.target for e in entries if e.reshape == "exact"} == set(exact)


def test_the_autoencoders_encoder_can_be_left_out() -> None:
    names = ["encoder.conv_in.weight", "quant_conv.bias", "post_quant_conv.bias"]
    key_map = autoencoder_keys(names, encoder=False)
    assert key_map.ignored == {"encoder.conv_in.weight", "quant_conv.bias"}
    assert [entry.target for entry in key_map.entries] == ["post_quant_conv.bias"]


@pytest.mark.parametrize("prefix", ["model.diffusion_model.", "diffusion_model.", "transformer."])
def test_one_prefix_before_all_names_of_a_transformer_is_taken_off(prefix: str) -> None:
    names = ["layers.0.attention.to_q.weight", "layers.0.attention.to_out.0.weight", "a.bias"]
    entries = transformer_keys([prefix + name for name in names]).entries
    targets = {entry.target for entry in entries}
    assert targets == {"a.bias", "layers.0.attention.o.weight", "layers.0.attention.qkv.weight"}
    sources = {source for entry in entries for source in entry.sources}
    assert {prefix + name for name in names} <= sources
    mixed = transformer_keys([prefix + names[0], names[2]]).entries
    assert prefix + "layers.0.attention.qkv.weight" in {entry.target for entry in mixed}
