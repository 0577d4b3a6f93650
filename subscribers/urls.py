from django.urls import path
from django.views.generic import TemplateView

from subscribers.views import (
    confirm,
    embed,
    erase,
    leave,
    move,
    own_words,
    pause,
    preferences,
    sign_up,
)

urlpatterns = [
    path("", sign_up.sign_up, name="sign-up"),
    path("preview", own_words.preview, name="preview"),
    path("check-your-mail", sign_up.check_mail, name="check-mail"),
    path("embed", embed.embed, name="embed"),
    path("embed/form", embed.embedded, name="embed-form"),
    path("embed/sent", embed.sent, name="embed-sent"),
    path("confirm/<token:token>", confirm.confirm, name="confirm"),
    path("me/<token:token>", preferences.preferences, name="preferences"),
    path("me/<token:token>/preview", preferences.brought, name="my-preview"),
    path("me/<token:token>/pause", pause.pause, name="pause"),
    path("me/<token:token>/resume", pause.resume, name="resume"),
    path("me/<token:token>/unsubscribe", erase.stop, name="stop"),
    path("me/<token:token>/move", move.move, name="move"),
    path("me/<token:token>/move/undo", move.stay, name="stay"),
    path("move/<token:token>", move.arrive, name="arrive"),
    path("me/<token:token>/erase", erase.erase, name="erase"),
    path("erased", TemplateView.as_view(template_name="pages/erased.html"), name="erased"),
    path("u/<token:token>", leave.unsubscribe, name="unsubscribe"),
    path("u/<token:token>/leave", leave.leave, name="leave"),
    path("u/<token:token>/undo", leave.come_back, name="come-back"),
    path("u/<token:token>/pause", leave.pause, name="pause-a-month"),
    path("u/<token:token>/topics/<int:topic>", leave.unfollow, name="unfollow"),
    path("u/<token:token>/why", leave.tell_why, name="tell-why"),
    path("link", sign_up.request_link, name="link"),
    path("link/sent", sign_up.link_sent, name="link-sent"),
]
