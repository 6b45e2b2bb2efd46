"""The reference mathematics in plain torch: residual, gradients, Fisher product, conjugate gradients, all in float64."""

import torch
import torch.nn.functional as F
from transformers.models.llama.modeling_llama import LlamaRMSNorm
from transformers.models.qwen2.modeling_qwen2 import Qwen2RMSNorm
from transformers.models.qwen3.modeling_qwen3 import Qwen3RMSNorm

_softmax = F.softmax


def keep_double() -> None:
    """transformers computes norms and attention weights in float32 even in a float64 model; keep float64 there."""

    def softmax(input, dim=None, dtype=None, **rest):
        return _softmax(input, dim=dim, dtype=None if input.dtype == torch.float64 else dtype, **rest)

    def norm(self, x):
        wide = x if x.dtype == torch.float64 else x.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)
        return self.weight * wide.to(x.dtype)

    F.softmax = softmax
    for kind in (LlamaRMSNorm, Qwen2RMSNorm, Qwen3RMSNorm):
        kind.forward = norm


def response_logits(model, prompt: list[int], response: list[int]) -> torch.Tensor:
    """z [R, V]: row i predicts response[i]."""
    ids = torch.tensor([prompt + response])
    return model(input_ids=ids, use_cache=False).logits[0, len(prompt) - 1 : -1]


def residual(z: torch.Tensor, y: torch.Tensor, b: float, centring: bool) -> dict[str, torch.Tensor]:
    """Adaptation §2 at every response position, exactly as written; R [R, V] is constant (no gradient flows through it)."""
    z = z.detach()
    pi = torch.softmax(z, -1)
    hot = F.one_hot(y, z.shape[-1]).to(z.dtype)
    rest = z.masked_fill(hot.bool(), float("-inf")).logsumexp(-1)
    a = z.gather(-1, y[:, None])[:, 0] - rest
    target = torch.sigmoid(a + b)
    log_z = F.softplus(a + b) - F.softplus(a)
    gain = torch.expm1(torch.tensor(b, dtype=z.dtype))
    weights = pi * gain / (1 + pi * gain)
    w = weights.gather(-1, y[:, None])
    r = w * (hot - pi)
    if centring:
        r = r - pi * (weights - (pi * weights).sum(-1, keepdim=True))
    return {"R": r, "w": w[:, 0], "target": target, "logZ": log_z, "kl": target * b - log_z}


class Lora:
    """The adapter's parameters as one flat vector: by layer, then q k v o gate up down, then A before B, PEFT's shapes, row-major."""

    TARGETS = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]

    def __init__(self, model):
        named = dict(model.named_parameters())
        self.names = [
            f"base_model.model.model.layers.{layer}.{target}.lora_{side}.default.weight"
            for layer in range(model.config.num_hidden_layers)
            for target in self.TARGETS
            for side in "AB"
        ]
        self.parameters = [named[name] for name in self.names]

    def flat(self, tensors) -> torch.Tensor:
        return torch.cat([t.reshape(-1) for t in tensors])

    def theta(self) -> torch.Tensor:
        return self.flat(self.parameters).detach().clone()

    def gradient(self, scalar: torch.Tensor, retain=False) -> torch.Tensor:
        return self.flat(torch.autograd.grad(scalar, self.parameters, retain_graph=retain)).detach()


def fisher(lora: Lora, z: torch.Tensor):
    """v ↦ Σ_i G_iᵀ (diag π_i − π_i π_iᵀ) G_i v at the logits z, whose graph must be alive. Jv by the double-backward identity."""
    pi = torch.softmax(z, -1).detach()
    dummy = torch.zeros_like(z, requires_grad=True)
    pulled = lora.flat(torch.autograd.grad(z, lora.parameters, grad_outputs=dummy, create_graph=True))

    def product(v: torch.Tensor) -> torch.Tensor:
        tangent = torch.autograd.grad(pulled, dummy, grad_outputs=v, retain_graph=True)[0]
        s = pi * (tangent - (pi * tangent).sum(-1, keepdim=True))
        return lora.flat(torch.autograd.grad(z, lora.parameters, grad_outputs=s.detach(), retain_graph=True)).detach()

    return product


def gauss_newton(product, g: torch.Tensor, iterations=10, tolerance=1e-2, relative=1.0) -> dict:
    """(F + λI) x = g by conjugate gradients from x = 0 (adaptation §3 b)."""
    damping = relative * (g @ product(g)) / (g @ g)
    x, r = torch.zeros_like(g), g.clone()
    q, rr, residuals = r.clone(), r @ r, []
    for _ in range(iterations):
        image = product(q) + damping * q
        curvature = q @ image
        if curvature <= 0:
            break
        alpha = rr / curvature
        x, r = x + alpha * q, r - alpha * image
        fresh = r @ r
        residuals.append((fresh.sqrt() / g.norm()).item())
        if residuals[-1] <= tolerance:
            break
        q, rr = r + (fresh / rr) * q, fresh
    return {"x": x, "lambda": damping.item(), "residuals": residuals}
