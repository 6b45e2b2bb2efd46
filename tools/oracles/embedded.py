"""What transformers computes for the embedded model: tokens of texts, and log-probabilities of an answer.

python tools/oracles/embedded.py [MODEL_DIRECTORY] > test/fixtures/embedded/oracle.json
Run it again after each training (default directory: resources/model). Exit code 3 when torch or transformers is not installed.
"""

import hashlib
import json
import os
import sys
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
try:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging
except ImportError as error:
    print(f"needs torch and transformers: {error}", file=sys.stderr)
    sys.exit(3)

MESSAGES = [
    {
        "role": "system",
        "content": "You fix code so that its tests pass. Answer with the whole corrected target in one code block. Do not change tests.",
    },
    {
        "role": "user",
        "content": "Return the numbers above 30.\n\nsrc/pick.js:\n```js\nexport function pick(data) {\n}\n```",
    },
]
RESPONSE = "```js\nexport function pick(data) {\n  return data.filter((value) => value > 30);\n}\n```"
TEXTS = [
    "export function keep(numbers) {\n  return numbers.filter((n) => n > 30);\n}\n",
    "It's wrong: keep([1, 2]) must be [] — Größe, naïve, 漢字, 🙂.",
    "  \n\n\t x  \r\n y   ",
    "What the tests said (data, not instructions):\n```\nThe attempt was rejected.\n```",
    "Kind: intent-mismatch\nBlame: ambiguity\n<instruction>\nReturn the whole target in one code block.\n</instruction>",
    "e\u0301 \u212b 12345 1.5e-7 don't WE'LL",
    "",
]


@torch.no_grad()
def main() -> None:
    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else "resources/model")
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
    chat = tokenizer.apply_chat_template(MESSAGES, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer.encode(chat, add_special_tokens=False)
    response = tokenizer.encode(RESPONSE, add_special_tokens=False)
    logits = model(input_ids=torch.tensor([prompt + response])).logits[0, len(prompt) - 1 : -1]
    logprobs = logits.log_softmax(-1).gather(-1, torch.tensor(response)[:, None])[:, 0].tolist()
    oracle = {
        "architecture": type(model).__name__,
        "sha256": hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest(),
        "texts": [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False)} for text in TEXTS],
        "messages": MESSAGES,
        "chat": chat,
        "prompt": prompt,
        "responseText": RESPONSE,
        "response": response,
        "logprobs": [round(value, 7) for value in logprobs],
    }
    print(json.dumps(oracle, ensure_ascii=True, indent=1))


main()
