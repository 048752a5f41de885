"""The command line: parses and prints, nothing else. `wenju` and `python -m wenju` are the same.

Exit codes: 0 done (also for an honest "not found"), 1 a WenjuError printed as one line, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from wenju.answering import Answer, Citation
from wenju.archive import Archive
from wenju.errors import WenjuError
from wenju.settings import BUNDLED_MODEL, default_home
from wenju.textfiles import language_of

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Ask your articles, get answers with evidence. 问你的文章，得到有据可查的回答。",
)

Corpus = Annotated[Path | None, typer.Option(help="Folder of article files; by default corpus/ of the archive.")]
Index = Annotated[Path | None, typer.Option(help="Folder of the index; by default index/ of the archive.")]
Model = Annotated[
    str | None, typer.Option(help="A sentence-transformers folder or a model's name on a hub; by default the bundled.")
]

_WORDS = {
    "zh": {"paragraph": "第{}段", "head": "文首", "caption": "图片说明", "nearest": "最接近的段落，但不是答案：", "asked": "理解为：{}"},
    "en": {"paragraph": "paragraph {}", "head": "head of the article", "caption": "photo caption", "nearest": "Closest, but not an answer:",
           "asked": "Understood as: {}"},
}  # fmt: skip


@app.command("index")
def index_command(corpus: Corpus = None, index: Index = None, model: Model = None) -> None:
    """Bring the index into step with the corpus; only text that is new is embedded.

    Examples:

      wenju index

      wenju index --corpus articles --index articles-index
    """
    home = default_home()
    archive = Archive.build(corpus or home / "corpus", index or home / "index", model=model)
    print(_plural(len(archive.articles()), "article") + f" indexed in {archive.settings.index}")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole Answer as JSON.")] = False,
    corpus: Corpus = None,
    index: Index = None,
    model: Model = None,
) -> None:
    """Answer one question, with its citations.

    Examples:

      wenju ask "2024年长三角累计建成了多少5G基站？"

      wenju ask "What share of global AI patents does China hold?" --json
    """
    answer = Archive.open_default(corpus=corpus, index=index, model=model).ask(question)
    print(to_json(answer) if as_json else to_text(answer))


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on; by default loopback only.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; by default the first free one from 7860.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(envvar="WENJU_PASSWORD", help="What the user “wenju” must type to enter.")
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Let everybody in who can reach the address.")
    ] = False,
    corpus: Corpus = None,
    index: Index = None,
    model: Model = None,
) -> None:
    """Open the web chat. GRADIO_SERVER_NAME and GRADIO_SERVER_PORT stand for --host and --port.

    Examples:

      wenju chat

      wenju chat --port 8000

      WENJU_PASSWORD=secret wenju chat --host 0.0.0.0
    """
    from wenju.chat import launch

    def open_archive() -> Archive:
        return Archive.open_default(corpus=corpus, index=index, model=model)

    launch(open_archive, host, port, password=password, no_password=no_password)


@app.command("eval")
def eval_command(
    files: Annotated[list[Path], typer.Argument(help="Question sets: JSONL, a question a line, or SQuAD format.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure and outcome as JSON.")] = False,
    against: Annotated[Path | None, typer.Option(help="An earlier --json: list what has changed since.")] = None,
    misses: Annotated[int, typer.Option(min=0, help="How many misses to list.")] = 10,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask a sample of this many, drawn by --seed.")] = None,
    english: Annotated[bool, typer.Option("--english", help="Ask the English questions, if it has both.")] = False,
    given: Annotated[bool, typer.Option("--given", help="SQuAD format: each context alone.")] = False,
    leave_out: Annotated[float, typer.Option(min=0, max=0.9, help="SQuAD format: share of contexts to leave out.")] = 0,
    seed: Annotated[int, typer.Option(help="Draws the sample and what is left out.")] = 0,
    keep: Annotated[Path | None, typer.Option(help="SQuAD format: folder to keep the index in.")] = None,
    corpus: Corpus = None,
    index: Index = None,
    model: Model = None,
) -> None:
    """Ask a set of questions and print how well they were answered.

    A line of JSONL is {"question": "…", "answers": ["…"]}, asked of your own corpus; [] where it has no answer.
    Sets in SQuAD format (CMRC 2018, DRCD, XQuAD) bring their contexts, which are pooled in one temporary index.

    Examples:

      wenju eval questions.jsonl

      wenju eval cmrc2018_dev.json drcd_dev.json --leave-out 0.5 --json > results.json
    """
    from wenju import evaluation, report
    from wenju.figures import read_outcomes
    from wenju.questions import read_questions

    earlier = read_outcomes(against) if against else None
    questions = read_questions(files, english)
    archive = None if questions[0].context else Archive.open_default(corpus=corpus, index=index, model=model)
    result = evaluation.evaluate(
        questions, archive, model=model or BUNDLED_MODEL, given=given, leave_out=leave_out, seed=seed, limit=limit,
        keep=keep,
    )  # fmt: skip
    print(json.dumps(asdict(result), ensure_ascii=False, indent=1) if as_json else report.to_text(result, misses))
    if earlier is not None:
        print(f"\n{report.changes(earlier, result.outcomes)}", file=sys.stderr if as_json else sys.stdout)
    if broken := report.quotes_error(result.outcomes):
        raise WenjuError(broken)


def to_json(answer: Answer) -> str:
    """The whole Answer as JSON; dates and paths as text."""
    return json.dumps(asdict(answer), ensure_ascii=False, indent=2, default=str)


def to_text(answer: Answer) -> str:
    """The answer for a terminal: its text, then each cited passage; or the nearest passages, named as such."""
    words = _WORDS[language_of(answer.question)]
    lines = [words["asked"].format(answer.asked), ""] if answer.asked != answer.question.strip() else []
    if answer.span and answer.span != answer.citations[0].quote:
        lines += [answer.span, ""]
    lines += [answer.text, ""]
    lines += [_source(citation, words) for citation in answer.citations]
    if not answer.found and answer.nearest:
        lines.append(words["nearest"])
        lines += [f"  {_where(passage, words)}\n    {passage.text}" for passage in answer.nearest[:3]]
    return "\n".join(lines).rstrip()


def _source(citation: Citation, words: dict[str, str]) -> str:
    passage = citation.passage
    marked = f"{passage.text[: citation.start]}【{citation.quote}】{passage.text[citation.end :]}"
    return f"[{citation.number}] {_where(passage, words)}\n    {marked}"


def _where(passage: Any, words: dict[str, str]) -> str:
    article = passage.article
    kind = words["caption"] if passage.caption else None
    facts = (article.title, article.author, article.date, article.page, passage.heading, kind)
    place = words["paragraph"].format(passage.number) if passage.number else words["head"]
    return " · ".join([*(str(fact) for fact in facts if fact), place])


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def main() -> None:
    """Run the command line; a WenjuError becomes one line on stderr and exit code 1."""
    try:
        app()
    except WenjuError as error:
        print(f"wenju: {error}", file=sys.stderr)
        sys.exit(1)
