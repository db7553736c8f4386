import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  certificateAlarms,
  edgeCertificates,
  internalCaBundle,
  staleCertificates,
} from "./certificates";
import { renderTemplate } from "./render";

const config = new pulumi.Config("checkout");
const release = config.require("release");
const bucket = aws.s3.Bucket.get("artefacts", "acme-checkout-artefacts");
const pager = aws.sns.Topic.get("pager", config.require("pagerTopicArn"));

const stale = staleCertificates("2026-04");
if (stale.length > 0) {
  throw new Error(`certificates not rotated: ${stale.join(", ")}`);
}

const pgbouncer = renderTemplate("pgbouncer.ini.tmpl", {
  databaseHost: config.require("databaseHost"),
  databaseName: "checkout",
  tlsDirectory: "/etc/pgbouncer/tls",
  caBundle: internalCaBundle,
});

const shipper = renderTemplate("vector.toml.tmpl", {
  environment: config.require("environment"),
  sinkHost: config.require("logSinkHost"),
  logFormat: "2",
});

new aws.s3.BucketObject("pgbouncer.ini", {
  bucket: bucket.id,
  key: `${release}/pgbouncer.ini`,
  content: pgbouncer,
});

new aws.s3.BucketObject("vector.toml", {
  bucket: bucket.id,
  key: `${release}/vector.toml`,
  content: shipper,
});

certificateAlarms(pager);

export const certificates = edgeCertificates.map((certificate) => certificate.name);
