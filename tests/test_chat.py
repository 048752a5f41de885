"""The chat page without a browser: its HTML, the turns of a conversation, what its server lets through."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from wenju import chat, page, server, words
from wenju.answering import NOT_FOUND, Answer, Citation
from wenju.articles import Article
from wenju.errors import CorpusError, QuestionError, WenjuError
from wenju.page import Turn, answer_text, conversation, marked
from wenju.retrieval import Passage
from wenju.server import address
from wenju.words import EXAMPLES, WORDS, language

HOSTILE = "<img src=x onerror=alert(1)> **b** $x$ ![](http://127.0.0.1:9/x) \"'><script>alert(2)</script>&amp;"
TEXT = "底座先行。2024年长三角已累计建成5G基站超82万个，占全国的五分之一。"
QUOTE = TEXT[5:]


def passage(text: str = TEXT, **fields: Any) -> Passage:
    own = {key: fields.pop(key) for key in ("heading", "caption") if key in fields}
    article = Article(**{"name": "a.md", "title": "长三角", "path": Path("a.md"), "language": "zh", **fields})
    return Passage(article, 5, text, 0.9, **own)


def found(question: str = "多少5G基站？", span: str | None = "超82万个", text: str = f"{QUOTE} [1]") -> Answer:
    citation = Citation(1, QUOTE, 5, len(TEXT), passage())
    return Answer(question, True, text, span, 0.9, (citation,), (passage(),), question)


def not_found(question: str = "天气？", count: int = 5) -> Answer:
    nearest = tuple(passage(f"第{n}近") for n in range(count))
    return Answer(question, False, NOT_FOUND["zh"], None, 0.1, (), nearest, question)


def visible(html: str) -> str:
    """What a reader sees: the text between the tags, with its entities read."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def tags(html: str) -> set[str]:
    return set(re.findall(r"<([a-z0-9]+)", html))


class FakeArchive:
    """Answers with its question; remembers the history that it was given."""

    def __init__(self) -> None:
        self.histories: list[list[Answer]] = []

    def warm(self) -> None:
        pass

    def ask(self, question: str, history: Any = ()) -> Answer:
        self.histories.append(list(history))
        if "意外" in question:
            raise RuntimeError("secret detail")
        if "坏" in question:
            raise CorpusError("The corpus <b>is</b> gone.")
        if "不成" in question:
            raise QuestionError("It can't be asked.")
        return found(question)


@pytest.fixture
def fake() -> FakeArchive:
    return FakeArchive()


@pytest.fixture
def opening(fake: FakeArchive) -> chat.Opening:
    opening = chat.Opening(lambda: fake)  # type: ignore[arg-type,return-value]
    opening.archive()
    return opening


# The HTML of the page


def test_marked_wraps_exactly_the_quoted_characters() -> None:
    assert marked("甲乙丙丁", 1, 3) == "甲<mark>乙丙</mark>丁"
    assert marked("甲乙丙丁", 0, 4) == "<mark>甲乙丙丁</mark>"
    assert marked("甲乙丙丁", 1, 3, "丙") == "甲<mark>乙<strong>丙</strong></mark>丁"


def test_marked_counts_offsets_in_the_unescaped_text() -> None:
    text = '<b>&"一"</b>二'
    html = marked(text, 3, 7, "一")
    assert visible(html) == text
    assert unescape(html[html.index("<mark>") + 6 : html.index("<strong>")]) == '&"'
    assert tags(html) == {"mark", "strong"}


def test_marked_leaves_a_span_that_is_not_in_the_quote() -> None:
    assert marked("甲乙丙丁", 1, 3, "丁") == "甲<mark>乙丙</mark>丁"


def test_answer_text_sets_the_span_bold_and_links_its_marks() -> None:
    html = answer_text(found(text="建成超82万个 [1]，见[2]和[x]。"), "turn-3")
    assert "建成<strong>超82万个</strong> " in html
    assert '<a class="mark" href="#turn-3-source-1">[1]</a>' in html
    assert "见[2]和[x]。" in html  # no second citation: not a link


def test_answer_text_shows_a_span_that_its_text_lacks() -> None:
    assert answer_text(found(text="有数字。[1]"), "t").startswith("<strong>超82万个</strong> 有数字。")


