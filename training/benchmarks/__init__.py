"""The ten benchmarks of the paper: their files, what counts as right, and flows that are kept and resumed."""
