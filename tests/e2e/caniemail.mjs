// Reads a mail's HTML from standard input; prints, for each feature of HTML or CSS in it that some
// mail program lacks or knows in part, which programs those are.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const here = createRequire(`${process.cwd()}/`);
const { caniemail } = await import(pathToFileURL(here.resolve("caniemail")));
const clients = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*", "samsung-email.*"];
const { issues } = caniemail({ clients, html: readFileSync(0, "utf8") });
for (const [name, found] of [["lacks", issues.errors], ["knows in part", issues.warnings]]) {
  const programs = new Map();
  for (const [client, list] of found)
    for (const { title } of list) programs.set(title, (programs.get(title) ?? new Set()).add(client));
  for (const [title, who] of [...programs].sort())
    console.log(`${name.padEnd(13)}  ${title.padEnd(28)}  ${[...who].sort().join(" ")}`);
}
