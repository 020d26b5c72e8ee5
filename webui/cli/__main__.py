"""``python -m webui.cli`` is ``jiancha``."""

from webui.cli import main

main(prog_name="jiancha")
