"""Answer -> Gradio: the chat page, and its launch. The only module that imports Gradio.

The page and the server talk to nobody but each other: analytics and share links are off, fonts are the system's,
scripts come with Gradio, and `server.Guard` forbids the rest.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from starlette.middleware import Middleware

from wenju import page
from wenju.archive import Archive
from wenju.encoder import prepare
from wenju.errors import QuestionError, WenjuError
from wenju.page import Turn
from wenju.server import Guard, address, keep_off_proxies
from wenju.settings import Settings
from wenju.words import EXAMPLES, WORDS, Language, language

# Gradio reads its environment while it is imported: it must find analytics off, and dies of a port that is no number,
# so the address is taken out here and used by `start`.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
ENVIRONMENT_HOST = os.environ.pop("GRADIO_SERVER_NAME", "")
ENVIRONMENT_PORT = os.environ.pop("GRADIO_SERVER_PORT", "")

prepare(offline=False)  # Gradio imports the hub's library, which reads its environment then
import gradio as gr  # noqa: E402

log = logging.getLogger("wenju.chat")

ASKED_AT_ONCE = 8  # questions that are worked on or wait for the model; others wait in Gradio's queue
TURNS_KEPT = 100  # of one conversation; a session's memory stays bounded however long its page is left open

FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")

# Gradio picks one of these by the browser's language; it knows no other Chinese (see `_labels`).
I18N = gr.I18n(**{"zh-CN": WORDS["zh"], "zh-TW": WORDS["zh"], "en": WORDS["en"]})

Shown = tuple[Any, ...]  # what an event puts on the page: the conversation's HTML, its turns, the box, the examples


class Opening:
    """An archive that opens in the background while the page is already served.

    A failure is raised to whoever waits for it, and the next question tries again: a missing corpus may be there now.
    """

    def __init__(self, open_archive: Callable[[], Archive]) -> None:
        self._open = open_archive
        self._lock = threading.Lock()
        self._future: Future[Archive] | None = None

    @property
    def ready(self) -> bool:
        future = self._future
        return future is not None and future.done() and not future.exception()

    def start(self) -> Future[Archive]:
        """Begin to open, unless it is open or being opened."""
        with self._lock:
            if self._future is None or (self._future.done() and self._future.exception()):
                self._future = Future()
                # A daemon, so that Ctrl-C needn't wait for a model that is still loading.
                threading.Thread(target=self._run, args=(self._future,), name="open archive", daemon=True).start()
            return self._future

    def archive(self) -> Archive:
        """The open archive; waits for it, and raises what opening it raised."""
        return self.start().result()

    def _run(self, future: Future[Archive]) -> None:
        try:
            archive = self._open()
            archive.warm()
        except BaseException as error:
            if isinstance(error, WenjuError):
                log.error("%s", error)
            else:
                log.exception("The archive can't be opened.")
            future.set_exception(error)
        else:
            future.set_result(archive)


def build(opening: Opening) -> gr.Blocks:
    """The page. A session's conversation lives in its own `gr.State`; nothing is shared but the archive."""
    with gr.Blocks(title="问据 wenju", analytics_enabled=False) as blocks:
        with gr.Row(elem_id="top"):
            masthead = gr.HTML(page.masthead(str(I18N("tagline"))))
            new = gr.Button(I18N("new"), size="sm", min_width=0)
        turns = gr.State(())
        talk = gr.HTML("", apply_default_css=False, js_on_load=page.BEHAVIOUR)
        with gr.Column(elem_id="examples") as examples:
            label = gr.HTML(page.label(str(I18N("examples"))))
            buttons = [gr.Button(question, size="sm", min_width=0) for question in EXAMPLES]
        with gr.Row(elem_id="composer"):
            box = gr.Textbox(
                label=I18N("ask"), placeholder=I18N("placeholder"), show_label=False, container=False,
                max_lines=5, scale=8, autofocus=True,
            )  # fmt: skip
            send = gr.Button(I18N("send"), variant="primary", min_width=0)

        def answer(question: str, earlier: tuple[Turn, ...], request: gr.Request) -> Iterator[Shown]:
            yield from reply(opening, question, earlier, language(request.headers.get("accept-language")))

        def clear(request: gr.Request) -> Shown:
            return _show((), language(request.headers.get("accept-language")))

        shown = [talk, turns, box, examples]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        limits: dict[str, Any] = {"concurrency_limit": ASKED_AT_ONCE, "concurrency_id": "ask"}
        asked = [gr.on([box.submit, send.click], answer, [box, turns], shown, **quiet, **limits)]
        asked += [button.click(answer, [button, turns], shown, **quiet, **limits) for button in buttons]
        new.click(clear, None, shown, cancels=asked, queue=False, **quiet)
        blocks.load(_labels, None, [masthead, new, talk, label, box, send], queue=False, **quiet)
    return blocks


