"""What is usually built: one Celery task for each reader.

A good one of its kind: the same rows, templates, settings, pool of database connections and number
of worker processes as this system; a task that is delivered twice finds its mail sent. As usual in
Django, a mail renders its whole template and has an SMTP connection of its own.
"""
