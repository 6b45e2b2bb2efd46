"""Blocks of every quantised GGUF type with the values that the package gguf finds in them, and small models.

    pip install gguf numpy
    python3 tools/oracles/gguf_oracle.py

Writes test/fixtures/gguf.
"""

import json
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

FIXTURES = Path(__file__).resolve().parents[2] / "test" / "fixtures"
OUT = FIXTURES / "gguf"

# Byte positions of the fp16 numbers in a block; everything else may be any byte.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "IQ4_NL": [0], "MXFP4": [],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_XS": [0],
}  # fmt: skip


def write_blocks() -> None:
    random = np.random.default_rng(7)
    (OUT / "blocks").mkdir(parents=True, exist_ok=True)
    for name, halves in HALVES.items():
        kind = GGMLQuantizationType[name]
        values, size = GGML_QUANT_SIZES[kind]
        blocks = random.integers(0, 256, (8 if values == 32 else 2, size), dtype=np.uint8)
        for at in halves:
            blocks[:, at : at + 2] = random.normal(0, 0.05, len(blocks)).astype("<f2").view(np.uint8).reshape(-1, 2)
        (OUT / "blocks" / f"{name}.blocks").write_bytes(blocks.tobytes())
        found = dequantize(blocks, kind).astype("<f4")
        (OUT / "blocks" / f"{name}.values").write_bytes(found.tobytes())


NAMES = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip
WHOLE = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}


def gguf_name(name: str) -> str:
    if name in WHOLE:
        return WHOLE[name]
    _, _, layer, module = name.split(".", 3)
    module, kind = module.rsplit(".", 1)
    return f"blk.{layer}.{NAMES[module]}.{kind}"


def load(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file in float32; numpy has no bfloat16."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, tensor in json.loads(data[8:start]).items():
        if name == "__metadata__":
            continue
        begin, end = tensor["data_offsets"]
        part = data[start + begin : start + end]
        if tensor["dtype"] == "BF16":
            values = (np.frombuffer(part, "<u2").astype("<u4") << 16).view("<f4")
        else:
            values = np.frombuffer(part, {"F16": "<f2", "F32": "<f4"}[tensor["dtype"]]).astype("<f4")
        found[name] = values.reshape(tensor["shape"])
    return found


def permute(weights: np.ndarray, heads: int) -> np.ndarray:
    """As llama.cpp's converter does for q and k of the architecture llama."""
    shape = (heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return weights.reshape(shape).swapaxes(1, 2).reshape(weights.shape)


def rope_factors(config: dict, scaling: dict) -> np.ndarray:
    """What llama.cpp's converter writes as rope_freqs for Llama 3."""
    size = config["head_dim"]
    frequencies = config["rope_theta"] ** -(np.arange(0, size, 2) / size)
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    length, factor = scaling["original_max_position_embeddings"], scaling["factor"]
    found = []
    for wavelength in 2 * np.pi / frequencies:
        if wavelength < length / high:
            found.append(1)
        elif wavelength > length / low:
            found.append(factor)
        else:
            smooth = (length / wavelength - low) / (high - low)
            found.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(found, dtype=np.float32)


def write_model(name: str, matrices: str, parts: int = 1) -> None:
    source = FIXTURES / "checkpoints" / name
    config = json.loads((source / "config.json").read_text())
    arch = config["model_type"]
    writer = GGUFWriter(OUT / f"{name}.gguf", arch, split_max_tensors=-(-22 // parts) if parts > 1 else 0)
    heads, kv = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv)
    writer.add_key_length(size)
    writer.add_value_length(size)
    writer.add_rope_dimension_count(size)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    add_tokenizer(writer, source, config["vocab_size"])
    kind = GGMLQuantizationType[matrices]
    for path in sorted(source.glob("model*.safetensors")):
        for tensor, value in load(path).items():
            if arch == "llama" and ".q_proj." in tensor:
                value = permute(value, heads)
            if arch == "llama" and ".k_proj." in tensor:
                value = permute(value, kv)
            stored = quantize(value, kind) if value.ndim == 2 else value
            writer.add_tensor(gguf_name(tensor), stored, raw_dtype=kind if value.ndim == 2 else None)
    scaling = config.get("rope_scaling") or {}
    if scaling.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(config, scaling))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tokenizer(writer: GGUFWriter, source: Path, rows: int) -> None:
    whole = json.loads((source / "tokenizer.json").read_text())
    settings = json.loads((source / "tokenizer_config.json").read_text())
    tokens = [f"[PAD{i}]" for i in range(rows)]
    types = [5] * rows
    for token, i in whole["model"]["vocab"].items():
        tokens[i], types[i] = token, 1
    for added in whole["added_tokens"]:
        tokens[added["id"]], types[added["id"]] = added["content"], 3 if added["special"] else 4
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in whole["model"]["merges"]]
    generation = json.loads((source / "generation_config.json").read_text())
    end = generation["eos_token_id"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2" if settings["bos_token"] is None else "llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(end[0] if isinstance(end, list) else end)
    if settings["bos_token"] is not None:
        writer.add_bos_token_id(tokens.index(settings["bos_token"]))
    writer.add_add_bos_token(settings["bos_token"] is not None)
    template = source / "chat_template.jinja"
    writer.add_chat_template(template.read_text() if template.exists() else settings["chat_template"])


if __name__ == "__main__":
    write_blocks()
    write_model("qwen3", "Q4_0")
    write_model("llama", "Q8_0", parts=2)
