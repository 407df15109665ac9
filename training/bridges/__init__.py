"""Ways to train the same flows with other trainers. Nothing here is imported unless it is asked for."""
