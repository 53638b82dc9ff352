"""Points emptor at the running test shop and compares what it read with the goods in seed.py."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from seed import GOODS

HERE = Path(__file__).resolve().parent
EMPTOR = str(Path(sys.argv[1]).resolve())
CONFIG = '[http]\nhost_delay = "0s"\n'


class Shop:
    """A running shop; stopped by its process id."""

    def __init__(self, folder, **environment):
        self.database = str(Path(folder) / "shop.sqlite3")
        self.environment = dict(os.environ, **environment)
        command = ["sh", str(HERE / "start"), self.database]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        line = self.process.stdout.readline().strip()
        if not line.isdigit():
            sys.exit("the shop did not start")
        self.address = f"http://127.0.0.1:{line}"

    def set_price(self, upc, amount):
        settings = {"SHOP_DB": self.database, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(HERE)}
        subprocess.run([sys.executable, str(HERE / "seed.py"), upc, amount], check=True, env=dict(self.environment, **settings))

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Home:
    """A folder with a database and settings of its own."""

    def __init__(self, folder, selectors):
        self.folder = Path(folder)
        (self.folder / "config.toml").write_text(CONFIG)
        if selectors:
            (self.folder / "selectors").mkdir()
            (self.folder / "selectors" / "oscar.toml").write_text((HERE / "selectors.toml").read_text())

    def run(self, *arguments):
        command = [EMPTOR, "--config", str(self.folder / "config.toml"), "--db", str(self.folder / "e.db"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def offers(self, history=False):
        text = self.run("export", "--format", "csv", *(["--history"] if history else []))
        return list(csv.DictReader(io.StringIO(text)))


def expect(name, got, wanted):
    if got != wanted:
        sys.exit(f"FAILED {name}\n  got    {got}\n  wanted {wanted}")
    print(f"ok     {name}")


def read(home, address):
    home.run("source", "add", address, "--kind", "shop")
    rows = {}
    for row in home.offers():
        rows[row["title"]] = row
    return rows


def summary(rows):
    return sorted((t, r["currency"], r["price"], r["availability"]) for t, r in rows.items())


def wanted():
    rows = [(title, currency, price, "in stock" if stock else "out of stock") for _, title, currency, price, stock in GOODS]
    return sorted(rows)


def with_shop(name, selectors, **environment):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as own:
        shop = Shop(folder, **environment)
        try:
            home = Home(own, selectors)
            rows = read(home, f"{shop.address}/")
            expect(f"{name}: {len(GOODS)} products with price, currency and availability", summary(rows), wanted())
            gtins = sorted((row["gtin"] or "").lstrip("0") for row in rows.values())
            expect(f"{name}: every GTIN", gtins, sorted(upc for upc, *_ in GOODS))
            upc, title, *_ = GOODS[11]
            shop.set_price(upc, "1199.50")
            home.run("source", "refresh")
            expect(f"{name}: the new price after a refresh", {r["title"]: r["price"] for r in home.offers()}[title], "1199.50")
            seen = [r["price"] for r in home.offers(history=True) if r["title"] == title and r["price"]]
            expect(f"{name}: both prices in the history", sorted(set(seen)), ["1199.50", "1299.00"])
            again = [r for r in home.offers() if r["title"] == title]
            expect(f"{name}: still one offer of it", len(again), 1)
        finally:
            shop.stop()


if __name__ == "__main__":
    with_shop("selectors", True)
    with_shop("JSON-LD", False, SHOP_JSON_LD="1")
    print("2 passed, 0 failed")