def test_conversation_shows_the_sentence_marked_and_where_it_stands() -> None:
    html = conversation([Turn("多少5G基站？", found())], "zh")
    assert (
        '<blockquote lang="zh-CN" dir="auto">底座先行。<mark>2024年长三角已累计建成5G基站<strong>超82万个</strong>'
        "，占全国的五分之一。</mark></blockquote>"
    ) in html
    assert "日期未印出 · 未署名 · 第 5 段" in visible(html)
    assert 'id="turn-1-source-1"' in html


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", "2025年11月8日 · 本报记者 张苗 · 摄影 彭鹏 · 浙江日报 · 第 4 版 · 小标题 · 第 5 段 · 图片说明"),
        ("en", "2025-11-08 · by 张苗 · photo by 彭鹏 · 浙江日报 · page 4 · 小标题 · paragraph 5 · photo caption"),
    ],
)
def test_fields_of_a_passage(lang: Any, line: str) -> None:
    full = passage(
        date=date(2025, 11, 8), byline="■ 本报记者 张苗", author="张苗", photographer="彭鹏", source="浙江日报",
        page="4", heading="小标题", caption=True,
    )  # fmt: skip
    answer = Answer("问", False, "没有", None, 0.0, (), (full,), "问")
    assert line in visible(conversation([Turn("问", answer)], lang))


def test_not_found_shows_three_nearest_passages_as_no_answer() -> None:
    html = conversation([Turn("天气？", not_found())], "zh")
    assert NOT_FOUND["zh"] in html and "最接近的段落，但不是答案" in html
    assert html.count("<blockquote") == 3
    assert "<mark>" not in html
    assert "Closest, but not an answer" in conversation([Turn("天气？", not_found())], "en")


def test_not_found_without_any_passage_has_no_empty_list() -> None:
    assert "<ol" not in conversation([Turn("天气？", not_found(count=0))], "zh")


def test_rewritten_question_is_shown_only_where_it_differs() -> None:
    rewritten = Answer(**{**found("那杭州呢？").__dict__, "asked": "2024年杭州建成了多少5G基站？"})
    assert "按上文理解为：2024年杭州建成了多少5G基站？" in visible(conversation([Turn("那杭州呢？", rewritten)], "zh"))
    assert "理解为" not in conversation([Turn("问", found())], "zh")


def test_nothing_that_others_wrote_becomes_markup() -> None:
    hostile = passage(
        HOSTILE, title=HOSTILE, author=HOSTILE, source=HOSTILE, page=HOSTILE, photographer=HOSTILE, heading=HOSTILE,
        caption=True, name=HOSTILE,
    )  # fmt: skip
    citation = Citation(1, HOSTILE[3:9], 3, 9, hostile)
    answers = [
        Answer(HOSTILE, True, f"{HOSTILE} [1]", HOSTILE[3:6], 0.9, (citation,), (hostile,), f"{HOSTILE}?"),
        Answer(HOSTILE, False, HOSTILE, None, 0.1, (), (hostile,), HOSTILE),
    ]
    turns = [*(Turn(HOSTILE, answer) for answer in answers), Turn(HOSTILE, status=HOSTILE, notice=HOSTILE)]
    ours = tags(conversation([Turn("问", found()), Turn("问", not_found(), "…", "！")], "zh", "提示"))
    ours |= tags(conversation([Turn("问", Answer(**{**found().__dict__, "asked": "别的"}))], "zh"))
    for lang in WORDS:
        html = conversation(turns, lang, hint=HOSTILE)
        assert tags(html) <= ours
        assert not re.search(r"<[^>]*\son\w+\s*=", html)
        assert visible(html).count(HOSTILE) >= 14


def test_the_log_stands_ready_for_a_screen_reader_while_it_is_empty() -> None:
    html = conversation([], "en")
    assert html == (
        '<section class="talk" role="log" aria-live="polite" aria-label="Conversation" lang="en"></section>'
    )


# Words


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-HK", "zh"),
        ("zh", "zh"),
        ("en-US,en;q=0.9,zh;q=0.1", "en"),
        ("en;q=0.2, zh-TW;q=0.7", "zh"),
        ("fr,zh;q=0.5,en;q=0.4", "zh"),
        ("fr", "en"),
        ("*", "en"),
        (";;q=,=,,", "en"),
    ],
)
def test_language_of_the_page(header: str | None, expected: str) -> None:
    assert language(header) == expected


def test_both_languages_say_everything() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    for key, text in WORDS["zh"].items():
        assert re.findall(r"\{[^}]*\}", text).__len__() == re.findall(r"\{[^}]*\}", WORDS["en"][key]).__len__(), key


def test_our_own_words_hold_no_markup() -> None:
    for text in (text for of_language in WORDS.values() for text in of_language.values()):
        assert not set(text) & set('<>&"'), text


# A conversation


def last(opening: chat.Opening, question: str, turns: tuple[Turn, ...] = (), lang: Any = "zh") -> chat.Shown:
    return list(chat.reply(opening, question, turns, lang))[-1]


