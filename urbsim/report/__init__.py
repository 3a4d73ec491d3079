"""Pages, charts and tables made from stored runs alone. Start at page.write_report."""
