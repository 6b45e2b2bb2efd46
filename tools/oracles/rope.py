"""Writes test/fixtures/rope/golden.json: rotary frequencies and tables as transformers computes them.

Run from the repository's root with a Python that has torch and transformers:
    python tools/oracles/rope.py
"""

import json
from pathlib import Path

import torch
from transformers import LlamaConfig, Qwen2Config, Qwen3Config
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

# Rows of the tables that are kept: early, middle and late positions.
POSITIONS = [1, 17, 4095, 131071]

BASE = dict(hidden_size=256, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2, vocab_size=32)

CASES = {
    "default": (Qwen2Config, dict(max_position_embeddings=32768, rope_theta=1000000.0)),
    "default-head-128": (Qwen3Config, dict(max_position_embeddings=40960, rope_theta=1000000, head_dim=128)),
    "no-theta": (LlamaConfig, dict(max_position_embeddings=2048)),
    "linear": (LlamaConfig, dict(max_position_embeddings=16384, rope_theta=10000.0, rope_scaling={"type": "linear", "factor": 4.0})),
    "llama3": (
        LlamaConfig,
        dict(
            max_position_embeddings=131072,
            rope_theta=500000.0,
            head_dim=64,
            rope_scaling={
                "factor": 32.0,
                "high_freq_factor": 4.0,
                "low_freq_factor": 1.0,
                "original_max_position_embeddings": 8192,
                "rope_type": "llama3",
            },
        ),
    ),
    "llama3-head-128": (
        LlamaConfig,
        dict(
            max_position_embeddings=131072,
            head_dim=128,
            rope_parameters={
                "factor": 8.0,
                "high_freq_factor": 4.0,
                "low_freq_factor": 1.0,
                "original_max_position_embeddings": 8192,
                "rope_theta": 500000.0,
                "rope_type": "llama3",
            },
        ),
    ),
    "yarn": (
        Qwen2Config,
        dict(
            max_position_embeddings=32768,
            rope_theta=1000000.0,
            rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
        ),
    ),
    "yarn-no-original": (
        Qwen3Config,
        dict(max_position_embeddings=40960, head_dim=128, rope_parameters={"rope_type": "yarn", "factor": 2.0, "rope_theta": 1000000}),
    ),
    "yarn-mscale-no-truncate": (
        LlamaConfig,
        dict(
            max_position_embeddings=16384,
            rope_theta=10000.0,
            rope_scaling={
                "rope_type": "yarn",
                "factor": 40.0,
                "original_max_position_embeddings": 4096,
                "mscale": 0.707,
                "mscale_all_dim": 1.2,
                "beta_fast": 24,
                "beta_slow": 2,
                "truncate": False,
            },
        ),
    ),
    "yarn-attention-factor": (
        LlamaConfig,
        dict(
            max_position_embeddings=131072,
            rope_theta=150000.0,
            rope_scaling={
                "rope_type": "yarn",
                "factor": 32.0,
                "original_max_position_embeddings": 4096,
                "attention_factor": 1.25,
            },
        ),
    ),
    # Every dimension turns often within the context: the ramp ends beyond the last pair.
    "yarn-low-theta": (
        LlamaConfig,
        dict(
            max_position_embeddings=131072,
            rope_theta=100.0,
            rope_scaling={"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
        ),
    ),
    # The whole range of dimensions on one side of the ramp: its ends coincide.
    "yarn-degenerate": (
        LlamaConfig,
        dict(
            max_position_embeddings=64,
            rope_theta=10000.0,
            head_dim=8,
            rope_scaling={"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4},
        ),
    ),
}


def main() -> None:
    golden = {}
    for name, (kind, options) in CASES.items():
        options = json.loads(json.dumps(options))
        source = {"architectures": [kind.__name__.replace("Config", "ForCausalLM")], **BASE, **options}
        config = kind(**{**BASE, **options})
        # The three architectures share one implementation of rotary positions.
        rotary = LlamaRotaryEmbedding(config)
        cos, sin = rotary(torch.zeros(1), torch.tensor([POSITIONS]))
        half = rotary.inv_freq.shape[0]
        golden[name] = {
            "config": source,
            "inverse": rotary.inv_freq.tolist(),
            "attentionFactor": float(rotary.attention_scaling),
            "positions": POSITIONS,
            "cos": [row[:half] for row in cos[0].tolist()],
            "sin": [row[:half] for row in sin[0].tolist()],
        }
    target = Path("test/fixtures/rope/golden.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(golden)
    # Nine significant digits identify an fp32 value.
    text = json.dumps(json.loads(text, parse_float=lambda s: float(f"{float(s):.9g}")), separators=(",", ":"))
    target.write_text(text + "\n")
    print(f"{target}: {len(text)} bytes")


if __name__ == "__main__":
    main()
