#!/usr/bin/env python
"""Paperboy's command line."""

import sys

from django.core.management import execute_from_command_line

from config.local import LocalServerError
from config.startup import prepare

if __name__ == "__main__":
    try:
        prepare()
    except LocalServerError as error:
        sys.exit(f"Paperboy cannot start its local servers.\n{error}")
    execute_from_command_line(sys.argv)
