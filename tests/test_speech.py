"""speech.py: who says what in real articles, and which questions ask for that."""

from __future__ import annotations

import doctest
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenju import speech
from wenju.speech import asks_opinion, asks_speaker, utterances

CORPUS = Path(__file__).parent.parent / "corpus"


def told(text: str) -> list[tuple[str, str, str]]:
    """(speaker, verb, words) of every utterance."""
    return [(one.speaker, one.verb, text[one.said_start : one.said_end]) for one in utterances(text)]


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(speech) == (0, 3)


# --- The corpus ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("article", "speaker", "name", "verb", "begins", "ends"),
    [
        ("ai-for-good", "党的二十届四中全会", "", "强调", "全面实施", "赋能千行百业。"),
        ("ai-for-good", "浙江", "", "提出", "进一步抢抓", "创新发展高地。"),
        ("ai-for-good", "阿里巴巴集团相关负责人", "", "所言", "技术普惠是AI时代", "数字鸿沟的助推器。"),
        ("ai-for-good", "人工智能公司相关负责人", "", "表示", "以技术开源来推动", "企业发展的核心优势。"),
        ("blue-book", "《中国互联网发展报告2025》", "", "指出", "我国人工智能技术", "“全域赋能”发展。"),
        ("blue-book", "中国网络空间研究院相关负责人", "", "表示", "今年国产通用大模型", "活力和机遇。"),
        ("digital-delta", "浙江省发展规划研究院副院长兰建平", "兰建平", "解释", "“数据传输已经", "基建的支持。”"),
        ("digital-delta", "《报告》", "", "提出", "多个“十五五”", "更包容等。"),
        ("digital-delta", "李军", "", "说", "“发展数字消费", "体验更沉浸。”"),
        ("digital-delta", "常州市委副书记、市长周伟", "周伟", "倡议", "“我们愿与", "新范式。”"),
        ("digital-delta", "周伟", "", "说", "“新能源的下半场", "深度融合。”"),
        ("digital-delta", "黄山市委副书记、市长何毅", "何毅", "表示", "“黄山发展", "场景优势。”"),
        ("digital-delta", "他", "", "邀约", "“我们将安排", "圆梦之旅！”"),
        ("digital-delta", "温州市副市长王振勇", "王振勇", "表示", "“我们相信", "重要前提。”"),
        ("digital-delta", "数字长三角共建联盟秘书处上海秘书长徐龙章", "徐龙章", "说", "“我们发现", "等难题。”"),
        ("digital-delta", "数字长三角共建联盟秘书处上海秘书长徐龙章", "徐龙章", "说", "为解决这些问题", "优质服务商。"),
        ("digital-delta", "徐龙章", "", "表示", "“我们将推动", "普惠转型。”"),
        (
            "digital-delta",
            "毕马威中国长三角创新与科技协作合伙人、毕马威中国杭州办公室首席合伙人靳阳",
            "靳阳",
            "说",
            "“在创新能力上",
            "并存的特点。”",
        ),
        (
            "digital-delta",
            "毕马威中国长三角创新与科技协作合伙人、毕马威中国杭州办公室首席合伙人靳阳",
            "靳阳",
            "说",
            "将通过高强度",
            "发展方向。",
        ),
    ],
)
def test_the_corpus_says_who_says_what(
    article: str, speaker: str, name: str, verb: str, begins: str, ends: str
) -> None:
    text = (CORPUS / f"{article}.md").read_text(encoding="utf-8")
    found = [one for one in utterances(text) if (one.speaker, one.verb) == (speaker, verb)]
    words = {text[one.said_start : one.said_end]: one for one in found}
    said = [one for quote, one in words.items() if quote.startswith(begins) and quote.endswith(ends)]
    assert len(said) == 1
    assert said[0].name == (name or speaker)


def test_nothing_else_is_said_in_the_corpus() -> None:
    counts = {path.stem: len(utterances(path.read_text(encoding="utf-8"))) for path in CORPUS.glob("*.md")}
    assert counts == {"ai-for-good": 5, "blue-book": 2, "digital-delta": 15, "games-abroad": 0}


