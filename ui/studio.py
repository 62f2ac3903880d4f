"""The studio's page: which panels there are, where they stand, which event calls what.

Wiring only. What an event does is in `ui.actions`, what a panel is in its folder, how it looks in
`ui.theme`. The page's landmarks (element ids) are part of the public surface and stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.events import api as publish

from ideogram4.commands.screening import refuse_unscreened_guests
from ideogram4.settings import Settings, for_this_machine_only, on_a_space
from ui import about, serving
from ui.actions import StudioActions
from ui.api import StudioApi
from ui.canvas import LayerList, LayoutCanvas
from ui.doors import Studio
from ui.editor import CaptionEditor, IssueList
from ui.gallery import FirstCaptions, Gallery
from ui.gallery.actions import GalleryActions
from ui.gallery.answers import GalleryAnswers
from ui.gallery.api import GalleryApi
from ui.generate import GenerateBar, SamplingPanel
from ui.generate.bar import seed_button
from ui.inspector import Inspector
from ui.live.actions import LiveActions
from ui.magic import MagicPanel
from ui.magic.actions import MagicActions
from ui.palette import PaletteRow
from ui.presets import (
    FIRST_CAPTION,
    captions_to_try,
    load_captions,
    palettes_to_take,
    starts_for,
)
from ui.preview import LivePreview, PreviewState
from ui.reading import ReadingPanel
from ui.report import PictureReport
from ui.service import GenerationService, zero
from ui.sheet import ContactSheet
from ui.sheet.actions import SheetActions
from ui.starts import StartPicker
from ui.theme import css, theme
from ui.weights import WeightsAnswers, WeightsPanel
from ui.weights.remake import remake

Options = dict[str, Any]  # keywords for Gradio, which checks them itself

# Not how many may wait for a picture (`ui.service.line` says that, and each their place): Gradio's
# queue only passes events on, and must not be full before the line is.
QUEUE_SIZE = 64
LAUNCH: Options = {
    "share": False,
    "run_history": False,
    "ssr_mode": False,
    "enable_monitoring": False,
    "footer_links": ["api"],
    "quiet": True,  # Gradio's own lines advertise sharing; ours says the address
}
# Who waits, waits in the service's line; Gradio's queue would tell neither the place nor the time.
GPU: Options = {"concurrency_limit": None, "concurrency_id": "gpu"}
# Events of the page are not an API: programs have `ui.api` and `ui.gallery.api`.
QUIET: Options = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE: Options = {**QUIET, "queue": False}
# Heard by `ui/live/live.js`.
WISHED = "() => { window.dispatchEvent(new CustomEvent('ideogram4-wished')); }"
# The live switch's events are numbered; none may be dropped.
EACH: Options = {"trigger_mode": "multiple"}


@dataclass(frozen=True)
class Page:
    """The components that events read and write."""

    magic: MagicPanel
    canvas: LayoutCanvas
    start: StartPicker
    editor: CaptionEditor
    preview: LivePreview
    bar: GenerateBar
    gallery: Gallery
    sheet: ContactSheet

    @property
    def settings(self) -> list[Any]:
        """What a picture's settings are brought back to."""
        bar = self.bar
        return [bar.size, bar.preset, bar.seed, bar.sampling, self.canvas, self.gallery]

    @property
    def recalled(self) -> list[Any]:
        """The same and the caption."""
        return [self.editor, *self.settings, self.bar.live]


def build(
    settings: Settings, service: GenerationService | None = None, *, alone: bool = False
) -> gr.Blocks:
    """The application, not yet served. Loads no model.

    alone: only this machine can open it, so that its page may change the model and fill the disk.
    """
    service = service or GenerationService(settings)
    weights = WeightsAnswers(service) if alone and service.model.is_demo else None
    serving.sweep()
    demo = Studio(
        title="Ideogram 4 Studio",
        fill_width=True,
        analytics_enabled=False,
        delete_cache=serving.DELETE,
    )
    with demo:
        demo.temp_file_sets.append(serving.COPIES)
        # First, because an event of the page would otherwise take the name of its function.
        answers = GalleryAnswers(service.store, own=service.settings.gallery != "all")
        api = StudioApi(service)
        generate = publish(api.generate, api_name="generate", **GPU)
        demo.fns[generate["id"]].validator = api.refusal  # gr.api takes no validator yet
        publish(api.check, api_name="check", concurrency_limit=None)
        publish(api.expand, api_name="expand", **GPU)
        shelves = GalleryApi(service.store, own=answers.own)
        for ready in (shelves.gallery_list, shelves.gallery_get):
            publish(ready, api_name=ready.__name__, concurrency_limit=None)
        magic = MagicActions(service)
        page = _page(service, answers, weights, magic)
        actions = StudioActions(service)
        shelf = GalleryActions(service, actions)
        sheets = SheetActions(actions)
        _wire_run(page, actions, sheets, shelf)
        _wire_page(page, actions)
        _wire_magic(page, magic)
        demo.unload(sheets.leave)
        demo.unload(magic.leave)
        _wire_gallery(page, shelf)
        if service.live:
            _wire_live(page, LiveActions(service, actions))
    if weights:
        weights.changed = lambda: remake(demo, build(settings, service))
    demo.queue(max_size=QUEUE_SIZE, api_open=False)
    return demo


