import { strict as assert } from "assert";
import { describe, it } from "node:test";
import {
  edgeCertificates,
  internalCaBundle,
  previousCaBundle,
  rotationSteps,
  staleCertificates,
} from "../src/certificates";
import { renderTemplate } from "../src/render";

describe("certificate rotation", () => {
  it("moves every edge certificate to the new secret", () => {
    assert.deepEqual(staleCertificates("2026-04"), []);
  });

  it("names the certificates that were left behind", () => {
    assert.equal(staleCertificates("2027-04").length, edgeCertificates.length);
  });

  it("uses one key type for all names", () => {
    const types = new Set(edgeCertificates.map((certificate) => certificate.keyType));
    assert.deepEqual([...types], ["ecdsa-p256"]);
  });

  it("keeps the previous bundle apart from the new one", () => {
    assert.notEqual(internalCaBundle, previousCaBundle);
  });

  it("distrusts the old root last", () => {
    assert.equal(rotationSteps[rotationSteps.length - 1].name, "distrust");
  });

  it("renders the new bundle into the configuration of PgBouncer", () => {
    const text = renderTemplate("pgbouncer.ini.tmpl", {
      databaseHost: "db.internal.acme.example",
      databaseName: "checkout",
      tlsDirectory: "/etc/pgbouncer/tls",
      caBundle: internalCaBundle,
    });
    assert.ok(text.includes(`client_tls_ca_file = /etc/pgbouncer/tls/${internalCaBundle}`));
    assert.ok(!text.includes("{{"));
  });
});
