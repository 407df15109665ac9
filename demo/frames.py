"""Keeps a page that rests from drawing: a script at the head of the document, before any of Gradio's.

A loading indicator of Gradio counts its seconds in every frame, and the first one of each page goes on for good after
it is gone (6.31): seven percent of a core for as long as the page is open. Here it counts ten times a second, which is
enough for tenths, and without a frame.
"""

HEAD = "<head>"
SCRIPT = r"""<script>
{
  const frame = window.requestAnimationFrame.bind(window);
  const counts = (act) => /performance\.now\(\) ?-.*\/ ?1e3/.test(act);
  window.requestAnimationFrame = (act) =>
    counts(act) ? setTimeout(() => act(performance.now()), 100) : frame(act);
}
</script>"""


def with_fewer_frames(document: str) -> str:
    """The document with the script first in its head."""
    return document.replace(HEAD, HEAD + SCRIPT, 1)
