"""Texts on which a tokenizer must agree with the reference: code, scripts, emoji, controls, special tokens, edges."""

import random

import corpus

FIXED = [
    "", " ", "  ", "\n", "\r\n", "\t", "\r", " \n", "\n ", "\n\n\n", "   \n  \n", "\t\t\tx", "x   ", "   x", "a  b   c    d", "\u00a0", "\u3000全角 空白\u3000",
    "a\u0085b", "a\u0085\u0085 b", "\ufeffimport os\n", "a\ufeffb", "a \ufeff b", "\u200bzero\u200bwidth\u200d", "\u2028line\u2029para", "a\u1680b", "x\u180ey", "\x1c\x1d\x1e\x1f", "tab\x0bvt\x0cff",
    "\x00", "a\x00b\x01\x02\x03", "\x7f\x80\x9f", "\x1b[31mred\x1b[0m", "\b\a", "\U0010ffff", "\ue000\uf8ff", "\ufffd", "\ufffe\uffff",
    "Hello, world!", "hello world", "HELLO WORLD", "It's we're I'll you've they'd I'm don't", "IT'S WE'RE I'LL YOU'VE THEY'D I'M DON'T", "'s't're've'm'll'd", "it'ſ I'ſ", "’s ’t it’s",
    "0 1 12 123 1234 12345 123456 1234567890", "3.14159e-10 0xDEADBEEF 1_000_000 ½ ⅷ ² ٣٤٥ १२३ 一二三", "v1.2.3-rc.4+build.5", "1,234,567.89", "2024-06-30T12:34:56Z",
    "snake_case camelCase PascalCase kebab-case SCREAMING_SNAKE", "a.b.c->d::e()[0]{1}", "!!! ??? ... --- === <<< >>> &&& ||| $$$ ###", "(((([[[[{{{{}}}}]]]]))))", "\"quoted\" 'single' `tick` \\back\\slash",
    "https://example.org/a/b?c=d&e=%20f#g", "user@example.org", "C:\\Users\\name\\file.txt", "/usr/bin/env -S python3", "$HOME ${VAR:-default} $(cmd) `cmd`",
    "你好，世界！", "今天天气很好，我们去公园吧。", "返回两个列表的合并结果", "こんにちは、世界。", "カタカナとひらがなと漢字", "ｶﾀｶﾅ ﾊﾝｶｸ", "안녕하세요 세계", "각각", "한국어 형태소", "𠮷野家 𩸽",
    "Привет, мир! Ёлка", "Γειά σου Κόσμε ς", "שָׁלוֹם עוֹלָם", "مَرْحَبًا بِالْعَالَمِ", "नमस्ते दुनिया क्षत्रिय", "สวัสดีชาวโลก", "Tiếng Việt có dấu", "İstanbul ıI ŞşĞğ", "ǅ ǈ ﬁ ﬂ ﬀ ß ẞ", "ᏣᎳᎩ ᚠᚢᚦ 𐍈 𒀀",
    "naïve café résumé", "nai\u0308ve cafe\u0301 re\u0301sume\u0301", "A\u030angstro\u0308m \u212b \u00c5", "e\u0301\u0302\u0303\u0304", "\u0301 leading mark", "Z̷̢a̵l̸g̶o̴ ̷t̶e̵x̷t̸", "가 \u1100\u1161 각 \u1100\u1161\u11a8", "\u0344 \u0958 \u2126 \u1e9b\u0323", "q\u0307\u0323 q\u0323\u0307",
    "😀", "😀😃😄", "👍🏽 👋🏿", "👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🏴‍☠️", "🇫🇷🇯🇵🇺🇸", "1️⃣ #️⃣ ❤️ ☺︎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "text😀text 😀 text", "→ ⇒ ∀x∈ℝ: √x² = |x| ≠ ∞", "𝒜𝓁𝓅𝒽𝒶 𝟘𝟙𝟚", "░▒▓█ ┌─┐ │ └─┘", "© ® ™ § ¶ † ‡ • … ‰ € £ ¥ ₿",
    "<|im_start|>user\nhi<|im_end|>\n", "<|im_start|><|im_end|><|endoftext|>", " <|im_end|> ", "a<|im_end|>b", "<|im_end", "<|im_end|", "|im_end|>", "<<|im_end|>>", "<|im_start|>assistant\n<think>\nhm\n</think>\n\nok<|im_end|>",
    "<think>", "<think></think>", "a <think> b </think> c", "< think >", "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>", "<|eot_id|><|eom_id|><|end_of_text|>", "<|BEGIN_OF_TEXT|>", "<|eot_id|> \n<|eot_id|>",
    "<s>hello</s>", "<s> x </s> y", "<unk>", "<0x0A>", "▁under▁score", " ▁", "a<s>b", "<s>\n</s>", "cafe\u0301<|im_end|>e\u0301", "<|im_end|>\u0301",
    "word" * 60, "a" * 300, "ab" * 100, "字" * 80, "😀" * 30, " " * 100, "\n" * 40, "=" * 80, "-" * 79 + "\n", "x" * 31 + " " + "y" * 33, "Aa0 " * 30, "the the the the the", "1" * 50,
    "def f(x):\n    return x + 1\n", "if (a) {\r\n\tb();\r\n}\r\n", "for i in range(10):\n\tprint(i)\n\n\n# end", "    deep\n        deeper\n            deepest\n", "x = [1, 2, 3]  # comment\n", "SELECT * FROM t WHERE a = 'b';", "#include <stdio.h>\nint main(void) { return 0; }\n",
    "const f = async (x) => { await g(x ?? 0); };\n", "fn main() { println!(\"{}\", 1u8 as char); }\n", "<div class=\"a\">\n  <p>&nbsp;</p>\n</div>\n", "{\"a\": [1, 2.5, null, true], \"b\": \"\\u00e9\"}", "key: value\n- item\n", "@@ -1,3 +1,4 @@\n-old\n+new\n", "```python\nprint('hi')\n```\n",
    "lambda: 0", "x\\\ny", "r'\\d+\\s*'", "a\r\rb", "a\n\rb", " \r\n \r\n", "trailing \n", "\n leading", "  \t mixed \t ws \n\t ", "end.\n\nNew paragraph.", "...\n", ")\n\n", "}\r\n\r\n}", "a\u00a0b\u2003c\u2009d", "x\u00ad\u00ady",
]  # fmt: skip


def texts() -> list[str]:
    draw = random.Random(3)
    sources = corpus.python_sources()
    lines = [text for source in sources for text in [source[i : i + 160] for i in range(0, len(source), 160)]]
    pool = "".join(FIXED)
    noise = ["".join(draw.choices(pool, k=draw.randint(5, 40))) for _ in range(45)]
    return FIXED + draw.sample(lines, 24) + draw.sample(corpus.multilingual(seed=99), 12) + noise
