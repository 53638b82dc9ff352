"""Addresses of the test shop, its sitemap, and which language a page is shown in."""

from django.apps import apps
from django.http import HttpResponse
from django.urls import include, path
from django.utils import translation


def language_of_the_page(get_response):
    """Articles sold in euros are shown in German, so that prices are written in two ways."""

    def middleware(request):
        language = "de" if "/artikel-" in request.path else "en-gb"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return get_response(request)

    return middleware


def sitemap(request):
    """All products, with the day on which each was changed."""
    from oscar.core.loading import get_model

    rows = "".join(
        f"<url><loc>{request.build_absolute_uri(product.get_absolute_url())}</loc>"
        f"<lastmod>{product.date_updated:%Y-%m-%d}</lastmod></url>"
        for product in get_model("catalogue", "product").objects.order_by("id")
    )
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return HttpResponse(body, content_type="application/xml")


urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("sitemap.xml", sitemap),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
