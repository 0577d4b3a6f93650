from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(is_safe=True)
def one_line(text: str) -> str:
    """Return words without the line breaks that a template has around them."""
    return " ".join(text.split())


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """Write a block of the page once more: its title is also what a link to it is shown by.

    Django has a template write each block once. What `{% extends %}` leaves in the context is all
    that knows which of several templates has the last word on it.
    """
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return SafeString(one_line(block.render(context)))
