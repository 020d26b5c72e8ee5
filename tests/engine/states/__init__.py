"""States that earlier releases stored: each must load, and finish as it would have then.

A file per version of the state format, written by ``record.py`` of the release that wrote it.
"""
