"""The words of the page around the inspector in the reader's language, chosen by Gradio from the browser.

English is written where it is used and is the key, as in the inspector's own `words.js`.
"""

from collections.abc import Callable

import gradio as gr

OPEN = """One model for each role. `pocket` is built in. A real one: `openai:MODEL@URL` for any OpenAI-compatible server
(vLLM, Ollama, llama.cpp, a hosted API), or `transformers:NAME` to load a chat model here. Keys are used for your runs
only; they are never stored or shown."""
PUBLIC = """One model for each role: `pocket`, or one that the operator of this page offers. A copy of your own takes
any model, for example `openai:MODEL@URL`. Keys are used for your runs only; they are never stored or shown."""
POCKET = """a pocket model in a pocket world. Every module is one tiny language model, trained from scratch by this
project; it reads a few hundred short articles and calculates with tools, and knows nothing else."""
CHOSEN = "the models that the operator of this page chose; each run names them."
OWN_CHOICE = "For real questions choose a real model under <em>Models</em>."
OWN_COPY = """For real questions run a copy of your own with a real model: two commands, then a line under
<em>Models</em>."""
NOT_LOADED = "A part of this page did not arrive: check the connection, then reload the page."

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
    "Four agents answer a question over one shared memory. Watch every step they take.": (
        "四个智能体围绕一份共享记忆回答问题。观看它们的每一步。"
    ),
    "Views": "视图",
    "Flow": "流程",
    "Training": "训练",
    "Models": "模型",
    "Planner": "规划器",
    "Executor": "执行器",
    "Verifier": "验证器",
    "Generator": "生成器",
    "API key": "API 密钥",
    "optional": "可选",
    "Check": "检查",
    OPEN: (
        "每个角色一个模型。`pocket` 是内置的。真正的模型：`openai:MODEL@URL` 用于任何 OpenAI 兼容的服务器"
        "（vLLM、Ollama、llama.cpp、托管 API），`transformers:NAME` 在本机加载一个对话模型。"
        "密钥只用于你的运行，从不保存，也不显示。"
    ),
    PUBLIC: (
        "每个角色一个模型：`pocket`，或者本页运营者提供的模型。你自己部署的副本可以使用任何模型，例如 "
        "`openai:MODEL@URL`。密钥只用于你的运行，从不保存，也不显示。"
    ),
    NOT_LOADED: "页面的一部分没有送达：请检查网络连接，然后重新加载页面。",
    "What answers here:": "在这里作答的是：",
    POCKET: (
        "袖珍世界里的袖珍模型。每个模块都是同一个极小的语言模型，由本项目从零训练；"
        "它能阅读几百篇短文，用工具计算，除此之外一无所知。"
    ),
    CHOSEN: "本页运营者选定的模型；每次运行都会写明。",
    OWN_CHOICE: "真正的问题请在<em>模型</em>里选一个真正的模型。",
    OWN_COPY: "真正的问题请用真正的模型运行你自己的副本：两条命令，再在<em>模型</em>里写一行。",
}
TABLES: dict[str, dict[str, str]] = {"en": {text: text for text in CHINESE}}
TABLES |= {code: dict(CHINESE) for code in ("zh", "zh-CN", "zh-TW")}
I18N = gr.I18n(**TABLES)


def t(text: str) -> str:
    """`text` in the reader's language. Gradio replaces it in the browser; only fixed texts can be given."""
    if text not in TABLES["zh"]:
        raise KeyError(f"no Chinese for {text!r}: add it to demo/words.py")
    return I18N(text)  # type: ignore[return-value]  # Gradio's marker, which its components take as a text


def markup(make: Callable[[Callable[[str], str]], str]) -> str:
    """Markup with several texts, each given to the function that `make` gets. Gradio replaces only a whole value."""
    english = make(str)
    for code, table in TABLES.items():
        I18N.translations[code][english] = table[english] = make(table.__getitem__)
    return t(english)
