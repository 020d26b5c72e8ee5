"""Forms of steps: form-js schemas, drawn by the server and read back with types."""

from webui.forms.answers import Answer, read, shown
from webui.forms.library import Library
from webui.forms.schema import Field, Form, FormError, Option, Text, parse

__all__ = ["Answer", "Field", "Form", "FormError", "Library", "Option", "Text", "parse", "read", "shown"]
