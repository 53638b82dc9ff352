// serve.cjs fill|serve PLACE DATABASE PORT: Vendure on 127.0.0.1. `fill` puts in the goods that come with Vendure and
// ends; `serve` prints the port once it listens and ends when its parent has gone.

const { createRequire } = require("node:module");
const { createServer } = require("node:net");
const path = require("node:path");

const [task, place, database, wanted] = process.argv.slice(2);
const from = createRequire(path.join(place, "package.json"));
const vendure = from("@vendure/core");
const { populate } = from("@vendure/core/cli");

const goods = path.join(path.dirname(from.resolve("@vendure/create/package.json")), "assets");
const PASSWORD = "a test shop has no secret";

function settings(port) {
    return {
        apiOptions: { hostname: "127.0.0.1", port, adminApiPath: "admin-api", shopApiPath: "shop-api" },
        authOptions: {
            tokenMethod: ["bearer"],
            superadminCredentials: { identifier: "superadmin", password: PASSWORD },
            cookieOptions: { secret: PASSWORD },
        },
        dbConnectionOptions: { type: "better-sqlite3", database, synchronize: task === "fill", logging: false },
        paymentOptions: { paymentMethodHandlers: [] },
        importExportOptions: { importAssetsDir: path.join(goods, "images") },
        logger: new vendure.DefaultLogger({ level: vendure.LogLevel.Error }),
        plugins: [vendure.DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true })],
    };
}

/** A port that nobody listens on. */
function free() {
    return new Promise((done) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => done(port));
        });
    });
}

async function ask(port, query, token) {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`http://127.0.0.1:${port}/admin-api`, { method: "POST", headers, body: JSON.stringify({ query }) });
    const body = await answer.json();
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return { data: body.data, token: answer.headers.get("vendure-auth-token") };
}

/** Puts every product into the search index and waits until no job is left. */
async function reindex(port) {
    const login = `mutation { login(username: "superadmin", password: "${PASSWORD}") { __typename } }`;
    const { token } = await ask(port, login);
    await ask(port, "mutation { reindex { id } }", token);
    for (;;) {
        const { data } = await ask(port, "{ jobs(options: { filter: { isSettled: { eq: false } } }) { totalItems } }", token);
        if (data.jobs.totalItems === 0) return;
        await new Promise((done) => setTimeout(done, 200));
    }
}

async function main() {
    const parent = process.ppid;
    const port = Number(wanted) || (await free());
    const start = async () => {
        const app = await vendure.bootstrap(settings(port));
        await app.get(vendure.JobQueueService).start();
        return app;
    };
    if (task === "fill") {
        const app = await populate(start, path.join(goods, "initial-data.json"), path.join(goods, "products.csv"));
        await reindex(port);
        await app.close();
        process.exit(0);
    }
    await start();
    setInterval(() => process.ppid === parent || process.exit(0), 500);
    console.log(port);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
