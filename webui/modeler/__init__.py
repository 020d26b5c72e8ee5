"""A plug-in for the desktop Modeler, so that it knows our extension elements: plain files, nothing to build."""

from webui.modeler.descriptor import descriptor
from webui.modeler.writing import write

__all__ = ["descriptor", "write"]
