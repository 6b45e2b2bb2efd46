"""What a checkpoint must compute: logits, log-probabilities, greedy tokens, LoRA references, a training run."""

import json
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

import checkpoints
import corpus
import reference

PROMPT, TAIL, GREEDY_PROMPT, GREEDY = 72, 4, 12, 64
CONTEXT, RESPONSE, RANK, ALPHA = 40, 24, 8, 16
MARGIN = 0.015


def load(directory: Path, dtype=torch.float64):
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=dtype, attn_implementation="eager")
    return model.to(dtype).eval()


def text_ids(directory: Path, start: int, count: int) -> list[int]:
    """Token ids of real text, so that a prompt holds merges and not only bytes."""
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    ids = tokenizer.encode(corpus.python_sources()[1], add_special_tokens=False).ids
    return ids[start : start + count]


@torch.no_grad()
def greedy(model, prompt: list[int]) -> tuple[list[int], float]:
    """The most likely continuation and the smallest margin between the best two logits."""
    ids, margin = list(prompt), float("inf")
    for _ in range(GREEDY):
        best = model(input_ids=torch.tensor([ids])).logits[0, -1].topk(2)
        margin = min(margin, (best.values[0] - best.values[1]).item())
        ids.append(best.indices[0].item())
    return ids[len(prompt) :], margin


def has_clear_greedy(directory: Path) -> bool:
    """A checkpoint is useful when greedy decoding neither hangs on near ties, nor loops, nor hits a stop token."""
    tokens, margin = greedy(load(directory), text_ids(directory, 900, GREEDY_PROMPT))
    size = Tokenizer.from_file(str(directory / "tokenizer.json")).get_vocab_size()
    return margin > MARGIN and len(set(tokens)) >= 20 and max(tokens) < checkpoints.BASE_TOKENS <= size


@torch.no_grad()
def write_forward(directory: Path) -> None:
    model = load(directory)
    prompt, start = text_ids(directory, 500, PROMPT), text_ids(directory, 900, GREEDY_PROMPT)
    z = model(input_ids=torch.tensor([prompt])).logits[0]
    single = load(directory, torch.float32)
    relative = ((single(input_ids=torch.tensor([prompt])).logits[0] - z).norm() / z.norm()).item()
    tokens, margin = greedy(model, start)
    assert greedy(single, start)[0] == tokens
    log_p = z.log_softmax(-1)[:-1].gather(-1, torch.tensor(prompt[1:])[:, None])[:, 0]
    save_file({"logits": z[-TAIL:].float(), "norms": z.norm(dim=-1).float(), "logprobs": log_p.float()}, directory / "oracle.safetensors")
    oracle = {
        "prompt": prompt, "tail": TAIL, "greedyPrompt": start, "greedyTokens": tokens,
        "greedyMargin": margin, "float32RelativeError": relative,
    }  # fmt: skip
    (directory / "oracle.json").write_text(json.dumps(oracle) + "\n")


def make_adapter(directory: Path, seed: int) -> None:
    base = load(directory, torch.float32)
    names = [target.split(".")[1] for target in reference.Lora.TARGETS]
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=names, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM")
    torch.manual_seed(seed)
    model = get_peft_model(base, config)
    draw = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        if "lora_B" in name:
            parameter.data.copy_(0.06 * torch.randn(parameter.shape, generator=draw))
    model.peft_config["default"].base_model_name_or_path = directory.name
    model.save_pretrained(directory / "adapter")
    (directory / "adapter" / "README.md").unlink()
    # PEFT writes the target modules as a set; a sorted list keeps the file the same in every run.
    path = directory / "adapter" / "adapter_config.json"
    written = json.loads(path.read_text())
    written["target_modules"].sort()
    path.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")


@torch.no_grad()
def sample(model, prompt: list[int], count: int, seed: int) -> list[int]:
    draw, ids = torch.Generator().manual_seed(seed), list(prompt)
    for _ in range(count):
        p = torch.softmax(model(input_ids=torch.tensor([ids])).logits[0, -1] / 0.8, -1)
        ids.append(torch.multinomial(p, 1, generator=draw).item())
    return ids[len(prompt) :]


