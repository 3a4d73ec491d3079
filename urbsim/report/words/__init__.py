"""Every sentence of the report in English and Chinese, a file for each section of the page."""
