"""What models cannot say: the ledger's sequence, and room for results beside the deliveries."""

from django.db import migrations

# Counts the entries of the ledger; see `newsletter/sending/marker.py`. It begins at a random multiple of
# 2^36, so that its numbers tell of which database they are, and a copy of a database goes on with
# the same ones.
CREATE_FENCE = """
CREATE SEQUENCE newsletter_fence;
SELECT setval('newsletter_fence', floor(random() * (2 ^ 27 - 1) + 1)::bigint << 36);
"""


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE_FENCE, reverse_sql="DROP SEQUENCE newsletter_fence"),
        # A result is written into the page of its delivery, and touches no index.
        migrations.RunSQL(
            "ALTER TABLE newsletter_delivery SET (fillfactor = 80)",
            reverse_sql="ALTER TABLE newsletter_delivery RESET (fillfactor)",
        ),
        # Each entry of the ledger writes its bundles anew.
        migrations.RunSQL(
            "ALTER TABLE newsletter_bundle SET (fillfactor = 30)",
            reverse_sql="ALTER TABLE newsletter_bundle RESET (fillfactor)",
        ),
    ]
