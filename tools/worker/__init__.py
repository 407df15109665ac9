"""Code that runs inside a sandboxed process, never in the server: standard library only at import, so it starts fast.

Separate from `tools.sandbox`, which is the outside. A worker module has one function, `run(task) -> report`, both plain
JSON objects. The child imports this package, so nothing may be imported here.
"""
