"""Small byte-level BPE tokenizers in the layout of the Qwen2.5 and Llama 3 families, trained on local text."""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import corpus
import templates

QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# (text, special)
QWEN_ADDED = [
    ("<|endoftext|>", True),
    ("<|im_start|>", True),
    ("<|im_end|>", True),
    ("<think>", False),
    ("</think>", False),
]
LLAMA3_ADDED = [
    ("<|begin_of_text|>", True),
    ("<|end_of_text|>", True),
    ("<|start_header_id|>", True),
    ("<|end_header_id|>", True),
    ("<|eom_id|>", True),
    ("<|eot_id|>", True),
]
LLAMA2_ADDED = ["<unk>", "<s>", "</s>"]


def _train(split: str, normalizer, vocabulary: int, ignore_merges: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(corpus.corpus(), trainer)
    return tokenizer


def _add(tokenizer: Tokenizer, added: list[tuple[str, bool]]) -> None:
    for text, special in added:
        token = AddedToken(text, special=special, normalized=False)
        tokenizer.add_special_tokens([token]) if special else tokenizer.add_tokens([token])


def qwen(vocabulary: int) -> Tokenizer:
    """`vocabulary` counts bytes and merges; the added tokens follow."""
    tokenizer = _train(QWEN_SPLIT, normalizers.NFC(), vocabulary, ignore_merges=False)
    _add(tokenizer, QWEN_ADDED)
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    return tokenizer


def llama3(vocabulary: int) -> Tokenizer:
    tokenizer = _train(LLAMA3_SPLIT, None, vocabulary, ignore_merges=True)
    _add(tokenizer, LLAMA3_ADDED)
    bos = "<|begin_of_text|>"
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{bos} $A", pair=f"{bos} $A {bos} $B:1", special_tokens=[(bos, tokenizer.token_to_id(bos))]
            ),
        ]
    )
    return tokenizer


def llama2(vocabulary: int) -> Tokenizer:
    """SentencePiece in tokenizer.json: spaces as `▁`, unknown characters as byte tokens."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=special, limit_alphabet=120, show_progress=False)
    # Words, so that merges do not cross spaces.
    words = ["▁" + word for text in corpus.corpus() for word in text.split()]
    tokenizer.train_from_iterator(words, trainer)
    data = json.loads(tokenizer.to_str())
    # Byte tokens belong to the vocabulary, not to the added tokens.
    data["added_tokens"] = [token for token in data["added_tokens"] if token["content"] in LLAMA2_ADDED]
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
    )
    return tokenizer


ADDED = {"qwen": QWEN_ADDED, "llama3": LLAMA3_ADDED, "llama2": [(text, True) for text in LLAMA2_ADDED]}


def write(tokenizer: Tokenizer, directory: Path, style: str, template_file: bool = False) -> None:
    """tokenizer.json, tokenizer_config.json and the chat template (inside the config or as chat_template.jinja)."""
    directory.mkdir(parents=True, exist_ok=True)
    data = json.loads(tokenizer.to_str())
    (directory / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    added = ADDED[style]
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    config = {
        "added_tokens_decoder": {
            str(tokenizer.token_to_id(text)): {"content": text, **flags, "special": special} for text, special in added
        },
        "clean_up_tokenization_spaces": False,
        "model_max_length": 256,
    }
    if style == "qwen":
        config |= {
            "add_bos_token": False,
            "add_prefix_space": False,
            "bos_token": None,
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "tokenizer_class": "Qwen2Tokenizer",
            "unk_token": None,
        }
        template = templates.CHATML
    elif style == "llama2":
        flags = {name: {"__type": "AddedToken", "content": text, **flags, "special": True} for name, text in (("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>"))}
        # Old checkpoints write special tokens as objects and templates as a list of named ones.
        config |= {**flags, "legacy": False, "tokenizer_class": "LlamaTokenizer"}
        template = [{"name": "default", "template": templates.LLAMA2}, {"name": "rag", "template": "{{ documents }}"}]
    else:
        config |= {
            "bos_token": "<|begin_of_text|>",
            "eos_token": "<|eot_id|>",
            "tokenizer_class": "PreTrainedTokenizerFast",
        }
        template = templates.LLAMA3
    if template_file:
        (directory / "chat_template.jinja").write_text(template, encoding="utf-8")
    else:
        config["chat_template"] = template
    (directory / "tokenizer_config.json").write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
