"""PyTorch + transformers + PEFT as a driver: one LoRA update of the same model, fp32, on the CPU.

The update is the one-step solver on the centred residual of a rejected response, its step length from one KL probe, then
the trust region's line search, without anchor prompts. The language-model head runs on the response's rows only, which is
the least work this library allows.
"""

import json
import math
import os
import resource
import sys
import time

KL_CAP = 0.02
BETA = 1.0
# Shares of the cap that the probe and the first trial aim at; the same as on the other side.
PROBE_AIM = 0.25
TRIAL_AIM = 0.8
MAX_HALVINGS = 6

# Replies go to the real stdout; whatever the libraries print goes to stderr.
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Peer:
    def load(self, request):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoConfig, AutoModelForCausalLM

        self.torch = torch
        torch.set_num_threads(request["threads"])
        torch.manual_seed(0)
        config = AutoConfig.from_pretrained(request["model"])
        # Loading checks nothing that is measured; BF16 weights become fp32 ones, as on the other side.
        model = AutoModelForCausalLM.from_pretrained(
            request["model"], config=config, dtype=torch.float32, attn_implementation="sdpa"
        )
        model.config.use_cache = False
        targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        self.model = get_peft_model(
            model, LoraConfig(r=request.get("rank", 8), lora_alpha=16, lora_dropout=0.0, target_modules=targets)
        )
        self.model.eval()
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.linears = [m for m in self.model.modules() if hasattr(m, "lora_A") and hasattr(m, "get_base_layer")]
        with torch.no_grad():
            self.norms = [m.get_base_layer().weight.norm().item() for m in self.linears]
            self.start = [p.detach().clone() for p in self.parameters]
        return 0, {}

    def update(self, request):
        torch = self.torch
        prompt, response = request["promptTokens"], request["responseTokens"]
        ids = torch.tensor([prompt + response])
        with torch.no_grad():
            for p, s in zip(self.parameters, self.start):
                p.copy_(s)
        rows = torch.arange(len(prompt) - 1, len(prompt) + len(response) - 1)
        targets = torch.tensor(response)
        evaluations = 0

        def logits():
            nonlocal evaluations
            evaluations += 1
            # The last token's own logits are never used, so it is not fed.
            return self.model(input_ids=ids[:, :-1], use_cache=False, logits_to_keep=rows).logits[0]

        # Gradient: cotangent R~ on the response's logits, one backward pass.
        z = logits()
        with torch.no_grad():
            before = torch.log_softmax(z, -1)
            pi = before.exp()
            shrink = math.expm1(-1.0 / BETA)
            w = pi * shrink / (1 + pi * shrink)
            h = pi * (w - (pi * w).sum(-1, keepdim=True))
            w_y = w.gather(1, targets[:, None])
            residual = -w_y * pi - h
            residual.scatter_add_(1, targets[:, None], w_y)
            logp = before.gather(1, targets[:, None]).sum().item()
            entropy = -(pi * before).sum(-1).mean().item()
            weights = w_y.abs().sum().item()
            del w, h, pi
        for p in self.parameters:
            p.grad = None
        z.backward(residual)
        del z, residual
        norm = math.sqrt(sum(p.grad.pow(2).sum().item() for p in self.parameters))
        direction = [p.grad / norm for p in self.parameters]

        @torch.no_grad()
        def move(length):
            for p, s, d in zip(self.parameters, self.start, direction):
                p.copy_(s + length * d)

        @torch.no_grad()
        def evaluate():
            after = torch.log_softmax(logits(), -1)
            kl = torch.nn.functional.kl_div(after, before, reduction="sum", log_target=True).item() / len(response)
            return after, kl

        probe = math.sqrt(2 * PROBE_AIM * KL_CAP) * weights / norm
        move(probe)
        _, kl = evaluate()
        step = probe * math.sqrt(TRIAL_AIM * KL_CAP / max(kl, 1e-12))
        kl, logp_after, entropy_after, accepted = math.nan, math.nan, math.nan, False
        for halvings in range(MAX_HALVINGS + 1):
            move(step / 2**halvings)
            change = self.relative_change()
            if change > 0.01:
                continue
            after, kl = evaluate()
            with torch.no_grad():
                logp_after = after.gather(1, targets[:, None]).sum().item()
                entropy_after = -(after.exp() * after).sum(-1).mean().item()
            accepted = (
                math.isfinite(logp_after)
                and kl <= KL_CAP
                and logp - logp_after > 1e-3
                and 0.5 * entropy <= entropy_after <= 2 * entropy
            )
            if accepted:
                break
        if not accepted:
            with torch.no_grad():
                for p, s in zip(self.parameters, self.start):
                    p.copy_(s)
        detail = {
            "accepted": accepted,
            "halvings": halvings,
            "evaluations": evaluations,
            "logProbBefore": logp,
            "logProbAfter": logp_after,
            "klResponse": kl,
            "entropyBefore": entropy,
            "entropyAfter": entropy_after,
            "gradientNorm": norm,
            "relativeWeightChange": change,
        }
        return len(prompt) + len(response), detail

    def relative_change(self):
        """max over linears of |scale B A|_F / |W|_F, by |BA|^2 = tr(B'B AA')."""
        worst = 0.0
        with self.torch.no_grad():
            for m, norm in zip(self.linears, self.norms):
                a, b = m.lora_A["default"].weight, m.lora_B["default"].weight
                square = ((b.T @ b) * (a @ a.T)).sum().clamp_min(0).item()
                worst = max(worst, m.scaling["default"] * math.sqrt(square) / norm)
        return worst


def peak_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "quit":
            break
        try:
            wall, cpu = time.perf_counter(), time.process_time()
            tokens, detail = getattr(peer, request["op"])(request)
            reply = {
                "seconds": time.perf_counter() - wall,
                "cpuSeconds": time.process_time() - cpu,
                "tokens": tokens,
                "rssBytes": peak_bytes(),
                "detail": detail,
            }
        except Exception as error:  # The other side decides what a failure means.
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
