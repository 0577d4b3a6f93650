from django.core.wsgi import get_wsgi_application

from config.startup import prepare

prepare()
application = get_wsgi_application()

from config.checks import stop_on_errors  # noqa: E402 - needs Django set up

stop_on_errors()
