"""One HTML page that draws the paper's analyses from runs: `python -m training.report RUN ... --out FILE`."""
