"""Makes the fixtures of test/fixtures from PyTorch, transformers and PEFT. Run: python tools/oracles/make.py [name …]

Names: checkpoint names (see checkpoints.py), `tokenizers`, or nothing for everything.
"""

import shutil
import sys
import warnings
from pathlib import Path

import torch
from transformers.utils import logging

import checkpoint_oracle
import checkpoints
import reference

FIXTURES = Path(__file__).resolve().parents[2] / "test" / "fixtures"


def make_checkpoint(name: str) -> None:
    spec, directory = checkpoints.SPECS[name], FIXTURES / "checkpoints" / name
    shutil.rmtree(directory, ignore_errors=True)
    checkpoints.write_configs(spec, directory)
    for seed in range(spec.seed, spec.seed + 600):
        checkpoints.write_weights(spec, directory, seed)
        if checkpoint_oracle.has_clear_greedy(directory):
            break
    else:
        raise SystemExit(f"{name}: no seed gives a clear greedy continuation")
    print(f"{name}: seed {seed}")
    checkpoint_oracle.write_forward(directory)
    if spec.lora_stride:
        checkpoint_oracle.write_lora(directory, spec.lora_stride)
    if spec.training:
        checkpoint_oracle.write_training(directory)


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    reference.keep_double()
    for name in sys.argv[1:] or [*checkpoints.SPECS, "tokenizers"]:
        if name == "tokenizers":
            import tokenizer_oracle

            tokenizer_oracle.make(FIXTURES / "tokenizers")
        else:
            make_checkpoint(name)
    for path in FIXTURES.rglob("*.safetensors"):
        path.chmod(0o644)


main()
