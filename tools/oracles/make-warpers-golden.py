"""Writes test/unit/engine/generation/warpers-golden.json: next-token probabilities by transformers' own logits processors (float32).

Run with a Python that has torch and transformers:
    python tools/oracles/make-warpers-golden.py
"""

import json
import pathlib

import torch
from transformers.generation import logits_process as lp

CASES = [
    dict(temperature=1.0),
    dict(temperature=0.7, topP=0.95),
    dict(temperature=0.7, topK=20, topP=0.8, repetitionPenalty=1.1),
    dict(temperature=1.3, topK=5),
    dict(temperature=1.5, minP=0.1),
    dict(temperature=0.9, topK=30, topP=0.6, minP=0.05, repetitionPenalty=1.3),
    dict(temperature=2.0, topP=0.3, repetitionPenalty=0.8),
]

torch.manual_seed(3)
out = []
for ties in (False, True):
    for options in CASES:
        logits = torch.randn(64) * 3
        if ties and "topP" not in options:  # torch.sort leaves the order of equals open, which decides top-p
            logits = (logits * 2).round() / 2
        logits = (logits * 1024).round() / 1024
        context = torch.randint(0, 64, (1, 12))
        scores = logits.clone()[None]
        if "repetitionPenalty" in options:
            scores = lp.RepetitionPenaltyLogitsProcessor(options["repetitionPenalty"])(context, scores)
        scores = lp.TemperatureLogitsWarper(options["temperature"])(context, scores)
        if "topK" in options:
            scores = lp.TopKLogitsWarper(options["topK"])(context, scores)
        if "topP" in options:
            scores = lp.TopPLogitsWarper(options["topP"])(context, scores)
        if "minP" in options:
            scores = lp.MinPLogitsWarper(options["minP"])(context, scores)
        out.append(
            dict(
                options=options,
                logits=logits.tolist(),
                context=context[0].tolist(),
                probabilities=[round(p, 7) for p in scores.softmax(-1)[0].tolist()],
            )
        )
path = pathlib.Path(__file__).resolve().parents[2] / "test/unit/engine/generation/warpers-golden.json"
path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in out) + "\n]\n")
