"""What models cannot say: room in each page for the next version of its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]

    operations = [
        # Every row is written once a day: the new version finds room beside the old one.
        migrations.RunSQL(
            "ALTER TABLE subscribers_nextmorning SET (fillfactor = 45)",
            reverse_sql="ALTER TABLE subscribers_nextmorning RESET (fillfactor)",
        ),
    ]
