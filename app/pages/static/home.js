/* Lets the first page assess a stored community. */
const language = document.documentElement.lang;
const form = document.getElementById("assessment");
const offered = document.getElementById("offered");
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
    finding.basis === "RULE" ? table.dataset.kindRule : table.dataset.kindBenchmark,
    [finding.verdict_label, finding.reason_label].filter(Boolean).join(": "),
    value === null ? "" : figure(value, finding.unit, isShare),
    target(finding, isShare),
    shortfall ? figure(shortfall.value, shortfall.unit, false) : "",
    `${source.document}, ${source.place}`,
  ];
  const line = document.createElement("tr");
  line.className = `${finding.verdict} ${finding.basis}`;
  line.append(...cells.map((text) => element("td", text)));
  /* On a narrow page a row is a card, and each of its cells names its column. */
  for (const cell of line.cells) cell.dataset.column = table.tHead.rows[0].cells[cell.cellIndex].textContent;
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

/* What is being assessed: an answer to an earlier wish is not shown over a later one. */
let wish = 0;

function say(text) {
  outcome.textContent = text;
  table.hidden = true;
}

async function assess() {
  const mine = ++wish;
  const { community, on } = form.elements;
  if (!community.value || !on.value) return;
  say(outcome.dataset.working);
  const late = setTimeout(() => { outcome.textContent = outcome.dataset.preparing; }, 3000);
  try {
    const indicators = await read("v1/indicators");
    const shares = new Set(indicators.items.filter((item) => item.is_share).map((item) => item.id));
    const assessment = await read(`v1/communities/${community.value}/assessment?on=${on.value}`);
    if (mine === wish) show(assessment, shares);
  } catch (error) {
    if (mine === wish) say(error.message);
  } finally {
    clearTimeout(late);
  }
}

/* The first communities whose names hold what is looked for, and how many there are. */
let looked = null;

async function offerCommunities() {
  const { q, community } = form.elements;
  if (q.value === looked) return;
  const asked = new URLSearchParams({ limit: 100, ...(q.value && { q: q.value }) });
  looked = q.value;
  const { items, total } = await read(`v1/communities?${asked}`);
  community.replaceChildren(...items.map((item) => new Option(`${item.name} (${item.code})`, item.id)));
  form.hidden = items.length === 0 && !q.value;
  const { none, nobody, some } = outcome.dataset;
  const hint = items.length ? some : nobody;
  offered.textContent = form.hidden || (items.length === total && !q.value)
    ? ""
    : hint.replace("{shown}", items.length).replace("{total}", total).replace("{q}", q.value);
  if (items.length === 0) {
    wish += 1;
    say(form.hidden ? none : "");
  }
}

/* Enter in the search, a name looked for, the button: what is then offered first, or chosen, is assessed. */
async function offerAndAssess(event) {
  event?.preventDefault();
  try {
    await offerCommunities();
    await assess();
  } catch (error) {
    say(error.message);
  }
}

/* The commands name the address that the page was opened at. */
const here = new URL(".", location.href).href.replace(/.$/, "");
for (const command of document.querySelectorAll("pre")) {
  command.textContent = command.textContent.replace(/http:\S+:8000/, here);
}
form.addEventListener("submit", offerAndAssess);
form.addEventListener("change", offerAndAssess);
offerAndAssess();
