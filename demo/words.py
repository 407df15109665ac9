"""The words of the page around the inspector in the reader's language, chosen by Gradio from the browser.

English is written where it is used and is the key, as in the inspector's own `words.js`.
"""

import gradio as gr

CHINESE = {
    "Question": "问题",
    "Ask a question …": "提一个问题……",
    "Run": "运行",
    "Step": "单步",
    "Stop": "停止",
    "Examples": "示例",
    "Options": "选项",
    "Tools": "工具",
    "Turns, at most": "最多轮数",
    "Temperature": "温度",
}
ENGLISH = {text: text for text in CHINESE}

I18N = gr.I18n(**{"en": ENGLISH, "zh": CHINESE, "zh-CN": CHINESE, "zh-TW": CHINESE})


def t(text: str) -> str:
    """`text` in the reader's language. Gradio replaces it in the browser; only fixed texts can be given."""
    if text not in CHINESE:
        raise KeyError(f"no Chinese for {text!r}: add it to demo/words.py")
    return I18N(text)  # type: ignore[return-value]  # Gradio's marker, which its components take as a text
