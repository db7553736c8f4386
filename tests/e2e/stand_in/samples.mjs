// Values that a schema of GitHub's descriptions allows, made from the schema itself.

const commit = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
// What the schema does not say of a text: that it is a commit id, or the name of a repository.
const texts = new Map([...["sha", "head_sha", "base_sha", "after", "before", "commit_id", "original_commit_id", "tree_id"].map((name) => [name, commit]),
  ["full_name", "acme/shop"], ["ref", "refs/heads/main"], ["head_ref", "refs/heads/queue"], ["base_ref", "refs/heads/main"], ["login", "robin"]]);
const formats = { "date-time": "2026-01-31T23:59:59Z", date: "2026-01-31", uri: "https://api.github.com/x", "uri-template": "https://api.github.com/x{/y}",
  email: "robin@acme.example", uuid: "11111111-2222-4333-8444-555555555555", "ip-address": "192.0.2.1" };
const deepest = 24; // of what refers to itself

// `least`: only what has to be there, and null wherever it may be; else everything, from the alternative `choice` (from 0) on.
export function sampleOf(schema, resolve, { least = false, choice = 0 } = {}) {
  const isNullable = (node) => node.nullable || [node.type].flat().includes("null") || (node.oneOf ?? node.anyOf ?? []).some((each) => resolve(each).type === "null");
  const walk = (reference, name, depth) => {
    const node = resolve(reference);
    if (least && isNullable(node)) return null;
    if (node.const !== undefined) return node.const;
    if (node.enum) return node.enum.filter((each) => each !== null)[choice % node.enum.filter((each) => each !== null).length] ?? null;
    const alternatives = (node.oneOf ?? node.anyOf ?? []).filter((each) => resolve(each).type !== "null");
    const parts = [...(node.allOf ?? []), ...(alternatives.length ? [alternatives[choice % alternatives.length]] : [])];
    const type = [node.type].flat().find((each) => each && each !== "null") ?? (node.properties ? "object" : undefined);
    if (type === "object" || (!type && parts.length)) {
      const values = parts.map((part) => walk(part, name, depth + 1));
      if (!type && values.every((value) => typeof value !== "object")) return values[0];
      const made = Object.assign({}, ...values);
      for (const [key, property] of Object.entries(node.properties ?? {})) {
        const required = node.required?.includes(key);
        if (required || (!least && depth < deepest)) made[key] = walk(property, key, depth + 1);
      }
      return made;
    }
    if (type === "array") return least || depth >= deepest || !node.items ? [] : [walk(node.items, name, depth + 1)];
    if (type === "integer" || type === "number") return Math.max(node.minimum ?? 1, 1);
    if (type === "boolean") return choice % 2 === 1;
    return texts.get(name) ?? formats[node.format] ?? (typeof node.example === "string" ? node.example : "text");
  };
  return walk(schema, "", 0);
}