def test_reply_first_shows_the_question_and_empties_the_box(opening: chat.Opening) -> None:
    first, second = chat.reply(opening, " 多少？ ", (), "zh")
    html, kept, box, examples = first
    assert "正在查找…" in html and kept == () and box == "" and examples["visible"] is False
    html, kept, box, examples = second
    assert "正在查找…" not in html and [turn.question for turn in kept] == ["多少？"]
    assert box == {"__type__": "update"}  # left alone: the next question may be half typed


def test_reply_hands_the_earlier_answers_on(opening: chat.Opening, fake: FakeArchive) -> None:
    turns = last(opening, "一？")[1]
    turns = last(opening, "坏？", turns)[1]
    turns = last(opening, "二？", turns)[1]
    assert [turn.question for turn in turns] == ["一？", "坏？", "二？"]
    assert [[answer.question for answer in history] for history in fake.histories] == [[], ["一？"], ["一？"]]


@pytest.mark.parametrize("question", ["", "   ", "？！", None])
def test_empty_question_gets_a_hint_and_is_not_asked(opening: chat.Opening, fake: FakeArchive, question: Any) -> None:
    html, kept, _, examples = last(opening, question)
    assert WORDS["zh"]["empty"].split("“")[0] in html
    assert kept == () and fake.histories == [] and examples["visible"] is True


def test_too_long_question_is_counted_and_not_shown(opening: chat.Opening, fake: FakeArchive) -> None:
    html, kept, box, _ = last(opening, "长" * 501)
    assert "501 个字，最多能读 500 个字" in html and "长长" not in html
    assert kept == () and fake.histories == [] and box == {"__type__": "update"}
    assert "at most 500 are read" in last(opening, "x" * 10_000, lang="en")[0]


def test_question_that_the_archive_refuses_goes_back_into_the_box(opening: chat.Opening) -> None:
    html, kept, box, _ = last(opening, "不成 问题")
    assert "It can&#x27;t be asked." in html and kept == () and box == "不成 问题"


def test_wenju_error_is_shown_as_it_is(opening: chat.Opening) -> None:
    assert "现在还不能回答：The corpus &lt;b&gt;is&lt;/b&gt; gone." in last(opening, "坏了？")[0]


def test_unexpected_error_goes_to_the_log_alone(opening: chat.Opening, caplog: pytest.LogCaptureFixture) -> None:
    html = last(opening, "意外？")[0]
    assert WORDS["zh"]["broken"] in html and "secret detail" not in html
    assert "secret detail" in caplog.text


def test_half_a_character_does_not_break_the_page(opening: chat.Opening) -> None:
    last(opening, "问\ud83d题")[0].encode()


def test_long_conversations_stay_bounded(opening: chat.Opening) -> None:
    turns = last(opening, "新", tuple(Turn(str(n)) for n in range(chat.TURNS_KEPT)))[1]
    assert len(turns) == chat.TURNS_KEPT and turns[-1].question == "新" and turns[0].question == "1"


def test_page_waits_for_an_archive_that_still_opens() -> None:
    gate = threading.Event()

    def open_slowly() -> Any:
        assert gate.wait(30)
        return FakeArchive()

    opening = chat.Opening(open_slowly)
    opening.start()
    replies = chat.reply(opening, "多少？", (), "zh")
    assert "正在载入模型…" in next(replies)[0] and not opening.ready
    gate.set()
    assert "<mark>" in next(replies)[0] and opening.ready


def test_archive_that_could_not_open_is_tried_again() -> None:
    attempts: list[int] = []

    def open_second_time() -> Any:
        attempts.append(1)
        if len(attempts) == 1:
            raise CorpusError("There is no corpus folder at 文章.")
        return FakeArchive()

    opening = chat.Opening(open_second_time)
    assert "There is no corpus folder at 文章." in last(opening, "多少？")[0]
    assert "<mark>" in last(opening, "多少？")[0]
    assert len(attempts) == 2


# The server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    blocks = chat.start(lambda: FakeArchive(), port=0)  # type: ignore[arg-type,return-value]
    yield str(blocks.local_url)
    blocks.close(verbose=False)


def get(url: str, path: str, method: str = "GET") -> tuple[int, str, Any]:
    request = urllib.request.Request(url.rstrip("/") + path, method=method)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as response:
            return response.status, response.read().decode("utf-8", "replace"), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace"), error.headers


