// GitHub's own OpenAPI description: its example answers are the shape of ours.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules");

export const descriptionFile = path.join(modules, "@octokit/openapi/generated/api.github.com.json");
export const graphqlSchemaFile = path.join(modules, "@octokit/graphql-schema/schema.graphql");
export const webhookExamplesFile = path.join(modules, "@octokit/webhooks-examples/api.github.com/index.json");

const description = JSON.parse(fs.readFileSync(descriptionFile, "utf8"));

// A fresh copy of a named example: components.examples[name].value.
export function example(name) {
  const found = description.components.examples[name];
  if (!found) throw new Error(`GitHub's description has no example "${name}"`);
  return structuredClone(found.value);
}

const webhookExamples = JSON.parse(fs.readFileSync(webhookExamplesFile, "utf8"));

// A fresh copy of GitHub's example payload of an event and action.
export function webhookExample(event, action) {
  const rows = webhookExamples.find((row) => row.name === event)?.examples ?? [];
  const found = rows.find((payload) => payload.action === action) ?? (action === undefined ? rows[0] : undefined);
  if (!found) throw new Error(`no webhook example for ${event}.${action}`);
  return structuredClone(found);
}
