"""In-process inference for `transformers_model`: weights, text codec, sampler, key-value slots and the worker thread.

Separate because everything here imports torch or transformers; `transformers_model` imports it on first use only.
"""