def _labels(request: gr.Request) -> tuple[Any, ...]:
    """The page's fixed words once more, by the rule that the answers follow.

    Gradio knows zh-CN and zh-TW only: a browser that says zh or zh-HK would read English labels and Chinese answers.
    """
    lang = language(request.headers.get("accept-language"))
    words = WORDS[lang]
    return (
        page.masthead(words["tagline"]),
        gr.Button(words["new"]),
        page.conversation((), lang),
        page.label(words["examples"]),
        gr.Textbox(label=words["ask"], placeholder=words["placeholder"]),
        gr.Button(words["send"]),
    )


def reply(opening: Opening, question: str, turns: tuple[Turn, ...], lang: Language) -> Iterator[Shown]:
    """What the page shows while a question is answered, and then with its answer.

    A question that can't be asked goes back into the box to be mended; one that fails stays in the conversation.
    """
    words = WORDS[lang]
    question = (question or "").strip().encode("utf-8", "replace").decode()  # half a character can't be sent back
    hint = _hint(question, words)
    if hint:
        yield _show(turns, lang, hint=hint)
        return
    status = words["searching"] if opening.ready else words["loading"]
    yield _show((*turns, Turn(question, status=status)), lang, kept=turns, box="")
    history = [turn.answer for turn in turns if turn.answer]
    try:
        turn = Turn(question, opening.archive().ask(question, history))
    except QuestionError as error:
        yield _show(turns, lang, hint=f"{words['not_asked']}{error}", box=question)
        return
    except WenjuError as error:
        turn = Turn(question, notice=f"{words['not_open']}{error}")
    except Exception:
        log.exception("A question could not be answered.")
        turn = Turn(question, notice=words["broken"])
    yield _show((*turns, turn)[-TURNS_KEPT:], lang)


def _hint(question: str, words: dict[str, str]) -> str:
    """Why this can't be a question, in the page's language; the archive checks it again and in more detail."""
    limit = Settings.question_characters
    if not any(map(str.isalnum, question)):
        return words["empty"]
    return words["too_long"].format(count=len(question), limit=limit) if len(question) > limit else ""


def _show(
    turns: tuple[Turn, ...], lang: Language, kept: tuple[Turn, ...] | None = None, hint: str = "",
    box: str | None = None,
) -> Shown:  # fmt: skip
    """The page with these turns; `kept` are those that the session remembers, where they differ.

    Without `box` the question box is left alone: the next question may be half typed there.
    """
    talk = page.conversation(turns, lang, hint)
    return talk, turns if kept is None else kept, gr.skip() if box is None else box, gr.update(visible=not turns)


def _theme() -> gr.themes.Base:
    """Gradio's plainest theme in a blue on which white text can be read (5:1; its orange has 2.8:1)."""
    theme = gr.themes.Default(primary_hue="blue", font=FONTS, font_mono=("ui-monospace", "monospace"))
    return theme.set(
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_700",
    )


def launch(
    open_archive: Callable[[], Archive],
    host: str | None = None,
    port: int | None = None,
    *,
    password: str | None = None,
    no_password: bool = False,
) -> None:
    """Serve the chat until Ctrl-C, while `open_archive` opens the archive in the background.

    `host` and `port` are, when left out, those of GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, else this computer only
    and the first free port from 7860. Raises WenjuError for an address that can't be used, and for one that other
    computers reach unless there is a `password` (the user is “wenju”) or `no_password` says that all may ask.
    """
    blocks = start(open_archive, host, port, password=password, no_password=no_password)
    print(f"wenju: open {blocks.local_url} in a browser; Ctrl-C ends the chat.", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        blocks.close(verbose=False)


def start(
    open_archive: Callable[[], Archive],
    host: str | None = None,
    port: int | None = None,
    *,
    password: str | None = None,
    no_password: bool = False,
) -> gr.Blocks:
    """As `launch`, but returns the page once it is served; its `close()` ends it."""
    named = ENVIRONMENT_PORT or None if port is None else port
    host, port = address(host or ENVIRONMENT_HOST, named, open_to_others=bool(password or no_password))
    keep_off_proxies(host)
    opening = Opening(open_archive)
    blocks = build(opening)
    blocks.queue(max_size=1000, api_open=False)
    try:
        blocks.launch(
            server_name=f"[{host}]" if ":" in host else host,
            server_port=port,
            auth=[("wenju", password)] if password else None,
            auth_message="用户名 wenju · user name wenju" if password else None,
            theme=_theme(),
            css=page.STYLE,
            i18n=I18N,
            app_kwargs={"middleware": [Middleware(Guard)]},
            footer_links=[],
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            run_history=False,
            enable_monitoring=False,
            ssr_mode=False,
            mcp_server=False,
            pwa=False,
            num_workers=0,
        )
    except OSError as error:
        raise WenjuError(
            f"The chat can't listen on {host}, port {port}: choose another with --port or GRADIO_SERVER_PORT."
        ) from error
    opening.start()  # only now, so that the page doesn't wait for torch
    return blocks
