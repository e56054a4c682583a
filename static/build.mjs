// Builds static/built from static/src: stylesheets, scripts and the icon map. The same input always gives the same bytes.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const built = join(here, "built");
const packages = join(here, "..", "node_modules");

const stylesheets = ["portal", "workbench", "admin"];

async function buildStylesheets() {
  for (const name of stylesheets) {
    const { css } = compile(join(source, `${name}.scss`), {
      style: "compressed",
      loadPaths: [source, packages],
      quietDeps: true,
    });
    await writeFile(join(built, `${name}.css`), css.replace(/^\uFEFF/, "") + "\n");
  }
}

async function copyScripts() {
  const vendored = await readFile(join(packages, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), "utf8");
  // The source map is not shipped, so its address must not be either.
  await writeFile(join(built, "govuk-frontend.js"), vendored.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  for (const name of (await readdir(join(source, "js"))).sort()) {
    await copyFile(join(source, "js", name), join(built, name));
  }
}

async function copyMark() {
  await copyFile(join(source, "icon.svg"), join(built, "icon.svg"));
}

async function collectIcons() {
  const names = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  const icons = {};
  for (const name of [...names].sort()) {
    const svg = await readFile(join(packages, "lucide-static/icons", `${name}.svg`), "utf8");
    const body = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/);
    if (!body) throw new Error(`no drawing in icon ${name}`);
    icons[name] = body[1].replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>").trim();
  }
  await writeFile(join(built, "icons.json"), JSON.stringify(icons, null, 1) + "\n");
}

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
await Promise.all([buildStylesheets(), copyScripts(), copyMark(), collectIcons()]);
