"""Turning bytes from anybody into an XML tree, or refusing them.

The text is decoded here, once and strictly, so that the text which is searched for a
DOCTYPE is the very text that is parsed: no encoding can hide one.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree

from engine.errors import ModelRefused, UnsafeLibrary
from engine.lint.remarks import Fault, Remark

SAFE_LXML = (6, 1)  # before, an entity in a script or a comment could read a file
MAX_BYTES = 1_048_576
MAX_ELEMENTS = 30_000
MAX_ATTRIBUTES = 200  # of one element: looking through them costs the square of their number
DECLARED = re.compile(r"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""")
CJK = re.compile("[\u4e00-\u9fff]")
# Declared name (as codecs names it) -> codec used. Files labelled GB2312 are GBK in practice.
CODECS = {
    "utf-8": "utf-8", "ascii": "ascii", "gb2312": "gbk", "gbk": "gbk", "gb18030": "gb18030",
    "big5": "big5", "big5hkscs": "big5hkscs", "cp950": "cp950",
    "iso8859-1": "iso8859-1", "iso8859-15": "iso8859-15", "cp1252": "cp1252",
}  # fmt: skip
MARKS = (
    (codecs.BOM_UTF32_LE, ""), (codecs.BOM_UTF32_BE, ""), (b"<\0\0\0", ""), (b"\0\0\0<", ""),
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip

TOO_LARGE = Fault(
    "too_large",
    "文件有 {size} 字节，超过上限 {limit} 字节",
    "expected at most {limit} bytes, found {size}",
    "把流程拆成几个较小的模型",
    "split the process into smaller models",
)
TOO_COMPLEX = Fault(
    "too_complex",
    "文件太复杂：{what} 超过 {limit}",
    "expected at most {limit} {what_en}",
    "把流程拆成几个较小的模型",
    "split the process into smaller models",
)
UNKNOWN_ENCODING = Fault(
    "unknown_encoding",
    "不支持的字符编码：{encoding}",
    "expected a supported encoding, found {encoding}",
    "请另存为 UTF-8（也支持 UTF-16、GBK、GB18030、Big5）",
    "save the file as UTF-8 (UTF-16, GBK, GB18030 and Big5 are read too)",
)
WRONG_ENCODING = Fault(
    "wrong_encoding",
    "文件内容不是声明的编码 {encoding}（第 {line} 行）",
    "the bytes are not {encoding}, which the file says they are (line {line})",
    "请用 XML 声明中的编码重新保存",
    "save the file again in the encoding that its XML declaration names",
)
DOCTYPE = Fault(
    "doctype",
    "文件含有 DOCTYPE（文档类型声明），拒绝读取",
    "the file has a DOCTYPE, which is never read",
    "删除 DOCTYPE 及其中的实体",
    "remove the DOCTYPE and the entities in it",
)
NOT_XML = Fault(
    "not_xml",
    "不是合格的 XML：{reason}",
    "expected well-formed XML, found: {reason}",
)


def demand_safe_parser(found: tuple[int, ...] = etree.LXML_VERSION) -> None:
    """Raises UnsafeLibrary where the XML parser is older than the first that reads no files; asked at every start."""
    if found[:2] < SAFE_LXML:
        wanted, have = (".".join(map(str, version)) for version in (SAFE_LXML, found[:3]))
        raise UnsafeLibrary(f"expected lxml {wanted} or newer, found {have}: set the product up again", found=have)


def refused(remark: Remark) -> ModelRefused:
    """The error that carries one remark."""
    return ModelRefused(remark.message_en, remarks=[remark])


def parse(xml: bytes) -> Any:
    """The element tree of ``xml``, without comments; raises ModelRefused.

    Comments and processing instructions are left out: a comment inside an expression
    would otherwise cut its text in two.
    """
    if not isinstance(xml, bytes):
        raise TypeError(f"expected bytes, found {type(xml).__name__}")
    if len(xml) > MAX_BYTES:
        raise refused(TOO_LARGE.at(None, 0, size=len(xml), limit=MAX_BYTES))
    text = decode(xml)
    if has_doctype(text):
        raise refused(DOCTYPE.at(None, 1))
    tree = _tree(text)
    _refuse_complex(tree)
    return tree


def decode(xml: bytes) -> str:
    """The text, strictly in the encoding that the mark or the declaration names."""
    mark, found = next(((m, c) for m, c in MARKS if xml.startswith(m)), (b"", None))
    if found == "":
        raise refused(UNKNOWN_ENCODING.at(None, 1, encoding="UTF-32"))
    body = xml if mark.strip(b"\0") == b"<" else xml.removeprefix(mark)
    declared = _declared(body[:400], found)
    codec = _codec(declared, found)
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(codec, "replace").count("\n") + 1
        raise refused(WRONG_ENCODING.at(None, line, encoding=declared or codec, line=line)) from None
    if found is None and codec not in ("utf-8", "ascii"):
        _refuse_mislabelled(body, declared)
    return text


def _declared(head: bytes, found: str | None) -> str:
    match = DECLARED.match(head.decode(found or "latin-1", "replace"))
    return match[1] if match else ""


def _codec(declared: str, found: str | None) -> str:
    try:
        name = codecs.lookup(declared or "utf-8").name
    except (LookupError, ValueError):
        raise refused(UNKNOWN_ENCODING.at(None, 1, encoding=ascii(declared))) from None
    wide = name.startswith("utf-16")
    if not wide and name not in CODECS:
        raise refused(UNKNOWN_ENCODING.at(None, 1, encoding=declared))
    if found is None and not wide:
        return CODECS[name]
    # A mark decides; a declaration that says otherwise is a lie about the bytes.
    if found is None or (declared and (name[:6] != found[:6])):
        raise refused(WRONG_ENCODING.at(None, 1, encoding=declared, line=1))
    return found


def _refuse_mislabelled(body: bytes, declared: str) -> None:
    """UTF-8 Chinese often decodes as GBK too, into nonsense; real GBK never looks like UTF-8 Chinese."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return
    found = CJK.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise refused(WRONG_ENCODING.at(None, line, encoding=declared, line=line))


def has_doctype(text: str) -> bool:
    """Whether the prolog, which alone may hold one, has a document type declaration."""
    position = 0
    while True:
        rest = text[position : position + 9]
        blank = len(rest) - len(rest.lstrip())
        if blank:
            position += blank
        elif rest.startswith("<!--"):
            position = text.find("-->", position + 4) + 3
        elif rest.startswith("<?"):
            position = text.find("?>", position + 2) + 2
        else:
            return rest.upper() == "<!DOCTYPE"
        if position < 4 and not blank:
            return False  # never closed: the parser says so, with the line


def _tree(text: str) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        reason = (error.msg or "nothing").strip()
        raise refused(NOT_XML.at(None, error.lineno or 1, reason=reason)) from None
    tree = root.getroottree()
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise refused(DOCTYPE.at(None, 1))
    return tree


def _refuse_complex(tree: Any) -> None:
    for number, node in enumerate(tree.iter()):
        if number >= MAX_ELEMENTS:
            raise refused(TOO_COMPLEX.at(None, 0, limit=MAX_ELEMENTS, what="元素", what_en="elements"))
        if len(node.attrib) > MAX_ATTRIBUTES:
            facts = {"limit": MAX_ATTRIBUTES, "what": "一个元素的属性", "what_en": "attributes on one element"}
            raise refused(TOO_COMPLEX.at(None, node.sourceline, **facts))
