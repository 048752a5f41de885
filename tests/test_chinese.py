"""Normal form, sentences, numbers and search terms of Chinese and English text."""

from __future__ import annotations

import string
import time
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wenju.chinese import normal_form, numbers, search_terms, simplified
from wenju.sentences import sentences

# --- Sentences -------------------------------------------------------------------------------------------------------


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


# Each case is a list of sentences; joined, they must be split again exactly there.
CHINESE = [
    ["底座先行。", "2024年长三角已累计建成5G基站超82万个，占全国的五分之一。"],
    ["会碰撞出怎样的火花？", "会议现场，《数字长三角发展报告(2025)》发布。"],
    ["太好了！！！", "真的吗？！", "真的。"],
    ["“很荣幸能参加这次精英云集的大会，献上我的主持首秀！”", "11月8日，在乌镇举行的大会，迎来了一个特殊的主持人。"],
    # the attribution stays with its quotation
    ["“更鲜活、更智能、更沉浸。”李军说。", "数字出海也有新机遇。"],
    ["欢迎大家。", "“我们将安排顾问，欢迎大家开启追梦圆梦之旅！”他向长三角数字企业发出邀约。", "好。"],
    ["“这些企业专利高产。”毕马威中国合伙人、杭州办公室首席合伙人靳阳说，将通过投资构建“护城河”。", "完。"],
    ["“我们愿共同探索。”在会上，常州市委副书记、市长周伟这样倡议。", "当前，长三角正携手布局。"],
    ["“背后就是基建的支持。”浙江省发展规划研究院副院长兰建平进一步解释。", "长三角GDP占全国五分之一。"],
    ["“你為什麼來？”他問道。", "沒有人回答。"],
    # an introduced quotation ends with its own mark, whoever speaks next
    ["温州市副市长王振勇表示：“我们相信，开放是前提。”", "近些年，温州全面打通493家单位的数据。"],
    ["他说：“好。”", "李军说，不好。"],
    ["周伟说“好。”", "大家笑了。"],
    ["“走吧。”", "“好！”", "两人走了。"],
    # nothing inside a quotation, bracket or title
    ["纸上是“甲。乙！丙？”三句话。", "丁。"],
    ["「甲。『乙。』丙。」", "丁。"],
    ["“他说‘走。快走！’然后走了。”", "丁。"],
    ["他（后来才知道。真的！）走了。", "完。"],
    ["电影《你好，李焕英！》上映了。", "票房很高。"],
    ["《十万个为什么？》是一本书。", "好看。"],
    # a quotation inside a clause goes on
    ["“为什么？”的问题没人回答。", "完。"],
    ["一句“你好吗？”让他落泪。", "完。"],
    ["“冲啊！”、“杀啊！”的喊声四起。", "完。"],
    # marks without a partner hide nothing
    ["“新段落的引语没有结束。", "下一句。", "再一句。"],
    ["他说：“甲。", "乙说：“丙。”", "丁。"],
    ["甲”乙。", "丙。"],
    # 省略号
    ["生态聚集初具规模……"],
    ["他想了想……然后走了。", "完。"],
    ["他不说话了……", "“你怎么了？”", "没人出声。"],
    ["钱花完了……", "然而事情没有结束。"],
    ["……“数据传输已经达到毫秒级时延。”副院长解释。", "完。"],
    # ； doesn't end a sentence; numbers and names are not split
    ["带动投资近5亿元；上架300余款产品。", "完。"],
    ["增长27.4%，版本v1.2.3，网址https://example.com/a?b=c&d=1.5见官网。", "邮箱a.b@example.com。"],
    ["今天很好.", "明天也好."],
    ["无标点的一行"],
    ["他用了5.5元。", "然后走了。"],
]
ENGLISH = [
    ["The U.S. economy grew 12.5 percent.", "It was 3.5 in 2023.", "Next."],
    ["Mr. Smith met Dr. J. K. Rowling at 5 p.m. yesterday.", "They talked."],
    ["See No. 3 and Fig. 2 for details.", "Visit www.example.com/a.b?c=d for more!", "OK?"],
    ["He said, “I agree.”", "Then he left."],
    ["“Who is it?” he asked.", "Nobody answered."],
    ['"Stop. Go!" said Tom.', "He ran."],
    ["Wait... what happened?", "Nothing."],
    ["Apple Inc. was founded in 1976.", "Firms, banks, etc. are here.", "He lives in the U.S.", "The end."],
    ["(It was raining.)", "We went home."],
    ["Python 3.11 is out!", "Is it?", "Yes."],
]


