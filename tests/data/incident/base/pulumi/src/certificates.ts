import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config("checkout");

export interface EdgeCertificate {
  name: string;
  secretPath: string;
  keyType: string;
}

export const edgeCertificates: EdgeCertificate[] = [
  { name: "checkout.acme.example", secretPath: "edge/checkout/2025-04", keyType: "rsa-2048" },
  { name: "pay.acme.example", secretPath: "edge/pay/2025-04", keyType: "rsa-2048" },
  { name: "api.acme.example", secretPath: "edge/api/2025-04", keyType: "rsa-2048" },
  { name: "static.acme.example", secretPath: "edge/static/2025-04", keyType: "rsa-2048" },
];

export const internalCaBundle = "internal-ca-2025.pem";

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
