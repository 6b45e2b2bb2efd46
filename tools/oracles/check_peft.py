"""Log-probabilities of a response under a base model and an adapter, as PEFT loads them.

python tools/oracles/check_peft.py MODEL_DIRECTORY ADAPTER_DIRECTORY IDS.json
IDS.json: {"prompt": [ids], "response": [ids]}. Prints {"logprobs": […], "baseLogprobs": […]} (natural log, float32).
Exit code 3 when torch, transformers or peft is not installed.
"""

import json
import os
import sys
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
try:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging
except ImportError as error:
    print(f"needs torch, transformers and peft: {error}", file=sys.stderr)
    sys.exit(3)


@torch.no_grad()
def logprobs(model, prompt: list[int], response: list[int]) -> list[float]:
    logits = model(input_ids=torch.tensor([prompt + response])).logits[0, len(prompt) - 1 : -1]
    return logits.log_softmax(-1).gather(-1, torch.tensor(response)[:, None])[:, 0].tolist()


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    directory, adapter, ids = sys.argv[1:4]
    pair = json.loads(Path(ids).read_text())
    base = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, adapter).eval()
    with model.disable_adapter():
        without = logprobs(model, pair["prompt"], pair["response"])
    print(json.dumps({"logprobs": logprobs(model, pair["prompt"], pair["response"]), "baseLogprobs": without}))


main()