# --- Forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“要快一点。”李军说。", [("李军", "说", "“要快一点。”")]),
        ("李军说：“要快一点。”大家都笑了。", [("李军", "说", "“要快一点。”")]),
        ("李军表示，要快一点。大家都笑了。", [("李军", "表示", "要快一点。")]),
        ("李军认为这样要快一点。", [("李军", "认为", "这样要快一点。")]),
        ("“要快一点，”李军说，“也要稳。”", [("李军", "说", "“要快一点，”"), ("李军", "说", "“也要稳。”")]),
        ("“要快一点。”李军说。“也要稳。”", [("李军", "说", "“要快一点。”"), ("李军", "说", "“也要稳。”")]),
        ("据洋山边检站介绍，今年查验68艘次。", [("洋山边检站", "介绍", "今年查验68艘次。")]),
        ("成都市体育局副局长陈志告诉记者，要快一点。", [("成都市体育局副局长陈志", "告诉记者", "要快一点。")]),
        ("在徐龙章看来，这件事并不难。", [("徐龙章", "看来", "这件事并不难。")]),
        ("8月9日，在接受采访时，李军补充道：“要快一点。”", [("李军", "补充道", "“要快一点。”")]),
        ("李军在接受新华社记者采访时补充道：“要快一点。”", [("李军", "补充道", "“要快一点。”")]),
        ("市民李某笑着说：“这次来对了！”", [("市民李某", "说", "“这次来对了！”")]),
        ("韩国前任总统文在寅13日在社交媒体发文说，很可惜。", [("韩国前任总统文在寅", "说", "很可惜。")]),
        ("周伟強調指出，開放是前提。", [("周伟", "指出", "開放是前提。")]),
        ("「開放是前提。」市長周偉說。", [("市長周偉", "說", "「開放是前提。」")]),
        ("汪文斌認為：「這並不合適。」", [("汪文斌", "認為", "「這並不合適。」")]),
        ("法国总统埃马纽埃尔·马克龙18日表示，很遗憾。", [("法国总统埃马纽埃尔·马克龙", "表示", "很遗憾。")]),
        (
            "甲公司表示，将会涨价；乙公司表示，不会涨价。",
            [("甲公司", "表示", "将会涨价"), ("乙公司", "表示", "不会涨价。")],
        ),
        (
            "李军表示，要快一点，并强调，安全第一。",
            [("李军", "表示", "要快一点，并强调，安全第一。"), ("李军", "强调", "安全第一。")],
        ),
        ("张三丰指出：“很好。”李四光表示：“不好。”", [("张三丰", "指出", "“很好。”"), ("李四光", "表示", "“不好。”")]),
    ],
)
def test_the_forms_of_quotation(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "这本小说据说很好看。",
        "数据显示，全市有一万人。",
        "上述媒体并未透露苹果的涨价幅度。",
        "瞪羚企业被称为新增长点，被认为很有前途。",
        "我认为，这样很好。",
        "记者了解到，场馆已经开放。",
        "展览主题是“安全普惠的数智未来”，引人注目。",
        "共建“一带一路”倡议，推动全球发展。",
        "值得注意的是，网友普遍表示感谢。",
        "敦促日方切实反省侵略历史的表态和承诺，取信于邻国。",
    ],
)
def test_what_nobody_says_is_left_out(text: str) -> None:
    assert told(text) == []


def test_a_pronoun_stands_for_the_last_person_who_spoke_in_the_paragraph() -> None:
    text = "市长周伟表示，要快一点。甲公司称，它会照办。他还说，也要稳。\n他强调，安全第一。"
    assert told(text)[2] == ("市长周伟", "说", "也要稳。")
    assert utterances(text)[2].start == 0
    assert told(text)[3] == ("他", "强调", "安全第一。")


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("浙江省发展规划研究院院长李军", "李军"),
        ("上海市台联专职副会长庄振文", "庄振文"),
        ("外交部发言人欧阳明远", "欧阳明远"),
        ("乌克兰总统泽连斯基", "泽连斯基"),
        ("中央情报局局长比尔·伯恩斯", "比尔·伯恩斯"),
        ("道明证券全球宏观策略主管James Rossiter", "James Rossiter"),
        ("居民李先生", "李先生"),
        ("余承东", "余承东"),
        ("阿里巴巴集团相关负责人", "阿里巴巴集团相关负责人"),
        ("中国人民银行", "中国人民银行"),
        ("《报告》", "《报告》"),
    ],
)
def test_the_bare_name(speaker: str, name: str) -> None:
    (found,) = utterances(f"{speaker}表示，今后还要更快一点。")
    assert (found.speaker, found.name) == (speaker, name)


