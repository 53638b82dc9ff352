// Points emptor at the running test shop and compares what it read with what the shop's admin interface says.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

const HERE = import.meta.dirname;
const EMPTOR = path.resolve(process.argv[2]);
const PASSWORD = "a test shop has no secret";
const own = mkdtempSync(path.join(tmpdir(), "emptor-vendure-"));
let passed = 0;

function expect(name, got, wanted) {
    if (!isDeepStrictEqual(got, wanted)) {
        throw new Error(`FAILED ${name}\n  got    ${JSON.stringify(got)}\n  wanted ${JSON.stringify(wanted)}`);
    }
    passed += 1;
    console.log(`ok     ${name}`);
}

function emptor(...args) {
    const all = ["--config", path.join(own, "config.toml"), "--db", path.join(own, "e.db"), ...args];
    return new Promise((done, failed) =>
        execFile(EMPTOR, all, { timeout: 120_000, maxBuffer: 1 << 26 }, (error, out, err) =>
            error ? failed(new Error(`${args.join(" ")}: ${error.message}\n${out}\n${err}`)) : done(out),
        ),
    );
}

/** Cells of a CSV text; one that is quoted may hold commas, line ends and doubled quotes. */
function cells(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
        rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
        if (end.endsWith("\n")) rows.push([]);
    }
    return rows.filter((row) => row.length > 1);
}

/** Rows of `emptor export` by the names of their columns. */
async function offers(...more) {
    const [head, ...rows] = cells(await emptor("export", "--format", "csv", ...more));
    return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index]])));
}

class Admin {
    constructor(port) {
        this.address = `http://127.0.0.1:${port}/admin-api`;
    }

    async ask(query, variables = {}) {
        const headers = { "content-type": "application/json", ...(this.token && { authorization: `Bearer ${this.token}` }) };
        const answer = await fetch(this.address, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
        const body = await answer.json();
        if (body.errors) throw new Error(JSON.stringify(body.errors));
        this.token ??= answer.headers.get("vendure-auth-token");
        return body.data;
    }

    login() {
        return this.ask(`mutation($p: String!) { login(username: "superadmin", password: $p) { __typename } }`, { p: PASSWORD });
    }

    async goods() {
        const query = "{ products(options: { take: 1000 }) { items { id name variants { id sku price priceWithTax currencyCode } } } }";
        return (await this.ask(query)).products.items;
    }
}

const wanted = (goods) =>
    goods
        .flatMap((p) => p.variants.map((v) => [v.sku, p.name, (v.priceWithTax / 100).toFixed(2), v.currencyCode].join(" | ")))
        .sort();
/** A variant's title is its product's with what the variant is behind a comma. */
const got = (rows) => rows.map((r) => [r.sku, r.title.split(", ")[0], r.price, r.currency].join(" | ")).sort();

async function run(port) {
    writeFileSync(path.join(own, "config.toml"), '[http]\nhost_delay = "0s"\n');
    const admin = new Admin(port);
    await admin.login();
    const goods = await admin.goods();
    expect("the shop has 54 products", goods.length, 54);
    await emptor("source", "add", `http://127.0.0.1:${port}/shop-api`, "--kind", "vendure");
    const rows = await offers();
    expect(`all ${wanted(goods).length} variants with title, price with tax and currency`, got(rows), wanted(goods));

    const [changed] = goods[0].variants;
    const set = "mutation($id: ID!, $price: Money!) { updateProductVariants(input: [{ id: $id, price: $price }]) { id } }";
    await admin.ask(set, { id: changed.id, price: changed.price - 1001 });
    await emptor("source", "refresh");
    const after = await admin.goods();
    expect("the shop took the new price", wanted(after).filter((row) => !wanted(goods).includes(row)).length, 1);
    expect("the new price after a refresh, all others as they were", got(await offers()), wanted(after));
    const history = (await offers("--history")).filter((row) => row.sku === changed.sku && row.price);
    expect("both prices in the history", new Set(history.map((row) => row.price)).size, 2);
}

const shop = spawn("sh", [path.join(HERE, "start"), path.join(own, "shop.sqlite")], { stdio: ["ignore", "pipe", "inherit"] });
let code = 1;
try {
    const port = await new Promise((done, failed) => {
        createInterface(shop.stdout).once("line", (line) => (/^\d+$/.test(line) ? done(line) : failed(new Error(line))));
        shop.once("exit", () => failed(new Error("the shop did not start")));
    });
    await run(port);
    console.log(`${passed} passed, 0 failed`);
    code = 0;
} catch (error) {
    console.error(error.message);
    console.log(`${passed} passed, 1 failed`);
} finally {
    shop.kill();
    rmSync(own, { recursive: true, force: true });
}
process.exit(code);
