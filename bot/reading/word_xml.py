"""The little of WordprocessingML's XML that the DOCX reader asks for, by local names: transitional and strict files are alike then."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

OFF = frozenset({"0", "false", "off", "none"})


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML part; no DTD, no entities, no network.

    Raises ValueError for XML that is damaged or has a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"damaged XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("the XML has a document type")
    return root


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str:
    """The attribute of that local name, empty where there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return (entry for entry in element if name_of(entry) == name)


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of the first child … by local names."""
    for name in names:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def value_of(element: etree._Element | None, *names: str) -> str:
    """The attribute `val` of a child."""
    return attribute(child(element, *names), "val")


def is_on(element: etree._Element | None, *names: str) -> bool:
    """Whether a switch, as w:vanish, is there and on."""
    found = child(element, *names)
    return found is not None and attribute(found, "val").lower() not in OFF