def write_lora(directory: Path, stride: int) -> None:
    make_adapter(directory, seed=11)
    base = load(directory)
    prompt = text_ids(directory, 1400, CONTEXT)
    model = PeftModel.from_pretrained(base, directory / "adapter", is_trainable=True).double().eval()
    response = sample(model, prompt, RESPONSE, seed=5)
    y = torch.tensor(response)
    lora = reference.Lora(model)
    assert sorted(lora.names) == sorted(name for name, p in model.named_parameters() if p.requires_grad)

    with torch.no_grad(), model.disable_adapter():
        base_log_p = reference.response_logits(model, prompt, response).log_softmax(-1).gather(-1, y[:, None])[:, 0]
    z = reference.response_logits(model, prompt, response)
    log_pi = z.log_softmax(-1)
    log_p = log_pi.gather(-1, y[:, None])[:, 0]
    weights = torch.linspace(-1, 1, RESPONSE, dtype=torch.float64) ** 3 + 0.25
    centred, plain = (reference.residual(z, y, -1.0, centring) for centring in (True, False))
    product = reference.fisher(lora, z)
    vectors = {
        "lossGradient": lora.gradient(-(weights * log_p).sum(), retain=True),
        "targetCentred": lora.gradient((z * centred["R"]).sum(), retain=True),
        "targetPlain": lora.gradient((z * plain["R"]).sum(), retain=True),
        "fisherProduct": product(lora.theta().flip(0)),
    }
    solved = {name: reference.gauss_newton(product, vectors[f"target{name}"]) for name in ("Centred", "Plain")}
    vectors |= {f"gaussNewton{name}": result["x"] for name, result in solved.items()}
    per_token = {
        "logprobs": log_p, "baseLogprobs": base_log_p, "entropy": -(log_pi.exp() * log_pi).sum(-1), "residualWeight": plain["w"],
        "targetProbability": plain["target"], "logZ": plain["logZ"], "targetKl": plain["kl"],
    }  # fmt: skip
    # The weighted log-likelihood gradient and the plain target are the same thing by adaptation §2; assert it once here.
    assert torch.allclose(lora.gradient((plain["w"] * log_p).sum(), retain=True), vectors["targetPlain"], rtol=1e-9, atol=1e-12)

    for name, parameter in zip(lora.names, lora.parameters):
        if "lora_B" in name:
            parameter.data.zero_()
    z = reference.response_logits(model, prompt, response)
    vectors["freshTargetCentred"] = lora.gradient((z * reference.residual(z, y, -1.0, True)["R"]).sum())

    save_file(
        {name: v.detach().float().contiguous() for name, v in per_token.items()}
        | {name: v[::stride].float().contiguous() for name, v in vectors.items()},
        directory / "lora.safetensors",
    )
    oracle = {
        "prompt": prompt, "response": response, "rank": RANK, "alpha": ALPHA, "weights": weights.float().tolist(), "stride": stride,
        "size": vectors["fisherProduct"].numel(), "norms": {name: v.norm().item() for name, v in vectors.items()},
        "gaussNewton": {
            name.lower(): {"lambda": s["lambda"], "iterations": len(s["residuals"]), "residuals": s["residuals"]}
            for name, s in solved.items()
        },
    }  # fmt: skip
    (directory / "lora.json").write_text(json.dumps(oracle) + "\n")


def write_training(directory: Path, steps=10, batch=2, length=32) -> None:
    settings = {"lr": 3e-3, "betas": [0.9, 0.95], "eps": 1e-8, "weightDecay": 0.1}
    ids = text_ids(directory, 0, steps * batch * (length + 1))
    batches = torch.tensor(ids).view(steps, batch, length + 1)
    runs, first = {}, {}
    for dtype in (torch.float64, torch.float32):
        model = load(directory, dtype).train()
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=settings["lr"], betas=settings["betas"], eps=settings["eps"], weight_decay=settings["weightDecay"]
        )
        losses = []
        for step, rows in enumerate(batches):
            z = model(input_ids=rows[:, :-1], use_cache=False).logits
            loss = torch.nn.functional.cross_entropy(z.reshape(-1, z.shape[-1]), rows[:, 1:].reshape(-1))
            optimizer.zero_grad()
            loss.backward()
            if step == 0 and dtype == torch.float64:
                first = {name: p.grad.float().clone() for name, p in model.named_parameters()}
            optimizer.step()
            losses.append(loss.item())
        runs[dtype] = losses
    save_file(first, directory / "training.safetensors")
    worst = max(abs(a - b) for a, b in zip(runs[torch.float64], runs[torch.float32]))
    oracle = {"batches": batches.tolist(), "optimizer": settings, "losses": runs[torch.float32], "float32Deviation": worst}
    (directory / "training.json").write_text(json.dumps(oracle) + "\n")
