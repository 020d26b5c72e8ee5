"""The tests mirror the packages; nobody imports them."""
