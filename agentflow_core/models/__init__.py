"""Language models: one contract (`base`) and its backends.

Importing this package imports neither torch nor openai; a backend's library is imported when it is first used.
"""
