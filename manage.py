#!/usr/bin/env python
"""Paperboy's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import ProgrammingError

from config.local import LocalServerError
from config.startup import prepare

UNDEFINED_TABLE, UNDEFINED_COLUMN = "42P01", "42703"  # PostgreSQL's error codes, appendix A

if __name__ == "__main__":
    try:
        prepare()
        execute_from_command_line(sys.argv)
    except LocalServerError as error:
        sys.exit(f"Paperboy cannot start its local servers.\n{error}")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") not in {UNDEFINED_TABLE, UNDEFINED_COLUMN}:
            raise
        sys.exit("The database lacks tables of this version. Run first: manage.py migrate")
    except BrokenPipeError:  # whoever reads has seen enough: `match FILE | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python says so too
        sys.exit(1)
