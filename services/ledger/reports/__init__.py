"""What the books say for reports: how coins are spread, and what people did by hand."""
