#!/usr/bin/env python
"""Paperboy's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from config.local import LocalServerError
from config.startup import prepare

if __name__ == "__main__":
    try:
        prepare()
    except LocalServerError as error:
        sys.exit(f"Paperboy cannot start its local servers.\n{error}")
    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # whoever reads has seen enough: `match FILE | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python says so too
        sys.exit(1)
