"""Training text for the small tokenizers: a fixed list of Python standard library sources plus generated multilingual lines."""

import random
import sysconfig
from pathlib import Path

MODULES = ["heapq", "bisect", "textwrap", "json/decoder", "json/encoder", "queue", "shlex", "string", "statistics", "fractions"]

WORDS = (
    "the quick brown fox jumps over lazy dog naïve café résumé über straße señor français Łódź Ångström "
    "привет мир функция данные γειά σου κόσμε שלום עולם مرحبا بالعالم नमस्ते दुनिया สวัสดี 안녕하세요 세계 "
    "你好 世界 函数 返回 数据 类型 错误 文件 こんにちは せかい ありがとう カタカナ 変数 関数 😀 🎉 🚀 👍🏽 👩‍💻 🇫🇷"
).split()


def python_sources() -> list[str]:
    root = Path(sysconfig.get_paths()["stdlib"])
    return [(root / f"{name}.py").read_text(encoding="utf-8") for name in MODULES]


def multilingual(lines: int = 400, seed: int = 7) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(3, 12))) for _ in range(lines)]


def corpus() -> list[str]:
    texts = [line + "\n" for source in python_sources() for line in source.split("\n")]
    return texts + multilingual()