def test_page_is_served_with_a_policy_that_names_no_other_server(url: str) -> None:
    status, _, headers = get(url, "/")
    policy = headers["Content-Security-Policy"]
    assert status == 200
    assert "default-src 'none'" in policy and "script-src-attr 'none'" in policy and "http" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=index/manifest.json",
        "/gradio_api/file=.env",
        "/gradio_api/file=../.env",
        "/gradio_api/file/etc/passwd",
        "/file=/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:9/",
        "/gradio_api/deep_link",
        "/gradio_api/openapi.json",
        "/gradio_api/runs",
        "/monitoring",
        "/static/../../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/package.json",
        "/assets/..%2f..%2f..%2fpackage.json",
        "/.env",
        "/index/manifest.json",
        "/corpus/blue-book.md",
        "/docs",
    ],
)
def test_no_route_serves_a_file(url: str, path: str) -> None:
    status, body, _ = get(url, path)
    assert status in (403, 404)
    assert "root:" not in body


def test_nothing_can_be_uploaded(url: str) -> None:
    assert get(url, "/gradio_api/upload", "POST")[0] == 404


def test_page_exposes_no_endpoint_of_its_own(url: str) -> None:
    assert '"named_endpoints":{}' in get(url, "/gradio_api/info")[1]


def test_two_servers_do_not_share_a_port(url: str) -> None:
    port = int(url.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(WenjuError, match=f"Port {port} is taken"):
        chat.start(lambda: FakeArchive(), port=port)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_a_host_that_others_reach_needs_a_password(host: str) -> None:
    with pytest.raises(WenjuError, match="it needs --password, or --no-password"):
        address(host, None, open_to_others=False)


@pytest.mark.parametrize(("host", "expected"), [("", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("localhost",) * 2])
def test_loopback_needs_no_password(host: str, expected: str) -> None:
    assert address(host, 0, open_to_others=False)[0] == expected


def test_no_password_opens_the_address_to_others() -> None:
    host, port = address("0.0.0.0", 0, open_to_others=True)
    assert host == "0.0.0.0" and port > 0


@pytest.mark.parametrize("port", ["abc", "-1", "8o8o", 65536, "70000"])
def test_a_port_that_is_none_is_named(port: Any) -> None:
    with pytest.raises(WenjuError, match=str(port)):
        address("", port, open_to_others=False)


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(WenjuError, match=r"can't listen on 192\.0\.2\.1"):
        address("192.0.2.1", 0, open_to_others=True)


def test_first_free_port_is_taken_where_none_is_named() -> None:
    first = address("", None, open_to_others=False)[1]
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first))
        taken.listen()
        assert address("", None, open_to_others=False)[1] > first


def test_environment_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "ENVIRONMENT_HOST", "0.0.0.0")
    with pytest.raises(WenjuError, match=r"0\.0\.0\.0"):
        chat.start(lambda: FakeArchive())  # type: ignore[arg-type,return-value]
    monkeypatch.setattr(chat, "ENVIRONMENT_HOST", "")
    monkeypatch.setattr(chat, "ENVIRONMENT_PORT", "many")
    with pytest.raises(WenjuError, match="many"):
        chat.start(lambda: FakeArchive())  # type: ignore[arg-type,return-value]


def test_password_is_asked_for() -> None:
    blocks = chat.start(lambda: FakeArchive(), port=0, password="geheim")  # type: ignore[arg-type,return-value]
    try:
        url = str(blocks.local_url)
        assert '"auth_required":true' in get(url, "/")[1]
        assert get(url, "/config")[0] == 401
    finally:
        blocks.close(verbose=False)


def test_only_chat_imports_gradio() -> None:
    for module in (page, server, words):
        assert "import gradio" not in Path(str(module.__file__)).read_text(encoding="utf-8")


AUDITED = """
import sys, urllib.request
reached = set()

def hook(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
        reached.add(args[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        reached.add(args[0])

sys.addaudithook(hook)  # before Gradio, torch and the rest are imported
from wenju import Archive, chat
blocks = chat.start(lambda: Archive.open(sys.argv[1]), port=0)
urllib.request.urlopen(blocks.local_url).close()
assert Archive.open(sys.argv[1]).ask("2024年长三角累计建成了多少5G基站？").found
print(*sorted(str(host) for host in reached))
blocks.close(verbose=False)
"""


@pytest.mark.slow
def test_the_server_reaches_nobody_but_itself(archive: Any) -> None:
    run = subprocess.run(
        [sys.executable, "-c", AUDITED, str(archive.settings.index)], capture_output=True, encoding="utf-8", timeout=300
    )
    assert run.stdout.split() == ["127.0.0.1"], run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("question", EXAMPLES)
def test_each_example_is_answered_by_the_corpus(archive: Any, question: str) -> None:
    assert archive.ask(question).found
