"""articles.py: fields, paragraphs and offsets; broken files; and the project's corpus held against its page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from support import DATA, PROJECT

from wenju.articles import article_paths, read_article
from wenju.errors import ArticleError, CorpusError

CORPUS = PROJECT / "corpus"

# The page in its printed order: which article's fields and paragraphs stand where. The delta article is
# interrupted by the games article, which breaks off; the blue book article has no headline.
PAGE_ORDER = [
    ("digital-delta.md", ["kicker", "title", "byline", *range(1, 9)]),
    ("games-abroad.md", ["kicker", "title", 1, "byline", *range(2, 6)]),
    ("digital-delta.md", [*range(9, 29)]),
    ("blue-book.md", [*range(1, 7)]),
    ("ai-for-good.md", ["title", "byline", *range(1, 10), "credit"]),
]


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def with_headings(name: str) -> dict[int | str, str]:
    """Paragraph number or field name -> its text, the first paragraph under a crosshead with the crosshead before it."""
    article, paragraphs = read_article(CORPUS / name, CORPUS)
    fields = ("kicker", "title", "byline", "credit")
    pieces: dict[int | str, str] = {field: getattr(article, field) for field in fields if getattr(article, field)}
    heading = ""
    for paragraph in paragraphs:
        pieces[paragraph.number] = (paragraph.heading if paragraph.heading != heading else "") + paragraph.text
        heading = paragraph.heading
    return pieces


def test_every_character_of_the_page_is_in_exactly_one_article() -> None:
    pieces = {name: with_headings(name) for name, _ in PAGE_ORDER}
    page = "".join(pieces[name].pop(key) for name, keys in PAGE_ORDER for key in keys)
    assert bare(page) == bare((DATA / "wuzhen-page.txt").read_text(encoding="utf-8"))
    # Nothing of an article is left over but the one headline that the page doesn't print.
    assert {name: rest for name, rest in pieces.items() if rest} == {
        "blue-book.md": {"title": "2025年世界互联网大会蓝皮书发布"}
    }
    assert {path.name for path in CORPUS.iterdir()} == set(pieces)


@pytest.mark.parametrize("name", sorted({name for name, _ in PAGE_ORDER}))
def test_nothing_stands_outside_front_matter_that_the_loader_does_not_read(name: str) -> None:
    body = (CORPUS / name).read_text(encoding="utf-8").split("\n---\n", 1)[1]
    without_marks = re.sub(r"^## |^!\[|\]\(\)$", "", body, flags=re.MULTILINE)
    pieces = with_headings(name)
    assert bare(without_marks) == bare("".join(text for key, text in pieces.items() if isinstance(key, int)))


def test_the_page_s_sentences_that_a_column_cut_are_whole() -> None:
    text = (CORPUS / "digital-delta.md").read_text(encoding="utf-8")
    assert "不仅让检测的效率提高60%" in text
    assert "碰到‘不想转’‘不敢转’‘不会转’等难题" in text


def test_fields_of_the_corpus() -> None:
    blue_book, _ = read_article(CORPUS / "blue-book.md", CORPUS)
    assert (blue_book.author, blue_book.place, blue_book.date) == ("吴柯沁", "乌镇", date(2025, 11, 8))
    good, paragraphs = read_article(CORPUS / "ai-for-good.md", CORPUS)
    assert (good.author, good.photographer, good.date) == ("王彬", "彭鹏 王志刚", None)
    assert [p.text for p in paragraphs if p.caption] == ["桐乡乌镇街头，机器人在协助指挥交通。"]


def test_offsets_point_into_the_file() -> None:
    for path in article_paths(CORPUS):
        text = path.read_text(encoding="utf-8")
        _, paragraphs = read_article(path, CORPUS)
        assert [p.number for p in paragraphs] == list(range(1, len(paragraphs) + 1))
        assert all(text[p.start : p.end] == p.text for p in paragraphs)


def test_markdown(write) -> None:
    path = write(
        "a.md",
        "---\r\ntitle: 2025\r\nauthor: [张三, 李四]\r\ndate: 2025年11月8日\r\npage: 03\r\nmood: 晴\r\n---\r\n\r\n"
        "  第一段\r\n第二行。\r\n\u3000\r\n## 小标题 ##\r\n第二段。\r\n\r\n![图。](http://example.org/x.png)\r\n",
    )
    article, paragraphs = read_article(path, path.parent)
    assert (article.title, article.author, article.date, article.page) == ("2025", "张三 李四", date(2025, 11, 8), "03")
    assert [(p.text, p.heading, p.caption) for p in paragraphs] == [
        ("第一段\r\n第二行。", "", False),
        ("第二段。", "小标题", False),
        ("图。", "小标题", True),
    ]


def test_a_heading_is_the_title_of_markdown_without_front_matter(write) -> None:
    path = write("a.md", "# 标题\n\n正文。\n\n## 节\n\n又一段。")
    article, paragraphs = read_article(path, path.parent)
    assert (article.title, [(p.text, p.heading) for p in paragraphs]) == ("标题", [("正文。", ""), ("又一段。", "节")])


@pytest.mark.parametrize(
    ("content", "title", "texts"),
    [
        ("乌镇见闻\n\n第一段。\n\n第二段。", "乌镇见闻", ["第一段。", "第二段。"]),
        ("乌镇见闻\n\u3000\u3000第一段。\n\u3000\u3000第二段。\n", "乌镇见闻", ["第一段。", "第二段。"]),
        ("第一段是一句话。\n第二段。", "notes", ["第一段是一句话。", "第二段。"]),
        (
            "\ufeffTitle\n\nOne paragraph\nin two lines.\n\nAnother.",
            "Title",
            ["One paragraph\nin two lines.", "Another."],
        ),
    ],
)
def test_plain_text(write, content: str, title: str, texts: list[str]) -> None:
    path = write("notes.txt", content)
    article, paragraphs = read_article(path, path.parent)
    assert (article.title, [p.text for p in paragraphs]) == (title, texts)
    decoded = content.removeprefix("\ufeff")
    assert all(decoded[p.start : p.end] == p.text for p in paragraphs)


@pytest.mark.parametrize(
    ("dateline", "place", "author", "day"),
    [
        ("本报乌镇11月8日电（记者 吴柯沁）8日，", "乌镇", "吴柯沁", None),
        ("新华社北京2025年1月2日电（记者张三、李四）", "北京", "张三、李四", date(2025, 1, 2)),
        ("中新社杭州2025年13月2日电 ", "杭州", None, None),
        ("11月8日，在乌镇举行的大会", None, None, None),
    ],
)
def test_dateline(write, dateline: str, place: str | None, author: str | None, day: date | None) -> None:
    path = write("a.md", f"---\ntitle: 标题\n---\n{dateline}会议开幕。")
    article, paragraphs = read_article(path, path.parent)
    assert (article.place, article.author, article.date) == (place, author, day)
    assert paragraphs[0].text.startswith(dateline.strip())


def test_gb18030_is_read_when_detected_or_declared(write) -> None:
    plain = write("plain.txt", "乌镇见闻\n\n会场里机器人在指挥交通。".encode("gb18030"))
    assert read_article(plain, plain.parent)[1][0].text == "会场里机器人在指挥交通。"
    rare = "---\ntitle: 生僻\nencoding: gb18030\n---\n龘靐齉爩"
    declared = write("rare.md", rare.encode("gb18030"))
    assert read_article(declared, declared.parent)[1][0].text == "龘靐齉爩"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.md", "---\ntitle: 标题\n正文没有结束。", r"a\.md, line 1: .*not closed; add a line of ---"),
        ("a.md", "---\ntitle: 对话: 甲: 乙\n---\n正文。", r"a\.md, line 2: .*quotes"),
        ("a.md", "---\nauthor: 张三\n---\n正文。", r"a\.md, line 1: .*no title; add a line"),
        (
            "a.md",
            "---\ntitle: 标题\ndate: 去年\n---\n正文。",
            r"a\.md, line 3: “去年” is not a date; write it as 2025-11-08",
        ),
        ("a.md", "---\ntitle: 标题\ndate: 2025-02-30\n---\n正文。", r"line 3: “2025-02-30” is not a date"),
        ("a.md", "---\ntitle: {a: b}\n---\n正文。", r"“title” must be text"),
        ("a.md", "---\n- a\n---\n正文。", r"lines of “name: value”"),
        ("a.md", "---\ntitle: 标题\n---\n\n \n", r"a\.md is empty below its title: write at least one paragraph"),
        ("a.txt", "", r"a\.txt is empty"),
        ("a.txt", "标题\n\n正文\0。", r"a\.txt, line 3: a NUL character"),
        (
            "a.txt",
            "第一行\n".encode() + b"\xff\xfe",
            r"a\.txt, line 2: byte 10 \(0xff\) is not UTF-8.*GB18030.*save it as UTF-8",
        ),
        ("a.txt", "乌镇见闻，正文".encode()[:-1], r"byte 18 \(0xe6\) is not UTF-8"),
        ("a.txt", "字" * 400_000, r"1,200,000 bytes; at most 1,000,000 are read: split it"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_remedy(write, name: str, content: str | bytes, said: str) -> None:
    path = write(name, content)
    with pytest.raises(ArticleError, match=said) as raised:
        read_article(path, path.parent, max_bytes=1_000_000)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        "![" + "](x" * 300_000,
        "# " + " " * 900_000 + "x",
        "#\t" * 400_000,
        "本报乌镇11月8日电（记者" + " " * 900_000,
        "\n \n" * 300_000 + "x",
    ],
)
def test_hostile_text_takes_linear_time(write, content: str) -> None:
    path = write("a.md", "---\ntitle: 标题\n---\n" + content + "\n\n正文。")
    begun = process_time()
    assert read_article(path, path.parent)[1]
    assert process_time() - begun < 5  # 0.1 to 0.5 measured; quadratic time would be an hour


def test_front_matter_that_nests_without_end(write) -> None:
    for depth, said in (
        (10_000, r"line 2: too many of \[ \{ - \? for front matter"),
        (1_000_000, "1,000,008 characters; at most 16,384 are read"),
    ):
        path = write("a.md", "---\ntitle: " + "[" * depth + "\n---\n正文。")
        with pytest.raises(ArticleError, match=said):
            read_article(path, path.parent)


def test_a_corpus_folder_that_cannot_be_used(write, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus folder at"):
        article_paths(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="holds no article"):
        article_paths(tmp_path / "corpus")
    pdf = write("page.pdf", b"%PDF")
    with pytest.raises(ArticleError, match=r"page\.pdf is not an article file"):
        article_paths(tmp_path / "corpus")
    pdf.unlink()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "corpus" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ArticleError, match="leads out of the corpus folder"):
        article_paths(tmp_path / "corpus")


def test_articles_in_folders_are_found_and_hidden_files_are_not(write) -> None:
    write("2025/b.md", "# 乙\n\n乙。")
    path = write("a.md", "# 甲\n\n甲。")
    write(".trash/c.md", "# 丙\n\n丙。")
    write(".DS_Store", b"\0")
    names = [p.relative_to(path.parent).as_posix() for p in article_paths(path.parent)]
    assert names == ["2025/b.md", "a.md"]
