"""Writes DMN files in a line or two."""

from __future__ import annotations

from html import escape

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="{name}" namespace="urn:{name}">'
    "{body}</definitions>"
)


def model(*elements: str, name: str = "main") -> bytes:
    """A file of these elements."""
    return HEAD.format(name=name, body="\n".join(elements)).encode()


def text(feel: str, kind: str = "") -> str:
    """A literal expression."""
    typed = f' typeRef="{kind}"' if kind else ""
    return f"<literalExpression{typed}><text>{escape(feel)}</text></literalExpression>"


def given(name: str, kind: str = "Any") -> str:
    """Input data; its id is its name with _ for spaces."""
    return f'<inputData id="{key(name)}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def key(name: str) -> str:
    """The id of an element."""
    return name.replace(" ", "_")


def needs(*names: str, knowledge: bool = False) -> str:
    """Requirements of input data (`x`), decisions (`decision:x`) or knowledge."""
    parts = []
    for name in names:
        kind, _, plain = name.rpartition(":")
        tag = "requiredKnowledge" if knowledge else "requiredDecision" if kind == "decision" else "requiredInput"
        outer = "knowledgeRequirement" if knowledge else "informationRequirement"
        parts.append(f'<{outer}><{tag} href="{key(plain) if "#" in plain else "#" + key(plain)}"/></{outer}>')
    return "".join(parts)


def decision(name: str, logic: str, requirements: str = "", kind: str = "") -> str:
    """A decision."""
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="{key(name)}" name="{name}"><variable name="{name}"{typed}/>{requirements}{logic}</decision>'


def knowledge(name: str, parameters: dict[str, str], logic: str, requirements: str = "", kind: str = "FEEL") -> str:
    """A business knowledge model; parameters by name, each with its type."""
    formal = "".join(f'<formalParameter name="{one}" typeRef="{type_}"/>' for one, type_ in parameters.items())
    return (
        f'<businessKnowledgeModel id="{key(name)}" name="{name}"><variable name="{name}"/>'
        f'<encapsulatedLogic kind="{kind}">{formal}{logic}</encapsulatedLogic>{requirements}</businessKnowledgeModel>'
    )


def table(
    inputs: list[str], outputs: list[str], rules: list[list[str]], policy: str = "UNIQUE", aggregation: str = "",
    values: dict[str, str] | None = None, defaults: dict[str, str] | None = None,
) -> str:  # fmt: skip
    """A decision table; an input is FEEL, `values` are the allowed values of an input or output, by its name."""
    values, defaults = values or {}, defaults or {}
    parts = [f'<decisionTable hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "") + ">"]
    for one in inputs:
        allowed = f"<inputValues><text>{escape(values[one])}</text></inputValues>" if one in values else ""
        parts.append(f"<input><inputExpression><text>{escape(one)}</text></inputExpression>{allowed}</input>")
    for one in outputs:
        allowed = f"<outputValues><text>{escape(values[one])}</text></outputValues>" if one in values else ""
        default = f"<defaultOutputEntry><text>{defaults[one]}</text></defaultOutputEntry>" if one in defaults else ""
        parts.append(f'<output name="{one}">{allowed}{default}</output>')
    for number, cells in enumerate(rules, 1):
        tests = "".join(f"<inputEntry><text>{escape(one)}</text></inputEntry>" for one in cells[: len(inputs)])
        entries = "".join(f"<outputEntry><text>{escape(one)}</text></outputEntry>" for one in cells[len(inputs) :])
        parts.append(f'<rule id="r{number}">{tests}{entries}</rule>')
    return "".join(parts) + "</decisionTable>"
