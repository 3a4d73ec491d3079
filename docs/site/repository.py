"""Links of documents to files and folders of the repository, and excerpts of documents in other documents.

A link to code or data leads to a page of the site that shows the file, so that the site can be read without the
repository; a link to `file.py#name` leads to the definition. `<!-- excerpt: FILE, section TITLE -->` stands for that
section of a document without its heading, `<!-- excerpt: FILE, paragraph START -->` for the paragraph that begins so.
"""

from __future__ import annotations

import ast
import html
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx.application import Sphinx
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
SCHEME = "repository:"
_CODE = re.compile(r"^```.*?^```|`[^`\n]+(?:\n[^`\n]+)*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)(\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)\s]+)(?=\))")  # no images
_EXCERPT = re.compile(r"^<!-- excerpt: (\S+), (section|paragraph) (.+) -->$", re.MULTILINE)
_TEMPLATE = "file.html"  # of pages that show a file or a folder
_LARGEST = 400_000  # bytes of a file that is shown; a larger one is only named
_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """The hooks of the extension."""
    app.connect("source-read", _read, priority=900)  # after other extensions have written their part
    app.connect("doctree-read", _note)
    app.connect("doctree-resolved", _lead)
    app.connect("env-purge-doc", lambda app, env, name: _shown(env).pop(name, None))
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _without_menu, priority=400)  # before the theme makes it
    app.connect("build-finished", _front_door)
    return {"parallel_read_safe": False}


def excerpt(file: str, kind: str, start: str) -> str:
    """A part of a document, its links as seen from the folder of documents. Raises LookupError if it is not there."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if kind == "section":
        found = re.search(rf"^## {re.escape(start)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    else:
        found = re.search(rf"^({re.escape(start)}.*?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"{file} has no {kind} {start!r}")
    here, there = ROOT / "docs", (ROOT / file).parent
    return _links(found[1].strip(), lambda to: to if to[0] == "#" else _moved(to, there, here))


def _moved(address: str, there: Path, here: Path) -> str:
    return os.path.relpath(there / address, here).replace(os.sep, "/")


def _links(text: str, change: Callable[[str], str]) -> str:
    """The text with its links inside the repository changed, those in code left alone."""

    code = [found.span() for found in _CODE.finditer(text)]

    def one(found: re.Match[str]) -> str:
        address = found[2]
        if re.match(r"[a-z]+:", address) or any(start < found.start(2) < end for start, end in code):
            return found[0]
        return found[1] + change(address)

    return _LINK.sub(one, text)


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Puts excerpts in, and marks the links that lead to no document."""

    def one(found: re.Match[str]) -> str:
        try:
            return excerpt(found[1], found[2], found[3])
        except (LookupError, OSError) as error:
            _log.warning("excerpt: %s", error, location=docname)
            return ""

    def marked(address: str) -> str:
        path, _, anchor = address.partition("#")
        target = Path(os.path.normpath(ROOT / Path(docname).parent / unquote(path)))
        if not path or not target.is_relative_to(ROOT) or not target.exists():
            return address  # MyST says if there is nothing
        if target.is_file() and app.project.path2doc(target) in app.project.docnames:
            return address
        inside = target.relative_to(ROOT).as_posix()
        return f"{SCHEME}{inside}{'#' if anchor else ''}{anchor}"

    source[0] = _links(_EXCERPT.sub(one, source[0]), marked)


def _shown(env: Any) -> dict[str, set[tuple[str, str]]]:
    """Document -> files of the repository that it leads to, each with an anchor or ""."""
    if not hasattr(env, "repository_files"):
        env.repository_files = {}
    return env.repository_files


def _page_of(file: str) -> str:
    return f"files/{file or 'index'}"


def _marked(doctree: nodes.document) -> Iterator[tuple[nodes.reference, str, str]]:
    """The marked links of a document, with file and anchor."""
    for link in doctree.findall(nodes.reference):
        address = unquote(link.get("refuri", ""))
        if address.startswith(SCHEME):
            file, _, anchor = address.removeprefix(SCHEME).partition("#")
            yield link, "" if file == "." else file, anchor


