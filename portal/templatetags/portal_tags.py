from django import template

from publishing import links

register = template.Library()
register.filter("leave_href", links.leave_href)
register.filter("is_outside", links.is_outside)
