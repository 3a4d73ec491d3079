"""Settings of the site; `make docs` builds it into build/site. Pages are the documents of the repository as they stand.

The source folder is the repository itself, so that links between documents, and from them to code and data, are the
same on the site as in the repository. Nothing is fetched, neither when the site is built nor when it is read.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from urbsim import cli

project = "urbsim"
author = "The urbsim authors"
copyright = author
release = version = cli.version()
language = "en"
root_doc = "docs/index"
include_patterns = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "calibration/*.md",
    "codecheck/README.md",
    "docs/**",
    "examples/README.md",
    "results/README.md",
    "scenarios/README.md",
]
exclude_patterns = [".*", "build", "dist", "results/*/**", "tests", "urbsim"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "reference", "repository"]
nitpicky = True
default_role = "code"  # docstrings put names between single backticks

myst_heading_anchors = 4
myst_enable_extensions = ["fieldlist"]
myst_url_schemes = (
    "http",
    "https",
    "mailto",
    "repository",
)  # the last: links that docs/site/repository.py marks

linkcheck_timeout = 10  # seconds; a slow server is asked once more, and no page is searched for its anchors
linkcheck_retries = 2
linkcheck_workers = 16
linkcheck_anchors = False
linkcheck_report_timeouts_as_broken = False

autodoc_typehints = "none"  # they stand in the signature
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True

html_theme = "furo"
templates_path = ["templates"]
html_title = f"urbsim {release}"
html_theme_options = {
    "light_css_variables": {
        "font-stack": "-apple-system, 'Segoe UI', 'Liberation Sans', Arial, 'urbsim Sans SC', sans-serif",
        "font-stack--monospace": "'SFMono-Regular', Menlo, Consolas, 'Liberation Mono', 'urbsim Sans SC', monospace",
    }
}
_FONTS = "../../urbsim/report/fonts"
html_static_path = ["static", f"{_FONTS}/urbsim-sans-sc.otf", f"{_FONTS}/OFL.txt"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
smartquotes = False  # two hyphens are an option
