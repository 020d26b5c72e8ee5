"""The web pages, the REST interface and the command line, all on Flask and click."""
