import * as fs from "fs";
import * as path from "path";

const templates = path.join(__dirname, "..", "templates");

export type Values = Record<string, string>;

// Replaces {{name}} by its value; an unknown name is an error, so that a typo never reaches a host.
export function renderTemplate(name: string, values: Values): string {
  const text = fs.readFileSync(path.join(templates, name), "utf8");
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) {
      throw new Error(`${name}: no value for ${key}`);
    }
    return value;
  });
}