def _note(app: Sphinx, doctree: nodes.document) -> None:
    """Notes which files a document leads to, and warns of a place that a file has not."""
    wanted = _shown(app.env).setdefault(app.env.docname, set())
    for link, file, anchor in _marked(doctree):
        known = not anchor or anchor in _anchors(ROOT / file)
        if not known:
            _log.warning("%s has no %s", file, anchor, location=link)
        wanted.add((file, anchor if known else ""))


def _lead(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turns marked links into those of the pages that show files."""
    if app.builder.format == "html":
        for link, file, anchor in _marked(doctree):
            page = app.builder.get_relative_uri(docname, _page_of(file))
            link["refuri"] = f"{page}{'#' if anchor else ''}{anchor}"
            link["internal"] = True


@cache
def _anchors(path: Path) -> dict[str, int]:
    """What can be led to in a file: `L` and a number for its lines, and names for Python -> line from 1."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    found = {f"L{number}": number for number in range(1, text.count("\n") + 2)}
    if path.suffix == ".py":
        for scope in ast.walk(ast.parse(text)):
            if isinstance(scope, ast.FunctionDef | ast.ClassDef):
                found.setdefault(scope.name, min([scope.lineno, *(d.lineno for d in scope.decorator_list)]))
            if isinstance(scope, ast.Module | ast.ClassDef):
                for node in scope.body:
                    targets = (
                        node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                    )
                    found.update({t.id: node.lineno for t in targets if isinstance(t, ast.Name)})
    return found


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each file or folder that a document leads to."""
    wanted: dict[str, set[str]] = {}
    for links in _shown(app.env).values():
        for file, anchor in links:
            wanted.setdefault(file, set()).add(anchor)
    for file, anchors in sorted(wanted.items()):
        path = ROOT / file
        body = _folder(app, path, wanted) if path.is_dir() else _file(app, path, anchors - {""})
        title = file or "urbsim"
        yield _page_of(file), {"title": title, "body": body}, _TEMPLATE


def _without_menu(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Pages of files do not show the menu of the site; to make it for them took half of the time of the whole."""
    if template == _TEMPLATE:
        del context["toctree"]


def _folder(app: Sphinx, folder: Path, wanted: dict[str, set[str]]) -> str:
    here = _page_of(folder.relative_to(ROOT).as_posix())
    rows = []
    for path in sorted(folder.iterdir()):
        file = path.relative_to(ROOT).as_posix()
        if path.name.startswith((".", "__pycache__")):
            continue
        name = html.escape(path.name + ("/" if path.is_dir() else ""))
        document = app.project.path2doc(path) if path.is_file() else None
        page = document if document in app.project.docnames else _page_of(file) if file in wanted else None
        shown = f'<a href="{app.builder.get_relative_uri(here, page)}">{name}</a>' if page else name
        rows.append(f"<li><code>{shown}</code> {html.escape(_first_line(path))}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _first_line(path: Path) -> str:
    """The first line that a Python file, or the package of a folder, says of itself."""
    path = path / "__init__.py" if path.is_dir() else path
    if path.suffix != ".py" or not path.is_file():
        return ""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def _file(app: Sphinx, path: Path, anchors: set[str]) -> str:
    size = path.stat().st_size
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = None
    if text is None or size > _LARGEST:
        return f"<p>{size:,} bytes, not shown here: see the file in the repository.</p>"
    try:
        language = get_lexer_for_filename(path.name).aliases[0]
    except ClassNotFound:
        language = "text"
    # The highlighter leaves no mark at the start of lines: lines are counted in what it returns.
    lines = app.builder.highlighter.highlight_block(text, language, opts={"stripnl": False}).split("\n")
    start = lines[0].index("<pre>") + len("<pre>")
    lines[0:1] = [lines[0][start:]]
    for anchor in sorted(anchors):
        number = _anchors(path)[anchor] - 1
        lines[number] = f'<span class="anchor" id="{html.escape(anchor)}"></span>{lines[number]}'
    return f'<div class="highlight source"><pre>{chr(10).join(lines)}'


def _front_door(app: Sphinx, error: Exception | None) -> None:
    """A page at the top that leads to the first one, for it lies in the folder of documents."""
    if error is None and app.builder.format == "html":
        first = f"{app.config.root_doc}.html"
        page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={first}">'
        (Path(app.outdir) / "index.html").write_text(
            f'{page}<title>urbsim</title><a href="{first}">urbsim</a>\n', encoding="utf-8"
        )
