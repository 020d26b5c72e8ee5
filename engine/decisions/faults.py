"""What may be wrong with a DMN file."""

from __future__ import annotations

from engine.lint.remarks import Fault

NOT_DMN = Fault(
    "not_dmn",
    "不是 DMN 模型：根元素是 {found}",
    "expected the root element definitions of DMN, found {found}",
)
BAD_EXPRESSION = Fault(
    "bad_expression",
    "FEEL 表达式有误：{place_zh}第 {column} 列应为{expected}，实为{found}（{text}）",
    "FEEL: {place_en}column {column}: expected {expected}, found {found} in {text}",
)
NO_LOGIC = Fault(
    "no_logic",
    "{element} 没有决策逻辑",
    "expected decision logic in {element}, found none",
    "给它加上决策表或表达式",
    "give it a decision table or an expression",
)
INCOMPLETE = Fault(
    "incomplete",
    "{element} 缺少 {what}",
    "expected {what} in {element}, found none",
)
NOT_SUPPORTED = Fault(
    "not_supported",
    "不支持 {what}",
    "{what} is not supported",
    "请改用 FEEL 决策表或 FEEL 表达式",
    "write it as a decision table or an expression in FEEL",
)
UNKNOWN_REFERENCE = Fault(
    "unknown_reference",
    "引用了不存在的元素 {href}",
    "expected an element of these files, found the reference {href}",
)
UNKNOWN_TYPE = Fault(
    "unknown_type",
    "类型 {name} 未定义",
    "expected a FEEL type or an item definition, found the type {name}",
)
UNKNOWN_NAME = Fault(
    "unknown_name",
    "{element} 读取了 {name}，但没有声明对它的需求",
    "{element} reads {name}, which it does not require",
    "从 {name} 画一条需求连线，或改正名称",
    "draw a requirement from {name}, or correct the name",
)
UNKNOWN_FUNCTION = Fault(
    "unknown_function",
    "{element} 调用了不存在的函数 {name}",
    "{element} calls the function {name}, which nobody supplies",
)
UNKNOWN_IMPORT = Fault(
    "unknown_import",
    "找不到导入的模型 {namespace}",
    "expected the imported model {namespace} beside this file, found none",
)
CYCLE = Fault(
    "requirement_cycle",
    "{element} 的需求绕成了圈：{path}",
    "the requirements of {element} lead back to it: {path}",
)
NO_PRIORITIES = Fault(
    "no_priorities",
    "命中策略 {policy} 需要在输出列写明允许值，用以排出先后",
    "the hit policy {policy} needs the allowed values of an output, which give the order",
)
UNEVEN = Fault(
    "uneven_row",
    "第 {row} 行应有 {expected} 个单元格，实有 {found} 个",
    "expected {expected} cells in row {row}, found {found}",
)
TWICE = Fault(
    "name_twice",
    "名称 {name} 用了两次",
    "expected a name of its own, found {name} twice",
)
