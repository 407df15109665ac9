"""Texts that would run or disguise themselves if any of them were taken for markup, a template or a control code."""

PAYLOADS = (
    '<img src=x onerror="window.__xss=1">',
    "{{constructor.constructor('window.__xss=1')()}} ${window.__xss=1} {% raw %} \\href{javascript:window.__xss=1}{x}",
    "</script><script>window.__xss=1</script><!--",
    "' onmouseover='window.__xss=1",
    '" autofocus onfocus=window.__xss=1 x="',
    "</pre></code></textarea></title></style></details><svg onload=window.__xss=1>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.__xss=1&gt;">',
    "`${window.__xss=1}` [x](javascript:window.__xss=1) <a href=javascript:window.__xss=1>x</a>",
    "\u202egpj.exe\u202c \x1b[2J\x1b]0;x\x07 \ufeff",
)
