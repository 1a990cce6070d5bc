"""What is wrong with a YAML text and what would be right, in both languages."""

from __future__ import annotations

from typing import Final

from edge.model import Text

_HINTS: Final = (
    (
        "\\t",
        Text("缩进里有制表符（Tab）", "there is a tab in the indentation"),
        Text("改用空格，每层两个", "use spaces instead, two for each level"),
    ),
    (
        "missing colon",
        Text("这里缺少冒号", "a colon is missing here"),
        Text("在键名后写 `: `（冒号加空格）", "write `: ` (colon and space) after the key"),
    ),
    (
        "mapping values",
        Text("这里不该有冒号", "this colon is not expected here"),
        Text(
            "含有 `: ` 的文字加引号，或检查缩进",
            "put text that holds `: ` in quotes, or check the indentation",
        ),
    ),
    (
        "could not find expected ':'",
        Text("键名后缺少冒号", "a key is not followed by a colon"),
        Text("写成 `键: 值`", "write `key: value`"),
    ),
    (
        "cannot start any token",
        Text("文字不能以 {detail} 开头", "a text cannot begin with {detail}"),
        Text("给这段文字加引号", "put the text in quotes"),
    ),
    (
        "end of stream",
        Text("引号没有结束", "a quote is opened and never closed"),
        Text("在文字末尾补上引号", "close the quote at the end of the text"),
    ),
    (
        "unknown escape",
        Text("双引号里有无法识别的转义", "an unknown escape in double quotes"),
        Text("改用单引号，或把 \\ 写成 \\\\", "use single quotes, or write \\\\ for \\"),
    ),
    (
        "stream end",
        Text("括号没有结束", "a bracket is opened and never closed"),
        Text("补上 ] 或 }", "add the missing ] or }"),
    ),
    (
        "expected <block end>",
        Text("缩进与上文不一致", "the indentation does not fit the lines above"),
        Text(
            "同一层的键对齐，列表项都以 `- ` 开头",
            "align keys of one level; begin every item of a list with `- `",
        ),
    ),
    (
        "expected the node content",
        Text("这里缺少一个值", "a value is missing here"),
        Text("补上值，或删去多余的逗号、括号", "add it, or take out the extra comma or bracket"),
    ),
    (
        "expected ',' or",
        Text("括号里缺少逗号或右括号", "a comma or a closing bracket is missing"),
        Text("各项之间写逗号，最后写右括号", "write commas between items and close the bracket"),
    ),
    (
        "undefined alias",
        Text("引用了未定义的锚点", "an alias without its anchor"),
        Text("先用 &名称 定义，或给文字加引号", "define it with &name first, or quote the text"),
    ),
    (
        "another document",
        Text("文件里有第二个文档（---）", "there is a second document (---)"),
        Text("一个文件只写一个文档", "keep one document in a file"),
    ),
    (
        "special characters",
        Text("有无法使用的字符", "there is a character that cannot be used"),
        Text("删去该字符，文件存为 UTF-8", "take it out and save the file as UTF-8"),
    ),
    (
        "empty",
        Text("文件是空的", "the file is empty"),
        Text("从示例复制一份再修改", "begin with a copy of the example"),
    ),
    (
        "nested",
        Text("层次太深或内容太多", "this is nested too deeply or is too much"),
        Text("检查括号与引用", "check brackets and aliases"),
    ),
    (
        "duplicate",
        Text("{detail} 写了两次", "{detail} is written twice"),
        Text("只留一个", "keep one of them"),
    ),
    (
        "merge",
        Text("不支持合并键 <<", "merge keys (<<) are not supported"),
        Text("把内容写出来", "write the keys out"),
    ),
    (
        "key",
        Text("键必须是文字", "a key has to be a text"),
        Text(
            "写成 `键: 值`；以 { 或 [ 开头的文字加引号",
            "write `key: value`; quote a text that begins with { or [",
        ),
    ),
    (
        "tag",
        Text("不支持标签 {detail}", "the tag {detail} is not supported"),
        Text("去掉标签；以 ! 开头的文字加引号", "take it out; quote a text that begins with !"),
    ),
    (
        "number",
        Text("这个数字无法使用", "this number cannot be used"),
        Text("写普通的数字；文字加引号", "write an ordinary number; put text in quotes"),
    ),
)

_ANY: Final = (
    Text("不是正确的 YAML", "this is not YAML"),
    Text(
        "检查缩进、冒号后的空格、引号与括号",
        "check the indentation, the space after each colon, quotes and brackets",
    ),
)


def hint(said: str, detail: str) -> tuple[Text, Text]:
    """Find the words for what the parser said: what is wrong, what would be right."""
    for key, what, remedy in _HINTS:
        if key in said:
            shown = detail[:40]
            return (
                Text(what.zh.replace("{detail}", shown), what.en.replace("{detail}", shown)),
                remedy,
            )
    return _ANY
