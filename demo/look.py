"""How the page looks around the inspector: theme, words, style sheet. System fonts only: nothing is fetched."""

from pathlib import Path

import gradio as gr

from agentflow_core import Settings
from agentflow_core.models import parse_role
from demo import inspector, training
from demo.words import CHOSEN, OWN_CHOICE, OWN_COPY, POCKET, markup

TITLE = "AgentFlow Live"


def header() -> str:
    return markup(
        lambda t: (
            f"""
<header class="af-top">
  <div class="af-brand"><span class="af-logo" aria-hidden="true"></span><h1>AgentFlow <em>Live</em></h1></div>
  <p>{t("Four agents answer a question over one shared memory. Watch every step they take.")}</p>
</header>
"""
        )
    )


EXAMPLES = (
    "What is the capital of France?",
    "How high is the highest mountain of Germany?",
    "What is the atomic number of gold plus the atomic number of silver?",
    "Which is longer, the Danube or the Rhine?",
    "What is 127 * 46 - 89?",
    "Hello!",
)


def honest(settings: Settings) -> str:
    """What answers on this page, and how to have something larger answer."""
    pocket = all(parse_role(text).backend == "pocket" for text in settings.role_strings().values())
    choice = OWN_COPY if settings.own_models_only else OWN_CHOICE
    said = [POCKET if pocket else CHOSEN] + [choice] * (pocket or not settings.own_models_only)
    return markup(
        lambda t: (
            f'<p class="af-honest"><strong>{t("What answers here:")}</strong> {" ".join(t(text) for text in said)}</p>'
        )
    )


def theme() -> gr.themes.Base:
    """Calm greys, one violet; both light and dark."""
    sans = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    mono = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
    base = gr.themes.Base(
        primary_hue="violet", secondary_hue="violet", neutral_hue="slate", radius_size="lg", font=sans, font_mono=mono
    )
    return base.set(
        body_background_fill="#f7f7fb",
        body_background_fill_dark="#0e1016",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#161922",
        background_fill_secondary="#f3f3f8",
        background_fill_secondary_dark="#1c202b",
        block_background_fill="#ffffff",
        block_background_fill_dark="#161922",
        block_border_width="1px",
        block_border_color="#e6e6ef",
        block_border_color_dark="#262b38",
        border_color_primary="#e2e2ec",
        border_color_primary_dark="#2a3040",
        input_background_fill="#ffffff",
        input_background_fill_dark="#12151d",
        block_shadow="none",
        block_label_text_weight="500",
        button_primary_background_fill="#6d4aff",
        button_primary_background_fill_hover="#5a37ee",
        button_primary_background_fill_dark="#6d4aff",
        button_primary_background_fill_hover_dark="#7859f5",
        button_primary_text_color="#ffffff",
        button_large_radius="12px",
        button_small_radius="999px",
    )


def style() -> str:
    """The page's own rules, then the inspector's and the Training tab's."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8") + inspector.style() + training.style()