@pytest.mark.parametrize("expected", CHINESE, ids=lambda case: case[0][:12])
def test_chinese_sentences(expected: list[str]) -> None:
    assert split("".join(expected)) == expected


@pytest.mark.parametrize("expected", ENGLISH, ids=lambda case: case[0][:20])
def test_english_sentences(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_lines() -> None:
    assert split("目标：\n1. 基站\n2. 算力。很快\n（3）数据") == ["目标：", "1. 基站", "2. 算力。", "很快", "（3）数据"]
    assert split("- 甲\n- 乙") == ["- 甲", "- 乙"]
    assert split("苹果\n香蕉") == ["苹果", "香蕉"]
    wrapped = "这一行的文字很长很长很长很长很长很长没有标点就换\n行了。"
    assert split(wrapped) == [wrapped]
    assert split("The line is wrapped\nhere. Next.") == ["The line is wrapped\nhere.", "Next."]


def test_no_sentence() -> None:
    assert sentences("") == []
    assert sentences(" \n\t\u3000") == []
    assert split("  好。 \n") == ["好。"]


PIECES = st.sampled_from(
    [*"。！？!?.…“”‘’「」『』（）()《》\"'，；：—、 \n\u3000", "……", "说", "李军说", "他", "长三角", "12.5", "3200家", "the", "The", "U.S.",
     "Mr.", "5G", "1. ", "- ", "a"]
)  # fmt: skip
PROSE = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@given(PROSE)
@example("“好。”他")
@example("甲\r\n\r\n乙")
@settings(max_examples=500, deadline=None)
def test_spans_cover_the_text(text: str) -> None:
    spans = sentences(text)
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    between = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    assert between.strip() == ""


@given(st.lists(PIECES.filter(lambda piece: not set(piece) & set('“”"「」『』‘’《》（）()')), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_nothing_splits_inside_a_closed_quotation(inside: str) -> None:
    for quoted in (f"甲“{inside}”乙。", f"「{inside}」", f"（{inside}）乙", f"甲。“丙‘{inside}’丁”"):
        first, last = quoted.index(inside), quoted.index(inside) + len(inside)
        assert not any(first < end < last for _, end in sentences(quoted))


@given(
    st.lists(
        st.one_of(PIECES, st.from_regex(r"\d{1,4}([.,]\d{1,3})?[万亿]?[个家%]?", fullmatch=True)), max_size=40
    ).map("".join)
)
@settings(max_examples=300, deadline=None)
def test_nothing_splits_inside_a_number(text: str) -> None:
    ends = {end for _, end in sentences(text)}
    for number in numbers(text):
        inside = {n for n in range(number.start + 1, number.end) if not text[n - 1].isspace() and text[n] != "\n"}
        assert not ends & inside


@pytest.mark.parametrize(
    "text", ["一" * 350_000, "“好。”" * 85_000, "“" * 350_000, "“" * 170_000 + "”" * 170_000, "a. " * 330_000]
)
def test_a_megabyte_takes_linear_time(text: str) -> None:
    begun = time.process_time()
    sentences(text)
    assert time.process_time() - begun < 3  # 0.1 to 0.9 measured; quadratic time would be minutes


# --- The normal form -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("５Ｇ基站：８２萬個", "5g基站:82万个"),
        ("「數字長三角」——『計畫』", '"数字长三角"--"计划"'),
        ("DeepSeek－R1", "deepseek-r1"),
        ("乾隆，乾淨，於是，瞭解，瞭望", "干隆,干净,于是,了解,瞭望"),
        ("裡面 裏面 里面", "里面 里面 里面"),
        ("a\u200bb\ufeff", "ab"),
        ("", ""),
        ("Plain ASCII", "plain ascii"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert normal_form(text) == expected


@given(st.one_of(st.text(), st.text("於乾著瞭徵藉覆畫計劃後麵裡İΣǅﬁ①㎡Åe\u0301\u200b“”Ａａ")))
@example("e\u200b\u0301")
@settings(max_examples=1000, deadline=None)
def test_the_normal_form_is_stable(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
    assert search_terms(once) == search_terms(text)


def test_simplified_keeps_offsets() -> None:
    text = "臺灣的計畫於２０２４年（民國113年）公佈。"
    assert simplified(text) == "台湾的计划于２０２４年（民国113年）公布。"


# --- Numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年长三角已累计建成5G基站超82万个，占全国的五分之一",
         [("2024年", 2024, "年", "date"), ("超82万个", 820_000, "个", "count"), ("五分之一", Fraction(1, 5), "", "fraction")]),
        ("近3200家文旅场馆", [("近3200家", 3200, "家", "count")]),
        ("零售额超4.2万亿元，占全国的三成", [("超4.2万亿元", 42 * 10**11, "元", "count"), ("三成", Fraction(3, 10), "", "percent")]),
        ("降低约33%，带动近5亿元；上架300余款",
         [("约33%", Fraction(33, 100), "", "percent"), ("近5亿元", 5 * 10**8, "元", "count"), ("300余款", 300, "款", "count")]),
        ("归集公共数据超960亿条次", [("超960亿条次", 96 * 10**9, "条次", "count")]),
        ("自2017年起，已连续九年", [("2017年", 2017, "年", "date"), ("九年", 9, "年", "count")]),
        ("本报乌镇11月8日电", [("11月", 11, "月", "date"), ("8日", 8, "日", "date")]),
        ("二〇二四年十一月八日", [("二〇二四年", 2024, "年", "date"), ("十一月", 11, "月", "date"), ("八日", 8, "日", "date")]),
        ("2025-11-08", [("2025", 2025, "年", "date"), ("11", 11, "月", "date"), ("08", 8, "日", "date")]),
        ("失效率降至十亿分之一", [("十亿分之一", Fraction(1, 10**9), "", "fraction")]),
        ("浏览量增长数百倍", [("数百倍", 100, "倍", "count")]),
        ("占全国的近半壁江山", [("近半壁江山", Fraction(1, 2), "", "fraction")]),
        ("全国第一，第四届，第3次", [("第一", 1, "", "ordinal"), ("第四届", 4, "届", "ordinal"), ("第3次", 3, "次", "ordinal")]),
        ("每十辆车当中就有一辆", [("十辆", 10, "辆", "count"), ("一辆", 1, "辆", "count")]),
        ("捌拾貳萬個，１，２００", [("捌拾貳萬個", 820_000, "个", "count"), ("１", 1, "", "count"), ("２００", 200, "", "count")]),
        ("1亿2000万人，10余万人", [("1亿2000万人", 120_000_000, "人", "count"), ("10余万人", 100_000, "人", "count")]),
        ("一亿零五十万，三百五，三点五倍，一万亿",
         [("一亿零五十万", 100_500_000, "", "count"), ("三百五", 350, "", "count"), ("三点五倍", Fraction(7, 2), "倍", "count"),
          ("一万亿", 10**12, "", "count")]),
        ("零下5℃，提高2.3个百分点", [("零下5℃", -5, "℃", "count"), ("2.3个百分点", Fraction(23, 10), "个百分点", "count")]),
        ("$3 billion, 3.5 million people, 1,200 km, 60 percent",
         [("$3 billion", 3 * 10**9, "", "count"), ("3.5 million", 3_500_000, "", "count"), ("1,200 km", 1200, "km", "count"),
          ("60 percent", Fraction(3, 5), "", "percent")]),
        ("近百家企业，上千人", [("近百家", 100, "家", "count"), ("上千人", 1000, "人", "count")]),
        ("百分之百，千分之五", [("百分之百", 1, "", "percent"), ("千分之五", Fraction(1, 200), "", "fraction")]),
    ],
)  # fmt: skip
def test_numbers(text: str, expected: list[tuple[str, object, str, str]]) -> None:
    assert [(text[n.start : n.end], n.value, n.unit, n.kind) for n in numbers(text)] == expected


@pytest.mark.parametrize(
    "text",
    ["一体化", "十分高兴", "统一", "一鸣惊人", "万一", "三角", "“十五五”规划", "千行百业", "四两拨千斤", "一卡通", "5G和4K", "DeepSeek-R1",
     "GPT-4", "五四运动", "四中全会", "一部分", "五台山", "网上百货", "千兆城市", "不一样", "星期三", "9" * 5000, "一" * 5000, "v1.2.3"],
)  # fmt: skip
def test_words_are_no_numbers(text: str) -> None:
    assert numbers(text) == []


@given(st.integers(0, 10**12 - 1))
def test_arabic_numbers_are_read(value: int) -> None:
    for written in (f"{value}家", f"{value:,}家"):
        assert [(n.value, n.unit) for n in numbers(f"共{written}企业")] == [(value, "家")]


def han(value: int) -> str:
    """A number below 10**12 in words, written independently of the reader under test."""
    if value == 0:
        return "零"
    words, gap = "", False
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        section = value // 10**power % 10**4
        part = ""
        for small, unit in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
            digit = section // 10**small % 10
            if digit:
                part += ("零" if gap and (words or part) else "") + "零一二三四五六七八九"[digit] + unit
            gap = not digit
        if part:
            words += part + name
    return words


@given(st.integers(10, 10**12 - 1))
def test_numbers_in_words_are_read(value: int) -> None:
    assert [n.value for n in numbers(han(value) + "家")] == [value]


@given(PROSE)
@settings(max_examples=300, deadline=None)
def test_numbers_are_ordered(text: str) -> None:
    found = numbers(text)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert all(0 <= n.start < n.end <= len(text) for n in found)


# --- Search terms ----------------------------------------------------------------------------------------------------


def test_search_terms() -> None:
    assert sorted(search_terms("5G基站超82万个")) == sorted(["5g", "基站", "站超", "万个", "820000", "820000个"])
    assert sorted(search_terms("DeepSeek-R1、AI+")) == sorted(["deepseek-r1", "deepseek", "r1", "ai+", "ai"])
    assert search_terms("") == search_terms("，。！？“”") == []


@pytest.mark.parametrize(
    ("texts", "term"),
    [
        (["82万个", "820000个", "820,000个", "八十二万个", "８２萬個", "捌拾贰万个", "82万多个"], "820000个"),
        (["82万", "820000", "820 thousand", "0.82 million", "八十二万"], "820000"),
        (["3200家", "三千二百家", "近3,200家"], "3200家"),
        (["60%", "百分之六十", "六成", "6成", "60％", "五分之三", "60 percent"], "60%"),
        (["130余个", "一百三十多个", "130個"], "130个"),
        (["1万亿元", "一万亿元", "10000亿元"], "1000000000000元"),
        (["三分之一", "3分之1"], "1/3"),
        (["2024年", "二〇二四年", "２０２４年", "二零二四年", "in 2024"], "2024年"),
        (["11月8日", "十一月八日"], "8日"),
        (["deepseek", "DeepSeek-R1", "ＤＥＥＰＳＥＥＫ"], "deepseek"),
    ],
)
def test_different_writings_share_a_term(texts: list[str], term: str) -> None:
    assert [text for text in texts if term not in search_terms(text)] == []


def test_counts_percentages_and_years_differ() -> None:
    assert "60" not in search_terms("60%")
    assert "60%" not in search_terms("60家")
    assert "2024" not in search_terms("2024年")
    assert "9年" in search_terms("九年") and "2009年" not in search_terms("九年")


@pytest.mark.parametrize("word", ["一体化", "十分", "统一", "一鸣惊人", "万一", "三角", "三千二百"])
def test_the_bigrams_of_a_run_are_always_there(word: str) -> None:
    assert set(map("".join, zip(word, word[1:], strict=False))) <= set(search_terms(word))


@pytest.mark.parametrize(
    ("traditional", "simple"),
    [
        ("計畫於乾淨的臺灣後面", "计划于干净的台湾后面"),
        ("數字經濟與人工智慧", "数字经济与人工智慧"),
        ("裏面著作", "里面著作"),
        ("八十二萬個", "82万个"),
    ],
)
def test_traditional_and_simplified_share_their_terms(traditional: str, simple: str) -> None:
    assert set(search_terms(simple)) <= set(search_terms(traditional))


@given(st.text(string.ascii_letters + string.digits + "长三角基站 ,.%-+", max_size=40))
@settings(max_examples=300, deadline=None)
def test_full_and_half_width_share_their_terms(text: str) -> None:
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert search_terms(wide) == search_terms(text)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_terms_hold_no_space(text: str) -> None:
    assert all(term and not any(char.isspace() for char in term) for term in search_terms(text))
