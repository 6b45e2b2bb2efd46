"""Three small tokenizers and what transformers does with them."""

import json
import random
from datetime import datetime
from pathlib import Path

import jinja2
from tokenizers import AddedToken, Tokenizer
from transformers import PreTrainedTokenizerFast

import conversations
import texts
import tokenizer_styles

STYLES = {"qwen": 1000, "llama3": 1000, "llama2": 700}
DATE = "30 Jun 2024"
FORMATS = ["%d %b %Y", "%B %d, %Y", "%Y-%m-%d %H:%M:%S", "%A, %d %B %Y", "%a %j %y %I %p", "%-d/%-m %-e %%", "%e|%F|%T|%D"]
DATES = [datetime(2024, 6, 30, 14, 5, 9), datetime(2025, 1, 2, 0, 0, 0), datetime(1999, 12, 31, 23, 59, 59)]


def encodings(tokenizer) -> list[dict]:
    rows = []
    for text in texts.texts():
        ids = tokenizer.encode(text, add_special_tokens=False)
        row = {"text": text, "ids": ids}
        tokenizer.backend_tokenizer.encode_special_tokens = True
        plain = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.backend_tokenizer.encode_special_tokens = False
        decoded = tokenizer.decode(ids, clean_up_tokenization_spaces=False)
        skipped = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        # Only what differs is written.
        row |= {"plainIds": plain} if plain != ids else {}
        row |= {"decoded": decoded} if decoded != text else {}
        row |= {"skipped": skipped} if skipped != decoded else {}
        rows.append(row)
    return rows


def affixes(tokenizer, rows: list[dict]) -> dict:
    """What add_special_tokens puts around every text; checked on all of them."""
    probe = tokenizer.encode("x")
    inner = tokenizer.encode("x", add_special_tokens=False)
    start = next(i for i in range(len(probe)) if probe[i : i + len(inner)] == inner)
    prefix, suffix = probe[:start], probe[start + len(inner) :]
    assert all(tokenizer.encode(row["text"]) == prefix + row["ids"] + suffix for row in rows)
    return {"prefix": prefix, "suffix": suffix}


def fragments(tokenizer, rows: list[dict]) -> list[dict]:
    """Decoding of arbitrary id runs: characters cut in half, special tokens between bytes."""
    draw, size = random.Random(8), len(tokenizer)
    runs = [draw.choices(range(size), k=draw.randint(1, 12)) for _ in range(30)]
    for row in draw.sample([row for row in rows if len(row["ids"]) > 4], 30):
        start = draw.randrange(len(row["ids"]) - 1)
        runs.append(row["ids"][start : start + draw.randint(1, 6)])
    return [{"ids": ids, "decoded": tokenizer.decode(ids, clean_up_tokenization_spaces=False)} for ids in runs]


def chats(tokenizer, style: str) -> list[dict]:
    rows = []
    for index, prompt, variables in conversations.CASES:
        given = variables | ({"date_string": DATE} if style == "llama3" else {})
        row = {"conversation": index, "addGenerationPrompt": prompt, "variables": given}
        try:
            row["text"] = tokenizer.apply_chat_template(
                conversations.MESSAGES[index], tokenize=False, add_generation_prompt=prompt, **given
            )
        except jinja2.exceptions.TemplateError as error:
            row["error"] = str(error)
        rows.append(row)
    return rows


# Added tokens with every flag, and texts around them.
FLAGGED = [
    AddedToken("<mask>", lstrip=True, special=True, normalized=False),
    AddedToken("<end>", rstrip=True, special=True, normalized=False),
    AddedToken("<both>", lstrip=True, rstrip=True, special=False, normalized=False),
    AddedToken("word", single_word=True, special=False, normalized=False),
    AddedToken("caf\u00e9", special=False, normalized=True),
    AddedToken("<mask>>", special=False, normalized=False),
]
FLAGGED_TEXTS = [
    "a <mask> b", "a \t\n<mask>\n b", "<mask>", "  <mask>  ", "a <end> b", "a<end> \r\n\u3000b", "<end>  <end>", "x <both> y", "x  <both>  <both>  y",
    "word", "a word b", "sword", "words", "word_", "_word", "word-word", "(word)", "\u00e9word", "word\u0301", "wordword", "word word", "1word", "a\u0085<mask>", "a\ufeff<mask>",
    "caf\u00e9", "cafe\u0301", "un cafe\u0301s", "<mask>>", "<mask> >", "a <mask>> b", "<<mask>", "x<end>\ufeffy", "x<end>\u0085y", "<|im_end|> <mask> <|im_end|>",
]  # fmt: skip


def flags(directory: Path) -> dict:
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    for token in FLAGGED:
        tokenizer.add_tokens([token])
    rows = []
    for text in FLAGGED_TEXTS:
        tokenizer.encode_special_tokens = False
        row = {"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids}
        tokenizer.encode_special_tokens = True
        rows.append(row | {"plainIds": tokenizer.encode(text, add_special_tokens=False).ids})
    return {"added": json.loads(tokenizer.to_str())["added_tokens"], "texts": rows}


METASPACE_TEXTS = ["", " ", "a", " a", "a b", "  a  b ", "<s>a", "<s> a", "a</s>b", "a </s> b", "</s></s>a", "x\ny z", "你好 b", "▁a", "\u00e9 😀"]


def metaspace(directory: Path) -> dict:
    """The newer way to write SentencePiece: a pre-tokenizer instead of a normalizer, and a prefix only on the first section."""
    data = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))
    data["normalizer"] = None
    data["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    tokenizer = Tokenizer.from_str(json.dumps(data))
    rows = [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in METASPACE_TEXTS]
    return {"preTokenizer": data["pre_tokenizer"], "texts": rows}


def dump(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def make(directory: Path) -> None:
    for style, size in STYLES.items():
        target = directory / style
        tokenizer_styles.write(getattr(tokenizer_styles, style)(size), target, style)
        tokenizer = PreTrainedTokenizerFast.from_pretrained(target)
        rows = encodings(tokenizer)
        special = sorted(id for id, token in tokenizer.added_tokens_decoder.items() if token.special)
        dump(
            target / "oracle.json",
            {"size": len(tokenizer), "special": special, **affixes(tokenizer, rows), "texts": rows, "fragments": fragments(tokenizer, rows)},
        )
        dump(target / "chats.json", chats(tokenizer, style))
        print(style, len(rows), "texts", len(conversations.CASES), "conversations")
    dump(directory / "flags.json", flags(directory / "qwen"))
    dump(directory / "metaspace.json", metaspace(directory / "llama2"))
    dump(directory / "conversations.json", conversations.MESSAGES)
    times = [{"date": d.isoformat(), "format": f, "text": d.strftime(f)} for d in DATES for f in FORMATS]
    dump(directory / "strftime.json", times)
