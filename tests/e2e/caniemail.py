"""Ask caniemail.com what mail programs make of our mails: `make caniemail`, after `make demo`.

For information: what it lists was weighed, and is in the tables of `mail_linter` with a reason. It
needs node and npm, which fetches the package into var/.
"""

import shutil
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from config import settings
from e2e.inbox import said

MAILS = "*@demo.paperboy.example-*.eml"
PACKAGE = "caniemail@1.0.5"
FOLDER = settings.VAR_DIR / "caniemail"
SCRIPT = Path(__file__).with_suffix(".mjs")


def main() -> None:
    """Print what is said of the longest mail of the demo."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        sys.exit("This needs node and npm. On Debian or Ubuntu: apt install nodejs npm")
    mails = [file.read_bytes() for file in settings.MAILBOX_DIR.glob(MAILS)]
    if not mails:
        sys.exit(f"No mail of the demo lies in {settings.MAILBOX_DIR}. First: make demo")
    html = said(message_from_bytes(max(mails, key=len), policy=default), "html")
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "install", "--silent", "--prefix", FOLDER, PACKAGE], check=True)
    subprocess.run([node, SCRIPT], input=html.encode(), cwd=FOLDER, check=True)


if __name__ == "__main__":
    main()
