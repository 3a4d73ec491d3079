"""The page of `urbsim explore`: the sliders of the report, with what only a server can do."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from urbsim.emulator.model import Emulator
from urbsim.report import sliders, typeface, wording
from urbsim.report.texts import LANGUAGES, say

_FOLDER = Path(__file__).parent / "templates"
_FILLED_LATER = (
    "run", "stop", "running", "done", "stopped", "failed", "moved_on", "name", "save", "saved", "gone", "run_full",
)  # fmt: skip
_LANGUAGE = Path(sliders.__file__).parent / "templates" / "language.js"


@functools.cache
def _script() -> str:
    live = (_FOLDER / "live.js").read_text(encoding="utf-8")
    return "\n".join([_LANGUAGE.read_text(encoding="utf-8"), sliders.script(starts=False), live])


def policy() -> str:
    """What a browser may do with the page: run its script and nothing else, ask this server and no other."""
    digest = base64.b64encode(hashlib.sha256(_script().encode("utf-8")).digest()).decode("ascii")
    return "; ".join(
        (
            "default-src 'none'", "style-src 'unsafe-inline'", "font-src data:", "img-src data:",
            f"script-src 'sha256-{digest}'",
            "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        )
    )  # fmt: skip


def page(emulator: Emulator) -> str:
    """The whole page."""
    shown = sliders.Shown("1", emulator)
    live = {
        lang: {
            **{key: sliders.say_raw(f"explore_{key}", lang) for key in _FILLED_LATER},
            "run_draws": say(
                "explore_run_draws",
                lang,
                n=len(emulator.draws) * len(emulator.origin.seeds),
                scale=wording.threshold_percent(emulator.origin.scale),
            ),
        }
        for lang in LANGUAGES
    }
    fill = functools.partial(
        _template().render,
        languages=LANGUAGES,
        articles=[shown.for_template(lang) for lang in LANGUAGES],
        say=say,
        names={"zh": "中文", "en": "English"},
        data=sliders.data([shown], LANGUAGES) + sliders.block("live-words", live),
        style=Markup(sliders.asset("sliders.css")),
        script=Markup(_script()),
        family=typeface.FAMILY,
    )
    characters = set(fill(font="")) | set(map(chr, range(32, 127)))
    return fill(font=Markup(typeface.embedded(characters)))


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("explore.html.jinja")
