/* Lets the first page assess a stored community. */
const language = document.documentElement.lang;
const form = document.getElementById("assessment");
const outcome = document.getElementById("outcome");
const table = document.getElementById("findings");

async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json", "Accept-Language": language } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  return body;
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

/* A figure with its unit; a share as percent, as people read it. */
function figure(value, unit, isShare) {
  return isShare ? `${Number((100 * value).toFixed(2))} %` : `${Number(value.toFixed(2))} ${unit}`.trim();
}

function target(finding, isShare) {
  const due = finding.target === null ? finding.next_target : { value: finding.target, year: finding.target_year };
  if (!due) return "";
  const sign = finding.comparison === "AT_MOST" ? "≤" : "≥";
  return `${sign} ${figure(due.value, finding.unit, isShare)}${due.year ? ` (${due.year})` : ""}`;
}

function row(finding, shares) {
  const isShare = shares.has(finding.indicator);
  const { value, shortfall, source } = finding;
  const cells = [
    finding.indicator_label,
    [finding.verdict_label, finding.reason_label].filter(Boolean).join(": "),
    value === null ? "" : figure(value, finding.unit, isShare),
    target(finding, isShare),
    shortfall ? figure(shortfall.value, shortfall.unit, false) : "",
    `${source.document}, ${source.place}`,
  ];
  const line = document.createElement("tr");
  line.className = finding.verdict;
  line.append(...cells.map((text) => element("td", text)));
  line.cells[0].append(element("small", finding.rule));
  return line;
}

function show(assessment, shares) {
  const { rule, benchmark } = outcome.dataset;
  const lines = [`${assessment.subject.name} · ${assessment.assessed_on}`];
  lines.push(`${rule}: ${assessment.verdict_label}`, `${benchmark}: ${assessment.benchmark_verdict_label}`);
  outcome.textContent = lines.join("\n");
  table.tBodies[0].replaceChildren(...assessment.findings.map((finding) => row(finding, shares)));
  table.hidden = assessment.findings.length === 0;
}

async function assess(event) {
  event.preventDefault();
  try {
    const { community, on } = form.elements;
    const indicators = await read("v1/indicators");
    const shares = new Set(indicators.items.filter((item) => item.is_share).map((item) => item.id));
    show(await read(`v1/communities/${community.value}/assessment?on=${on.value}`), shares);
  } catch (error) {
    outcome.textContent = error.message;
    table.hidden = true;
  }
}

/* The first communities whose names hold what is looked for, and how many there are. */
async function offerCommunities() {
  const { q, community } = form.elements;
  const asked = new URLSearchParams({ limit: 100, ...(q.value && { q: q.value }) });
  const { items, total } = await read(`v1/communities?${asked}`);
  community.replaceChildren(...items.map((item) => new Option(`${item.name} (${item.code})`, item.id)));
  form.hidden = items.length === 0 && !q.value;
  const { none, some } = outcome.dataset;
  const told = form.hidden ? none : some.replace("{shown}", items.length).replace("{total}", total);
  outcome.textContent = form.hidden || items.length < total || q.value ? told : "";
}

function offer() {
  offerCommunities().catch((error) => { outcome.textContent = error.message; });
}

/* The commands name the address that the page was opened at. */
const here = new URL(".", location.href).href.replace(/.$/, "");
for (const command of document.querySelectorAll("pre")) {
  command.textContent = command.textContent.replace(/http:\S+:8000/, here);
}
form.elements.q.addEventListener("change", offer);
form.addEventListener("submit", assess);
offer();
