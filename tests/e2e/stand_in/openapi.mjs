// GitHub's own OpenAPI description: its example answers are the shape of ours.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules");

const generated = path.join(modules, "@octokit/openapi/generated");
const newestEnterprise = fs.readdirSync(generated).map((name) => name.match(/^(ghes-3\.(\d+))\.json$/)).filter(Boolean)
  .sort((a, b) => Number(b[2]) - Number(a[2]))[0][1];
// What leadline is held against: github.com's description and that of the newest GitHub Enterprise Server.
export const descriptionNames = ["api.github.com", newestEnterprise];
export const graphqlSchemaFile = path.join(modules, "@octokit/graphql-schema/schema.graphql");
export const webhookExamplesFile = path.join(modules, "@octokit/webhooks-examples/api.github.com/index.json");

const readDescription = (name) => JSON.parse(fs.readFileSync(path.join(generated, `${name}.json`), "utf8"));
const description = readDescription(descriptionNames[0]);

// Writes what a description says of the kinds of operations that an App may ask for, with all that they refer to. The whole
// takes the validating proxy most of a minute to read; a call of an operation that is left out is a violation like that of one
// that GitHub does not have.
const categories = new Set(["apps", "checks", "collaborators", "commits", "git", "issues", "meta", "pulls", "reactions", "repos", "teams"]);
export function writeDescription(name, file) {
  const { "x-webhooks": webhooks, ...whole } = name === descriptionNames[0] ? description : readDescription(name);
  const paths = {};
  for (const [where, operations] of Object.entries(whole.paths)) {
    const kept = Object.entries(operations).filter(([, operation]) => categories.has(operation["x-github"]?.category));
    if (kept.length) paths[where] = Object.fromEntries(kept);
  }
  const components = {};
  const open = [paths];
  while (open.length) {
    for (const [, kind, component] of JSON.stringify(open.pop()).matchAll(/"#\/components\/([^/"]+)\/([^/"]+)"/g)) {
      const kept = (components[kind] ??= {});
      if (component in kept) continue;
      kept[component] = whole.components[kind][component];
      open.push(kept[component]);
    }
  }
  fs.writeFileSync(file, JSON.stringify({ ...whole, paths, components }));
}

// A fresh copy of a named example: components.examples[name].value.
export function example(name) {
  const found = description.components.examples[name];
  if (!found) throw new Error(`GitHub's description has no example "${name}"`);
  return structuredClone(found.value);
}

// Each webhook of a description: {where, event, schema, examples} (payloads), and what finds where a part of it refers to.
export function webhooksOf(name) {
  const { "x-webhooks": webhooks, components } = readDescription(name);
  const resolve = (node) => (node.$ref ? resolve(node.$ref.split("/").slice(2).reduce((at, key) => at[key], components)) : node);
  return { resolve, webhooks: Object.entries(webhooks).map(([where, { post }]) => {
    const content = post.requestBody.content["application/json"];
    return { where: `${name} ${where}`, event: post["x-github"].subcategory.replaceAll("-", "_"), schema: content.schema,
      examples: Object.values(content.examples ?? {}).map((named) => resolve(named).value) };
  }) };
}

const webhookExamples = JSON.parse(fs.readFileSync(webhookExamplesFile, "utf8"));

// A fresh copy of GitHub's example payload of an event and action.
export function webhookExample(event, action) {
  const rows = webhookExamples.find((row) => row.name === event)?.examples ?? [];
  const found = rows.find((payload) => payload.action === action) ?? (action === undefined ? rows[0] : undefined);
  if (!found) throw new Error(`no webhook example for ${event}.${action}`);
  return structuredClone(found);
}

// All of the published examples, of all servers: {where, event, payload}.
export function publishedExamples() {
  const folder = path.join(modules, "@octokit/webhooks-examples");
  return fs.readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory() && fs.existsSync(path.join(folder, each.name, "index.json")))
    .flatMap(({ name: server }) => JSON.parse(fs.readFileSync(path.join(folder, server, "index.json"), "utf8")).flatMap(({ name: event, examples }) =>
      examples.map((payload, at) => ({ where: `${server} ${event} ${at + 1}`, event, payload }))));
}