# --- Questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "这句话是谁说的？",
        "谁说新能源的下半场是比特经济和瓦特经济的深度融合？",
        "谁认为瞪羚企业专利高产？",
        "谁谈到了数字消费？",
        "谁提出了“AI+”城市合作倡议？",
        "哪位专家表示这是未来的方向？",
        "谁在会上说愿与长三角兄弟城市一道？",
        "说这句话的人是谁？",
        "“护城河”是谁的观点？",
        "誰說的？",
        "Who said that?",
        "Which expert said so?",
        "Who mentioned digital consumption?",
        "Whose words are these?",
    ],
)
def test_questions_for_a_speaker(question: str) -> None:
    assert asks_speaker(question)
    assert asks_opinion(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "谁是市长？",
        "苏州市市长是谁？",
        "谁写的这篇文章？",
        "谁说了算？",
        "谁被称为瞪羚？",
        "哪些企业被认为是瞪羚企业？",
        "哪个城市的产业链最完整？",
        "靳阳怎么看？",
        "Who is the mayor?",
        "Who wrote it?",
        "",
    ],
)
def test_questions_for_something_else(question: str) -> None:
    assert not asks_speaker(question)


@pytest.mark.parametrize(
    ("question", "whose"),
    [
        ("靳阳怎么看？", "靳阳"),
        ("靳陽怎麼說？", "靳陽"),
        ("李军对数字消费有什么看法？", "李军"),
        ("李军说了什么？", "李军"),
        ("常州市长周伟在会上说了什么？", "周伟"),
        ("周伟的观点是什么？", "周伟"),
        ("关于AI，靳阳怎么看？", "靳阳"),
        ("在靳阳看来，什么是未来的方向？", "靳阳"),
        ("中国网络空间研究院相关负责人怎么说？", "中国网络空间研究院相关负责人"),
        ("《报告》怎么说？", "《报告》"),
        ("What did Li Jun say?", "Li Jun"),
        ("How does Jin Yang see it?", "Jin Yang"),
        ("他怎么看？", ""),
        ("对这件事他怎么看？", ""),
        ("这位专家怎么看？", ""),
        ("What did he say?", ""),
        ("你怎么看？", None),
        ("大家怎么看？", None),
        ("这个词怎么说？", None),
        ("怎么看AI？", None),
        ("黄山怎么样？", None),
        ("2024年建成多少5G基站？", None),
        ("What is 5G?", None),
        ("", None),
    ],
)
def test_questions_for_the_words_of_somebody(question: str, whose: str | None) -> None:
    assert asks_opinion(question) == whose


# --- Any text --------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *'“”「」『』"《》（）()，。：；！？、…—·\n \x01\x02的了在他她其',
        "张三丰",
        "市长周伟",
        "某公司",
        "說",
        "說道",
        "表示",
        "认为",
        "告诉记者",
        "据",
        "介绍",
        "并",
        "看来",
        "13日",
        "A. B",
        "對此",
        "谁",
        "怎么看",
        "什么",
        "what did ",
        " say",
        "在会上",
        "乾隆",
        "計畫",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_offsets_lie_in_the_text(text: str) -> None:
    found = utterances(text)
    assert [one.said_start for one in found] == sorted(one.said_start for one in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert 0 <= one.said_start < one.said_end <= len(text)
        assert text[one.start : one.end] == one.speaker and one.speaker.endswith(one.name) and one.name
        assert "\n" not in one.speaker and one.verb in text
    whose = asks_opinion(text)
    assert not whose or whose in text
    assert asks_speaker(text) in (True, False)


@pytest.mark.parametrize("text", ["", "\n", "“", "”", "说", "“”", "“李军说", "”李军说。", "说：", "李军说", '"', "《"])
def test_fragments_and_unbalanced_quotes(text: str) -> None:
    assert told(text) == []


def test_an_opening_quote_that_is_never_closed_counts_as_none() -> None:
    assert told("“开始。\n“要快一点。”李军说。") == [("李军", "说", "“要快一点。”")]
    assert told("李军说：“没有完") == [("李军", "说", "“没有完")]
    assert told("李军表示，“要快一点，要稳。") == [("李军", "表示", "“要快一点，要稳。")]


HOSTILE = "说 “ “” “好。”张三说， 张三说， 他说， 在 的 （ 《 告诉 谁在 怎么看 ·a"


@pytest.mark.parametrize("piece", [*HOSTILE.split(), " ", "\n说", "who said ", "what did "])
def test_a_long_line_takes_linear_time(piece: str) -> None:
    line = (piece * 100_000)[:100_000]
    for read in (utterances, asks_speaker, asks_opinion):
        began = time.process_time()
        read(line)
        assert time.process_time() - began < 1, re.escape(piece)
