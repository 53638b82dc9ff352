"""The goods of the test shop, all invented. As a program: fills the database, or sets a price: seed.py UPC AMOUNT."""

import sys
from decimal import Decimal

# UPC, title, currency, price, number in stock
GOODS = [
    ("9520000200015", "Copper kettle", "GBP", "39.90", 12),
    ("9520000200022", "Oak bread board", "GBP", "24.00", 3),
    ("9520000200039", "Linen apron, blue", "GBP", "18.50", 40),
    ("9520000200046", "Slate cheese set", "GBP", "31.25", 0),
    ("9520000200053", "Cast iron pan 28 cm", "GBP", "64.99", 7),
    ("9520000200060", "Stand mixer 5 l", "GBP", "1299.00", 2),
    ("9520000200077", "Measuring spoons", "GBP", "6.75", 120),
    ("9520000200084", "Tea towel", "GBP", "0.99", 300),
    ("9520000200091", "Dough scraper & cutter", "GBP", "4.40", 15),
    ("9520000200107", "Preserving pan 12 l", "GBP", "119.00", 0),
    ("9520000200114", "Artikel Leselampe", "EUR", "49.90", 9),
    ("9520000200121", "Artikel Schreibtisch 140 x 70", "EUR", "1299.00", 4),
    ("9520000200138", "Artikel Bürostuhl", "EUR", "2450.50", 1),
    ("9520000200145", "Artikel Kabelkanal 2 m", "EUR", "7.95", 60),
    ("9520000200152", "Artikel Pinnwand", "EUR", "22.00", 0),
    ("9520000200169", "Artikel Ordner, breit", "EUR", "3.49", 500),
    ("9520000200176", "Artikel Rollcontainer", "EUR", "189.00", 6),
    ("9520000200183", "Artikel Fußstütze", "EUR", "34.90", 11),
    ("9520000200190", "Artikel Monitorarm", "EUR", "89.99", 0),
    ("9520000200206", "Artikel Papierkorb", "EUR", "12.00", 25),
]


def fill():
    """Makes the goods, each with one record of stock."""
    from django.contrib.sites.models import Site
    from django.utils.text import slugify
    from oscar.core.loading import get_model

    model = lambda app, name: get_model(app, name).objects  # noqa: E731
    Site.objects.update_or_create(pk=1, defaults={"domain": "127.0.0.1", "name": "Test shop"})
    model("address", "country").create(
        iso_3166_1_a2="GB", iso_3166_1_a3="GBR", printable_name="United Kingdom", is_shipping_country=True
    )
    kind = model("catalogue", "productclass").create(name="Goods", requires_shipping=True, track_stock=True)
    category = get_model("catalogue", "category").add_root(name="Home", slug="home")
    partner = model("partner", "partner").create(name="Warehouse", code="warehouse")
    for upc, title, currency, price, stock in GOODS:
        product = model("catalogue", "product").create(
            product_class=kind, title=title, slug=slugify(title), upc=upc, description=f"{title}, well made."
        )
        model("catalogue", "productcategory").create(product=product, category=category)
        model("partner", "stockrecord").create(
            product=product,
            partner=partner,
            partner_sku=f"W-{upc[-4:]}",
            price_currency=currency,
            price=Decimal(price),
            num_in_stock=stock,
        )


def set_price(upc, amount):
    """What a shopkeeper does in the dashboard."""
    from oscar.core.loading import get_model

    changed = get_model("partner", "stockrecord").objects.filter(product__upc=upc).update(price=Decimal(amount))
    if changed != 1:
        sys.exit(f"no product has the UPC {upc}")


if __name__ == "__main__":
    import warnings

    import django

    warnings.simplefilter("ignore")
    django.setup()
    set_price(*sys.argv[1:3]) if len(sys.argv) > 2 else fill()
