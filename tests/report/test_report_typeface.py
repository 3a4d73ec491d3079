"""The shipped typeface: in matplotlib, and cut down for a page."""

from __future__ import annotations

import base64
import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from PIL import Image

from urbsim.report import typeface
from urbsim.report.charts import letters, style


def gb2312_level_one() -> set[str]:
    codes = (bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return {c for code in codes for c in code.decode("gb2312", errors="ignore")}


def test_all_of_gb2312_is_there_and_the_family_is_renamed():
    level_one = gb2312_level_one()
    assert len(level_one) == 3755
    assert level_one <= typeface.covered()
    with TTFont(str(typeface.FONT_FILE)) as font:
        names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == names[4] == "urbsim Sans SC"
    assert "SIL Open Font License" in names[13]
    assert not any(word in names[i] for i in (1, 4, 6) for word in ("Noto", "Source"))


def test_chinese_is_drawn_without_a_system_font():
    """A missing glyph is a warning, and warnings fail tests."""
    with style.drawing("test"):
        figure = Figure(figsize=(2, 1))
        figure.text(0.1, 0.5, "常住人口城镇化率 57% −1")
        file, _, element = style.drawn(figure, "x", "label")
        assert b"<svg" in file and b"<text" not in file and b"<letters" not in file
        assert element == style.inline_svg(figure, "x", "label")
        assert "urbsim Sans SC" in element


@pytest.mark.parametrize("letters_as", ["path", "none"])
def test_svg_files_are_those_that_matplotlib_writes(letters_as: str):
    """To the byte: with letters as outlines in the file, and as text in the page."""
    with style.drawing("test"), style.origin("from < & here"):
        figure = Figure(figsize=(4, 3))
        axes = figure.add_subplot()
        axes.plot([0, 1, 2], [0, 1, 0.5], marker="o", ls="--", label="a -- 'b' \"c\"")
        axes.bar([0, 1], [0.5, 0.2], hatch="//")
        axes.set_title("城镇化率 <Share> & more\n二 → \N{MINUS SIGN}1", rotation=3)
        axes.legend()
        drawing = letters.Painting(150)
        figure.savefig(io.BytesIO(), format="svg", dpi=150, backend=letters.BACKEND, painting=drawing)
        usual = io.BytesIO()
        with mpl.rc_context({"svg.fonttype": letters_as}):
            figure.savefig(usual, format="svg", dpi=150)
    mine = drawing.svg.file(letters.OUTLINES if letters_as == "path" else letters.TEXT)
    dated = re.compile(r"<dc:date>.*?</dc:date>")
    assert dated.sub("", mine) == dated.sub("", usual.getvalue().decode("utf-8"))


def test_letters_of_the_shipped_typeface_stand_for_themselves():
    """`typeface.embedded` takes none apart: neither shared parts nor letters made of others may be left behind."""
    with TTFont(str(typeface.FONT_FILE)) as font:
        top = font["CFF "].cff[0]
        assert not top.GlobalSubrs
        assert not any(len(getattr(each.Private, "Subrs", ())) for each in top.FDArray)
        shipped = _outlines(font, "é城g")
    payload = typeface.embedded(set("é城g")).partition(",")[2]
    with TTFont(io.BytesIO(base64.b64decode(payload))) as font:
        assert _outlines(font, "é城g") == shipped


def _outlines(font: TTFont, characters: str) -> list[list[tuple[str, object]]]:
    glyphs, names, drawn = font.getGlyphSet(), font.getBestCmap() or {}, []
    for character in characters:
        pen = RecordingPen()
        glyphs[names[ord(character)]].draw(pen)
        drawn.append(pen.value)
    return drawn


def test_the_picture_painted_beside_the_svg_is_the_one_matplotlib_paints():
    """Lines, markers, circles, clipped bars and letters; an edge may lie half a dot aside."""
    with style.drawing("test"), style.origin("from here"):
        figure = Figure(figsize=(4, 3))
        axes = figure.add_subplot()
        axes.plot([0, 1, 2], [0, 1, 0.5], marker="o", ls="--")
        axes.scatter([0.5, 1.5], [0.2, 0.9], s=[30, 200])
        axes.bar([0, 1], [0.5, 0.2], hatch="//")
        axes.set_xlim(-0.2, 1.8)
        axes.set_title("城镇化率 Share")
        _, painted, _ = style.drawn(figure, "x", "label")
        usual = style.png(figure)
    mine, theirs = (Image.open(io.BytesIO(content)) for content in (painted, usual))
    assert mine.size == theirs.size == (600, 450)
    assert mine.info["Description"] == theirs.info["Description"] == "from here"
    shades = [np.asarray(image.convert("L").resize((60, 45))).astype(float) for image in (mine, theirs)]
    assert np.abs(shades[0] - shades[1]).mean() < 2
    assert np.corrcoef(shades[0].ravel(), shades[1].ravel())[0, 1] > 0.97


def test_what_no_typeface_can_draw_is_marked():
    assert typeface.drawable("城\n镇\t龘") == "城 镇 〓"


def test_the_embedded_font_holds_the_characters_asked_for_and_no_more():
    address = typeface.embedded(set("城镇化率57%龘"))
    assert address == typeface.embedded(set("城镇化率57%龘"))
    kind, _, payload = address.partition(",")
    assert kind == "data:font/woff;base64"
    font = TTFont(io.BytesIO(base64.b64decode(payload)))
    assert set(map(chr, font.getBestCmap() or ())) == set("城镇化率57%")
