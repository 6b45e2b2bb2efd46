"""Small random checkpoints in Hugging Face layout: one per architecture and feature."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

import tokenizer_styles

VOCABULARY = 320
# Bytes and merges; with the added tokens this stays below VOCABULARY, as real checkpoints pad their embedding.
BASE_TOKENS = 300
DTYPES = {"BF16": ("bfloat16", torch.bfloat16), "F16": ("float16", torch.float16), "F32": ("float32", torch.float32)}


@dataclass(frozen=True)
class Spec:
    architecture: str
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_size: int
    dtype: str
    tied: bool
    theta: float
    # The first seed tried: the search takes the first that decodes clearly (checkpoint_oracle.has_clear_greedy).
    seed: int
    rope: dict | None = None
    extra: dict = field(default_factory=dict)
    shards: int = 1
    # Writes `rope_parameters` and `dtype`, as transformers 5 does, instead of rope_theta/rope_scaling and torch_dtype.
    new_style: bool = False
    template_file: bool = False
    # Keep every n-th element of the reference vectors over all LoRA parameters; 0 = no adapter.
    lora_stride: int = 0
    training: bool = False


SPECS = {
    "qwen2": Spec("Qwen2ForCausalLM", 64, 96, 4, 2, 16, "BF16", True, 1e6, 8, lora_stride=11),
    "qwen2-untied": Spec("Qwen2ForCausalLM", 32, 64, 4, 2, 8, "BF16", False, 1e4, 25, shards=2, new_style=True),
    "qwen3": Spec("Qwen3ForCausalLM", 32, 96, 4, 2, 16, "BF16", True, 1e6, 57, template_file=True, lora_stride=11),
    "llama": Spec(
        "LlamaForCausalLM", 32, 96, 4, 2, 16, "F16", False, 5e5, 1, lora_stride=11,
        rope={
            "factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
            "original_max_position_embeddings": 64, "rope_type": "llama3",
        },
    ),
    "llama-bias": Spec(
        "LlamaForCausalLM", 32, 64, 4, 2, 8, "F32", True, 1e4, 39, lora_stride=3,
        extra={"attention_bias": True, "mlp_bias": True},
    ),
    "yarn": Spec(
        "Qwen2ForCausalLM", 32, 64, 2, 1, 16, "BF16", True, 1e4, 19,
        rope={"factor": 4.0, "original_max_position_embeddings": 64, "type": "yarn"},
    ),
    "linear": Spec(
        "LlamaForCausalLM", 32, 64, 2, 1, 16, "F16", True, 1e4, 75, new_style=True, rope={"factor": 4.0, "rope_type": "linear"}
    ),
    "qwen2-window": Spec(
        "Qwen2ForCausalLM", 32, 32, 2, 1, 16, "BF16", True, 1e4, 1,
        extra={"use_sliding_window": True, "sliding_window": 8, "layer_types": ["sliding_attention", "full_attention"]},
    ),
    "mistral": Spec("MistralForCausalLM", 32, 32, 4, 2, 16, "BF16", False, 1e6, 1, extra={"sliding_window": None}),
    "mistral-window": Spec(
        "MistralForCausalLM", 32, 32, 4, 2, 8, "BF16", True, 1e4, 1, lora_stride=11, extra={"sliding_window": 8}
    ),
    "qwen2-train": Spec("Qwen2ForCausalLM", 32, 64, 4, 2, 8, "BF16", True, 1e4, 21, training=True),
}  # fmt: skip


MODEL_TYPES = {
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
}


def style(spec: Spec) -> str:
    return "llama3" if spec.architecture in ("LlamaForCausalLM", "MistralForCausalLM") else "qwen"


def write_configs(spec: Spec, directory: Path) -> None:
    tokenizer = getattr(tokenizer_styles, style(spec))(BASE_TOKENS)
    tokenizer_styles.write(tokenizer, directory, style(spec), spec.template_file)
    llama = style(spec) == "llama3"
    bos = tokenizer.token_to_id("<|begin_of_text|>" if llama else "<|endoftext|>")
    ends = [tokenizer.token_to_id(t) for t in (["<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"] if llama else ["<|im_end|>", "<|endoftext|>"])]
    config = {
        "architectures": [spec.architecture],
        "attention_dropout": 0.0,
        "bos_token_id": bos,
        "eos_token_id": ends if llama else ends[0],
        "hidden_act": "silu",
        "hidden_size": spec.hidden,
        "initializer_range": 0.02,
        "intermediate_size": spec.intermediate,
        "max_position_embeddings": 256,
        "model_type": MODEL_TYPES[spec.architecture],
        "num_attention_heads": spec.heads,
        "num_hidden_layers": 2,
        "num_key_value_heads": spec.kv_heads,
        "rms_norm_eps": 1e-5 if llama else 1e-6,
        "tie_word_embeddings": spec.tied,
        "use_cache": True,
        "vocab_size": VOCABULARY,
    }
    if spec.head_size * spec.heads != spec.hidden or spec.architecture == "Qwen3ForCausalLM":
        config["head_dim"] = spec.head_size
    if spec.architecture == "LlamaForCausalLM":
        config |= {"attention_bias": config.get("attention_bias", False), "mlp_bias": config.get("mlp_bias", False), "pretraining_tp": 1}
    elif spec.architecture != "MistralForCausalLM":
        config |= {"sliding_window": 256 if spec.tied else None, "max_window_layers": 2, "use_sliding_window": False}
    dtype = DTYPES[spec.dtype][0]
    if spec.new_style:
        config |= {"dtype": dtype, "rope_parameters": {"rope_theta": spec.theta, **(spec.rope or {"rope_type": "default"})}}
    else:
        config |= {"torch_dtype": dtype, "rope_theta": spec.theta}
        if spec.rope or spec.architecture == "LlamaForCausalLM":
            config["rope_scaling"] = spec.rope
    config |= spec.extra
    generation = {"bos_token_id": bos, "eos_token_id": ends, "do_sample": True, "temperature": 0.7, "top_p": 0.8}
    if not llama:
        generation |= {"pad_token_id": bos, "top_k": 20, "repetition_penalty": 1.05}
    for name, value in (("config.json", config), ("generation_config.json", generation)):
        (directory / name).write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def randomise(model: torch.nn.Module, seed: int) -> None:
    """Wide enough that logits differ clearly between tokens: a default initialisation gives a nearly uniform distribution."""
    draw = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=draw)
        if name.endswith(("q_norm.weight", "k_norm.weight")):
            value = 1.5 + 0.3 * noise
        elif "norm" in name:
            value = 1 + 0.2 * noise
        elif name.endswith(".bias"):
            value = 0.2 * noise
        elif "embed_tokens" in name or "lm_head" in name:
            value = 0.35 * noise
        else:
            # Queries and keys are larger: sharp attention keeps greedy decoding out of short cycles.
            gain = 1.8 if name.endswith(("q_proj.weight", "k_proj.weight")) else 1.3
            value = noise * (gain / parameter.shape[1] ** 0.5)
        parameter.data.copy_(value)


def write_weights(spec: Spec, directory: Path, seed: int) -> None:
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(directory))
    randomise(model, seed)
    tensors = {
        name: tensor.to(DTYPES[spec.dtype][1]).contiguous().clone()
        for name, tensor in model.state_dict().items()
        if not (spec.tied and name == "lm_head.weight")
    }
    if spec.shards == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    shards: list[dict[str, torch.Tensor]] = [{} for _ in range(spec.shards)]
    for name in sorted(tensors):
        first = name.startswith(("model.embed", "model.layers.0"))
        shards[0 if first else 1][name] = tensors[name]
    weight_map = {}
    for index, shard in enumerate(shards):
        file = f"model-{index + 1:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, directory / file, metadata={"format": "pt"})
        weight_map |= {name: file for name in shard}
    size = sum(t.numel() * t.element_size() for t in tensors.values())
    text = json.dumps({"metadata": {"total_size": size}, "weight_map": weight_map}, indent=2, sort_keys=True)
    (directory / "model.safetensors.index.json").write_text(text + "\n", encoding="utf-8")
