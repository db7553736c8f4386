import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { certificateAlarms, edgeCertificates, internalCaBundle } from "./certificates";
import { renderTemplate } from "./render";

const config = new pulumi.Config("checkout");
const release = config.require("release");
const bucket = aws.s3.Bucket.get("artefacts", "acme-checkout-artefacts");
const pager = aws.sns.Topic.get("pager", config.require("pagerTopicArn"));

const pgbouncer = renderTemplate("pgbouncer.ini.tmpl", {
  databaseHost: config.require("databaseHost"),
  databaseName: "checkout",
  tlsDirectory: "/etc/pgbouncer/tls",
  caBundle: internalCaBundle,
});

const shipper = renderTemplate("vector.toml.tmpl", {
  environment: config.require("environment"),
  sinkHost: config.require("logSinkHost"),
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