def launch(
    settings: Settings, *, open_browser: bool = False, unmoderated: bool = False, **options: Any
) -> tuple[Any, str, str | None]:
    """Build and serve until stopped (or return at once with `prevent_thread_lock=True`).

    `options` go to Gradio's `launch`. An address there wins over GRADIO_SERVER_NAME and
    GRADIO_SERVER_PORT; without either only this machine can connect. Raises RequestError, before
    anything is fetched or loaded, when others could use the real weights and nothing is screened;
    `unmoderated` is the owner's word that they may.
    """
    alone = for_this_machine_only(options.get("server_name")) and not options.get("share")
    if settings.gallery is None and alone:
        settings = replace(settings, gallery="all")
    service = GenerationService(settings, loader=zero.load)
    if not alone and not service.model.is_demo and not service.screening.complete:
        refuse_unscreened_guests(
            service.choice.model, unmoderated=unmoderated, on_space=on_a_space()
        )
    zero.prepare(service.choice.model, settings)
    demo = build(settings, service, alone=alone)
    service.store.index.warm()  # a large gallery is known by the time the browser shows the page
    wait = not options.pop("prevent_thread_lock", False)
    served = demo.launch(
        **{**looks(), **LAUNCH, **options}, inbrowser=open_browser, prevent_thread_lock=True
    )
    if wait:
        print(service.screening.describe(), flush=True)
        print(f"The studio is open at {served[1]} and stops with Ctrl-C.", flush=True)
        try:
            demo.block_thread()
        finally:
            service.close()
    return served


def looks() -> dict[str, Any]:
    """What Gradio 6 is told at launch rather than in `Blocks`: theme and stylesheet."""
    return {"theme": theme(), "css": css()}


def _page(
    service: GenerationService,
    answers: GalleryAnswers,
    weights: WeightsAnswers | None,
    magic: MagicActions,
) -> Page:
    """Every panel in its place."""
    model = service.model
    width, height = model.default_size
    with gr.Row(elem_id="top"):
        gr.Markdown("# Ideogram 4 Studio", elem_id="title")
        gr.Markdown(about.badge(model), elem_id="weights")
    with gr.Column(elem_id="desk"):
        with gr.Column(elem_id="desk-words"):
            writing = service.expansions
            magic_panel = MagicPanel(
                offers=writing.offers(), missing=writing.why_no_writing, size_for=magic.size_for
            )
            Inspector()
            PaletteRow(presets=palettes_to_take())
            ReadingPanel(readings=service.readings)
        with gr.Column(elem_id="desk-page"):
            with gr.Row(elem_id="page-tools"):
                start = StartPicker(starts=starts_for(model.is_demo))
            canvas = LayoutCanvas(width=width, height=height)
            LayerList()
        with gr.Column(elem_id="desk-result"):
            preview = LivePreview(PreviewState.idle(service.live))
            PictureReport(store=service.store, readings=service.readings)
            sampling = SamplingPanel(model=model, preset=model.default_preset, loras=service.loras)
            sheet = ContactSheet(store=service.store, palettes=palettes_to_take())
        with gr.Column(elem_id="desk-json"):
            first = load_captions()[FIRST_CAPTION].to_json()
            editor = CaptionEditor(first, meter=service.tokens)
            IssueList()
        with gr.Column(elem_id="desk-gallery"):
            with gr.Column(elem_id="gallery-panel"):
                gallery = Gallery(answers=answers)
                FirstCaptions(captions_to_try(), words=about.first_words(model))
            if weights:
                WeightsPanel(answers=weights)
            with gr.Accordion("About these weights", open=False, elem_id="about"):
                gr.Markdown(
                    about.details(model, service.choice.reason, service.screening),
                    elem_id="about-words",
                )
    bar = GenerateBar(model, sampling, live=service.live)
    return Page(magic_panel, canvas, start, editor, preview, bar, gallery, sheet)


