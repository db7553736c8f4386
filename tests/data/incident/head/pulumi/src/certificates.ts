import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config("checkout");

export interface EdgeCertificate {
  name: string;
  secretPath: string;
  keyType: string;
}

export const edgeCertificates: EdgeCertificate[] = [
  { name: "checkout.acme.example", secretPath: "edge/checkout/2026-04", keyType: "ecdsa-p256" },
  { name: "pay.acme.example", secretPath: "edge/pay/2026-04", keyType: "ecdsa-p256" },
  { name: "api.acme.example", secretPath: "edge/api/2026-04", keyType: "ecdsa-p256" },
  { name: "static.acme.example", secretPath: "edge/static/2026-04", keyType: "ecdsa-p256" },
];

export const internalCaBundle = "internal-ca-2026.pem";

// Kept in the bundle until every client trusts the new root.
export const previousCaBundle = "internal-ca-2025.pem";

export interface RotationStep {
  name: string;
  description: string;
}

export const rotationSteps: RotationStep[] = [
  { name: "trust", description: "Clients trust the old and the new root" },
  { name: "serve", description: "Servers present certificates of the new issuer" },
  { name: "distrust", description: "The old root is taken out of the bundle" },
];

// The names whose secret still points at a date before the rotation.
export function staleCertificates(rotation: string): string[] {
  return edgeCertificates
    .filter((certificate) => !certificate.secretPath.endsWith(rotation))
    .map((certificate) => certificate.name);
}

export function secretPaths(): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const certificate of edgeCertificates) {
    paths[certificate.name] = certificate.secretPath;
  }
  return paths;
}

export function certificateAlarms(topic: aws.sns.Topic): aws.cloudwatch.MetricAlarm[] {
  return edgeCertificates.map(
    (certificate) =>
      new aws.cloudwatch.MetricAlarm(`expiry-${certificate.name}`, {
        comparisonOperator: "LessThanThreshold",
        evaluationPeriods: 1,
        metricName: "DaysToExpiry",
        namespace: "AWS/CertificateManager",
        period: 86400,
        statistic: "Minimum",
        threshold: 21,
        alarmActions: [topic.arn],
        tags: { service: "checkout", stack: config.require("stack") },
      }),
  );
}
