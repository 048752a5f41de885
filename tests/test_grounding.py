"""grounding.py: what an answer says and its quotes don't is found; what stands in a quote never is."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import PROJECT

from wenju.grounding import unsupported
from wenju.sentences import sentences


@pytest.mark.parametrize(
    ("text", "quote", "wrong"),
    [
        ("占比达15.8%。 [1]", "占比达12.5%。", ["15.8%"]),  # a peer's failure
        ("企业需要转型", "企业不需要转型。", ["需要"]),  # another peer's failure
        ("企业不需要转型", "企业需要转型。", ["不需要"]),
        ("需要转型的是传统企业。", "传统企业不再需要转型。", ["需要"]),
        ("他收购了公司", "他否认收购公司。", ["收购"]),
        ("主持人是机器人", "主持人不是机器人。", ["机器"]),
        ("他同意了", "他不同意。", ["同意"]),
        ("漂白自己", "无法“漂白”自己。", ["漂白"]),
        ("尚未公布", "已经公布。", ["尚未公布"]),
        ("It needs help.", "It does not need help.", ["needs"]),
        ("It doesn't need help.", "It needs help.", ["n't need"]),
        ("超83万个", "建成5G基站超82万个。", ["超83万个"]),
        ("82万家", "建成5G基站超82万个。", ["82万家"]),
        ("5%", "占15%。", ["5%"]),
        ("第五届数贸会", "在第四届全球数贸会上", ["第五届"]),
        ("不足一半", "占四分之一。", ["不足一半"]),
        ("2024年11月发布", "2023年11月、2024年3月发布。", ["2024年11月"]),
        ("11月9日", "2025年11月8日电", ["11月9日"]),
        ("November 9", "2025年11月8日电", ["November 9"]),
        ("去年发布", "今年发布。", ["去年"]),
        ("大模型DeepSeek-R2", "如DeepSeek-R1、Qwen3等", ["DeepSeek-R2"]),
        ("DeepSeek-V3", "如DeepSeek-R1、Qwen-V3等", ["DeepSeek-V3"]),
        ("小f主持", "AI机器人小e主持。", ["f"]),
        ("4G基站", "5G基站", ["4G"]),
        ("“1+5”平台", "“1+4”算力平台，5个", ["“1+5”"]),
        ("10.3.2版", "10.3.1版", ["10.3.2"]),
        ("《黑神话：悟空》", "《黑神话：钟馗》", ["《黑神话：悟空》"]),
        ("《中国互联网发展报告2026》", "《中国互联网发展报告2025》", ["《中国互联网发展报告2026》"]),
        ("《报告》", "《中国互联网发展报告2025》", ["《报告》"]),
        ("“赛博登天”", "“赛博登山”", ["“赛博登天”"]),
        ("In 2023, DeepSeek-R2 held 60% [1]", "2024年，DeepSeek-R1占比达60%。", ["2023", "DeepSeek-R2"]),
        ("", "占比达12.5%。", []),
        ("占比达12.5%。", "", ["12.5%"]),
    ],
)
def test_what_no_quote_says_is_found(text: str, quote: str, wrong: list[str]) -> None:
    assert unsupported(text, [quote]) == tuple(wrong)
    assert unsupported(text, ["别的一句。", quote]) == tuple(wrong)
    assert unsupported(text, [text, quote]) == ()


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("820,000", "建成5G基站超82万个。"),
        ("82万个", "建成5G基站８２万個。"),
        ("占60%", "占比达六成。"),
        ("The Delta has built 820,000 5G base stations [1].", "Delta建成5G基站超82万个。"),
        ("2024年", "2024年11月8日"),
        ("11月8日", "2025年11月8日电"),
        ("On November 8, 2025 [1]", "2025年11月8日电"),
        ("in 2024", "2024年建成"),
        ("溫州打通493家單位的數據", "温州全面打通493家单位的数据。"),
        ("AI-powered", "用AI赋能"),
        ("DeepSeek", "如DeepSeek-R1等"),
        ("“赛博登山”", "赛博登山需要助力设备。"),
        ("没有公布", "尚未公布。"),
        ("非常需要不同的人才", "需要人才。"),
        ("需要", "甲不需要，乙需要。"),
        ("According to the quoted sentence: 5位 [2][3]", "5名院士"),
        ("[12] [345]", ""),
    ],
)
def test_what_a_quote_says_in_another_way_stands(text: str, quote: str) -> None:
    assert unsupported(text, [quote]) == ()


def test_the_frame_counts_as_quoted() -> None:
    quote = "建成5G基站超82万个。"
    answer = f"Wenju found 2 passages, not verified: {quote} [1]"
    assert unsupported(answer, [quote]) == ("Wenju", "2", "not verified")
    assert unsupported(answer, [quote], frame="Wenju found 2 passages, not verified:") == ()
    assert unsupported("这些文章没有回答这个问题。", []) == ("没有回答",)
    assert unsupported("这些文章没有回答这个问题。", [], frame="这些文章没有回答这个问题。") == ()


def corpus_sentences() -> list[str]:
    texts = [path.read_text(encoding="utf-8").split("---\n", 2)[2] for path in sorted((PROJECT / "corpus").glob("*.md"))]
    return [line[a:b] for text in texts for line in text.splitlines() for a, b in sentences(line)]


def test_every_sentence_of_the_corpus_stands_in_itself_whole_and_cut() -> None:
    for sentence in corpus_sentences():
        assert unsupported(f"{sentence} [1]", [sentence]) == ()
        for clause in sentence.split("，"):
            assert unsupported(clause, [sentence]) == ()


def test_a_changed_digit_is_found_in_every_sentence_of_the_corpus() -> None:
    for sentence in corpus_sentences():
        for digit in re.finditer("[0-9]", sentence):
            other = str((int(digit[0]) + 1) % 10)
            assert unsupported(sentence[: digit.start()] + other + sentence[digit.end() :], [sentence]), sentence


PIECES = (
    "。 ！ ？ ； ， 、 . ! ? … “ ” ‘ ’ 《 》 （ ） \" \n [1] 1 2 2024 82万 3.5 % 个 家 年 月 日 11 8 第 届 一 百 三分之一 不 没有 未 非 否认 "
    "需要 公布 常 大 去年 说： DeepSeek-R1 5G AI+ e not n't need November 8 In the 溫州 乾 後"
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([*PIECES.split(" "), " "]), max_size=30).map("".join) | st.text(max_size=60), st.data())
def test_whole_sentences_of_a_quote_stand_in_it(quote: str, data: st.DataObject) -> None:
    found = sentences(quote)
    assert unsupported(quote, [quote]) == ()
    if found:
        first = data.draw(st.integers(0, len(found) - 1))
        last = data.draw(st.integers(first, len(found) - 1))
        assert unsupported(quote[found[first][0] : found[last][1]], [quote]) == ()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES.split(" "), " "]), max_size=15).map("".join) | st.text(max_size=40))
def test_what_is_found_is_said_in_the_text(text: str) -> None:
    wrong = unsupported(text, ["占比达12.5%。"])
    assert all(part and part in text for part in wrong) and len(set(wrong)) == len(wrong)


@pytest.mark.parametrize("piece", ["", "一", "不需要", "2024年11月8日，", "“a”", "《", "5G", "Ab-", "not ", "[1]", "1."])
def test_a_long_text_is_read_in_time(piece: str) -> None:
    text = (piece or "".join(corpus_sentences())) * 100_000
    quote = text[:100_000]
    start = time.process_time()
    unsupported("新" + quote, [quote])
    assert time.process_time() - start < (3.0 if piece else 1.0)
