"""Makes urbsim-sans-sc.otf from Noto Sans CJK SC Regular (Debian package fonts-noto-cjk, SIL OFL 1.1).

Run once by hand, `python urbsim/report/fonts/make_subset.py [NotoSansCJK-Regular.ttc]`, and commit the
result. The family is renamed because changed versions of a font under the OFL must not carry its reserved
names.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "urbsim Sans SC"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SOURCE_FACE = "Noto Sans CJK SC"
TARGET = Path(__file__).with_name("urbsim-sans-sc.otf")

# Latin and its extensions, punctuation, currency, arrows, operators, shapes, full-width forms
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x2010, 0x2027), (0x2030, 0x203B), (0x20AC, 0x20AC),
    (0x2190, 0x2193), (0x2200, 0x2265), (0x25A0, 0x25CF), (0x2460, 0x2473), (0x3000, 0x3017),
    (0xFF01, 0xFF5E),
]  # fmt: skip


def gb2312() -> set[int]:
    """The code points of GB 2312-80: 6,763 characters and the symbols beside them."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[int]:
    """Every code point asked of the source font."""
    return gb2312() | {point for first, last in RANGES for point in range(first, last + 1)}


def rename(font: TTFont) -> None:
    """Gives the font its own family name; keeps copyright, trademark and licence records."""
    names = {1: FAMILY, 2: "Regular", 3: "urbsim-sans-sc 1.000", 4: FAMILY, 5: "Version 1.000",
             6: "urbsimSansSC-Regular"}  # fmt: skip
    table = font["name"]
    table.names = [
        n for n in table.names if n.nameID in (0, 13, 14) and n.platformID == 3 and n.langID == 0x409
    ]
    for name_id, value in names.items():
        table.setName(value, name_id, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top.topDictIndex[0].FamilyName = FAMILY
    top.topDictIndex[0].FullName = FAMILY
    for attribute in ("Notice", "Copyright"):  # said once, in the name table
        top.topDictIndex[0].rawDict.pop(attribute, None)


def make(source: Path, target: Path) -> None:
    """Writes the subset; the same source gives the same bytes."""
    faces = TTCollection(str(source)).fonts
    font = next(face for face in faces if face["name"].getDebugName(4) == SOURCE_FACE)
    font.recalcTimestamp = False
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = True  # a page's own subset is then made without taking letters apart
    options.name_IDs = list(range(20))
    options.notdef_outline = True
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    rename(font)
    font.save(str(target))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE, TARGET)
    print(f"{TARGET} {TARGET.stat().st_size:,} bytes")
