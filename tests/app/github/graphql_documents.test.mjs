// Every GraphQL document of the program is held against GitHub's published schema, whether or not a test executes it. Those of
// one literal are read from the sources; of those that are put together at run time graphql_documents_test.cpp keeps examples.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { buildSchema, parse, validate } from "graphql";
import { graphqlSchemaFile } from "../../e2e/stand_in/openapi.mjs";

const sources = fileURLToPath(new URL("../../../app/", import.meta.url));
const examples = fileURLToPath(new URL("../../data/graphql/", import.meta.url));
const schema = buildSchema(fs.readFileSync(graphqlSchemaFile, "utf8"), { assumeValid: true, assumeValidSDL: true });

const problemsOf = (document) => validate(schema, parse(document)).map((problem) => problem.message);

const count = (text, part) => text.split(part).length - 1;

// The operations of a source: {name, text, whole}; what other literals or variables follow on is not whole. Literals side by
// side are one.
function operationsIn(source) {
  const joined = source.replace(/"\s+"/g, "");
  return [...joined.matchAll(/"((query|mutation|subscription) (\w+)(?:[^"\\\n]|\\.)*)"/g)].map(([, literal, , name]) => {
    const text = JSON.parse(`"${literal}"`);
    return { name, text, whole: text.includes("{") && count(text, "{") === count(text, "}") };
  });
}

const files = fs.readdirSync(sources, { recursive: true }).filter((name) => /\.cpp$/.test(name))
  .map((name) => ({ name, text: fs.readFileSync(path.join(sources, name), "utf8") }));
const operations = files.flatMap(({ name: file, text }) => operationsIn(text).map((operation) => ({ file, ...operation })));

test("every GraphQL document of the program is one that GitHub's schema knows, executed by a test or not", () => {
  for (const { file, name, text, whole } of operations) {
    const documents = whole ? [text] : fs.readdirSync(examples).filter((each) => each.split(".")[0] === name)
      .map((each) => fs.readFileSync(path.join(examples, each), "utf8"));
    assert.ok(documents.length > 0, `${name} of ${file} is put together at run time: graphql_documents_test.cpp has to keep an example`);
    for (const document of documents) {
      assert.ok(document.startsWith(text), `${name} of ${file} does not begin as its example: ${document}`);
      assert.deepEqual(problemsOf(document), [], `${name} of ${file}`);
    }
  }
});

test("no request to GraphQL has a document that is not among them", () => {
  const known = new Set(operations.map(({ name }) => name));
  let asked = 0;
  for (const { name: file, text } of files) {
    const names = [...text.matchAll(/"operationName",\s*([^}]*)\}/g)].map(([, name]) => name);
    for (const name of names) assert.ok(known.has(name.replaceAll('"', "")), `${file}: operation ${name}`);
    assert.equal(count(text, '{"query",'), names.length, `${file}: each document has a name`);
    asked += names.length;
  }
  assert.ok(asked >= 5);
});

test("a document that GitHub's schema does not know is told", () => {
  const [{ text }] = operationsIn('x = "query Labels($owner: String!) { "\n  "repository(owner: $owner, name: \\"n\\") { lables } }";');
  assert.equal(problemsOf(text).length, 1);
  assert.equal(operationsIn('"mutation Retire(" + parameters + ") {"')[0].whole, false);
});