def _wire_run(
    page: Page, actions: StudioActions, sheets: SheetActions, shelf: GalleryActions
) -> None:
    """What draws, and Cancel: a check before the queue, which hands out a ticket, then the job."""
    bar, sheet = page.bar, page.sheet
    ticket, sheet_ticket, found = gr.State(""), gr.State(""), gr.State(False)
    state = [page.preview, *bar.buttons]
    wish = [page.editor, *bar.wishes]
    told = [*state, ticket, bar.live]
    # A cancelled run ends with its step; the next must not be dropped while it does.
    job: Options = {"trigger_mode": "multiple", **QUIET, **GPU}
    check: Options = {**QUIET, "concurrency_limit": None}
    bar.go.click(actions.check_wishes, wish, told, **check)
    again = page.gallery.retry(shelf.retry, None, [*page.recalled, found], **AT_ONCE)
    again.success(shelf.draw_again, [found, *wish], told, **check)
    run = ticket.change(actions.generate, [*wish, page.gallery], [*state, page.gallery], **job)
    sheet.submit(
        sheets.check,
        [*wish, page.gallery],
        [*state, sheet_ticket, bar.live, sheet],
        **check,
    )
    cells = sheet_ticket.change(sheets.draw, None, [*state, page.gallery, sheet], **job)
    run.failure(actions.turned_away, None, state, **AT_ONCE)
    cells.failure(sheets.turned_away, None, [*state, sheet], **AT_ONCE)
    for stop in (bar.stop.click, sheet.stop):
        stop(sheets.cancel, None, [*state, sheet], **AT_ONCE)


def _wire_page(page: Page, actions: StudioActions) -> None:
    """Everything that needs no model."""
    bar = page.bar
    page.start.input(actions.start_from, [page.start], [bar.size, page.canvas], **AT_ONCE)
    bar.size.input(actions.resize, [bar.size], [page.canvas], **AT_ONCE)
    page.canvas.input(lambda size: size, [page.canvas], [bar.size], **AT_ONCE)
    bar.keep_seed.click(
        actions.keep_seed, [bar.seed, page.gallery], [bar.seed, bar.keep_seed], **AT_ONCE
    )
    bar.seed.change(seed_button, [bar.seed], [bar.keep_seed], **AT_ONCE)
    bar.preset.change(lambda name: gr.update(preset=name), [bar.preset], [bar.sampling], **AT_ONCE)
    bar.sampling.apply(actions.sized, None, [bar.size, page.canvas], **AT_ONCE)


def _wire_magic(page: Page, actions: MagicActions) -> None:
    """Captions to be written; the model may have to write them, so in the pictures' queue."""
    run = page.magic.submit(actions.write, None, [page.magic], **QUIET, **EACH, **GPU)
    run.failure(actions.turned_away, None, [page.magic], **AT_ONCE)
    page.magic.stop(actions.stop, None, None, **AT_ONCE, **EACH)


def _wire_gallery(page: Page, shelf: GalleryActions) -> None:
    """What is done with a picture that is there."""
    bar, gallery = page.bar, page.gallery
    gallery.select(shelf.choose, None, [page.preview, bar.live, gallery], **AT_ONCE, **EACH)
    for recall in (gallery.submit, page.sheet.apply):
        recall(shelf.recall, None, page.recalled, **AT_ONCE)
    gallery.apply(shelf.apply, None, page.settings, **AT_ONCE)


def _wire_live(page: Page, actions: LiveActions) -> None:
    """The live demo, in the same queue as every other picture."""
    bar, live = page.bar, page.bar.live
    wish = [page.editor, bar.size, bar.preset, bar.seed, bar.sampling]
    live.input(actions.ask, wish, [live], **AT_ONCE, **EACH)
    run = live.submit(
        actions.draw, None, [page.preview, live, bar.keep_seed], **QUIET, **EACH, **GPU
    )
    run.failure(actions.lost, None, [live], **AT_ONCE)
    live.stop(actions.stop, None, None, **AT_ONCE, **EACH)
    # Of a person alone: what Python writes into these fields belongs to a picture that is in sight.
    gr.on([bar.preset.select, bar.sampling.input], None, js=WISHED, **QUIET, **EACH)
