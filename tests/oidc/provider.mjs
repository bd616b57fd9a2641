// An OpenID provider on loopback for the tests: oidc-provider, with pages that sign in whomever the test
// names. Called with a port, the address to which it sends browsers back, the secret of the service, and for TLS
// the files of a key and a certificate; says `ready` when it listens. Its keys are new at each start.

import { generateKeyPairSync, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

// Node 18 (Debian 12) has it, under another name.
globalThis.crypto ??= webcrypto;
const { default: Provider } = await import("oidc-provider");

const [port, back, secret, keyFile, certificateFile] = process.argv.slice(2);
const issuer = `${keyFile ? "https" : "http"}://127.0.0.1:${port}`;

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: `key-${Date.now()}` };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "tnld",
      client_secret: secret,
      redirect_uris: [back],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: [secret] },
  acrValues: ["urn:tnld:two-factors"],
  claims: { openid: ["sub", "acr", "amr"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  // Whoever is signed in has agreed.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

// The page on which a person types who they are: /interaction/UID?as=NAME, with &acr= and &amr= for how.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { as, acr, amr } = ctx.query;
  if (!as) {
    ctx.body = "Who are you?";
    return;
  }
  const login = { accountId: as, acr, amr: amr ? [amr] : undefined };
  await provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
  ctx.respond = false;
});

const server = keyFile
  ? https.createServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, provider.callback())
  : http.createServer(provider.callback());
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
