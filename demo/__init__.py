"""The page: a thin Gradio application over the engine. See `app.build_app`."""
