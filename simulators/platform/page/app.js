"use strict";
// Draws the view that the server sends; a card is made anew only when what it says has changed.
const WORDS = {
  title: ["社区平台", "Community platform"],
  subtitle: ["问题上报 · 通知公告 · 实时事件", "Issues, notices and events as they happen"],
  waitingSite: ["等待网关…", "Waiting for a gateway…"],
  issues: ["问题上报", "Issues"], notices: ["通知公告", "Notices"], events: ["实时事件", "Events"], site: ["小区概览", "The site"],
  live: ["实时", "Live"], lost: ["连接中断", "Not connected"], connecting: ["连接中…", "Connecting…"],
  online: ["在线", "online"], offline: ["离线", "offline"],
  links: ["设备链路", "links"], uplinks: ["上行链路", "uplinks"], queue: ["待回执", "unreceipted"], clock: ["时钟", "clock"],
  trusted: ["可信", "trusted"], untrusted: ["不可信", "not trusted"], oldest: ["最久", "oldest"], readings: ["读数", "readings"],
  f_active: ["活动报警", "active alarms"], f_open: ["未结问题", "open issues"], f_overdue: ["超时", "overdue"],
  f_published: ["已发布公告", "notices out"], f_events: ["已存事件", "events stored"], f_latency: ["报警时延中位", "median delay"],
  new: ["待受理", "new"], accepted: ["已受理", "accepted"], dispatched: ["已派单", "dispatched"], processing: ["处理中", "in progress"],
  resolved: ["已解决", "resolved"], rejected: ["已驳回", "rejected"],
  do_accepted: ["受理", "Accept"], do_dispatched: ["派单", "Dispatch"], do_processing: ["开始处理", "Start work"],
  do_resolved: ["办结", "Resolve"], do_rejected: ["驳回", "Reject"], do_publish: ["发布", "Publish"],
  respond: ["响应", "Response"], resolve: ["解决", "Resolution"], left: ["剩余", "left"], late: ["超时", "late"], took: ["用时", "in"],
  raised: ["发生于", "raised"], cleared: ["报警已恢复", "alarm is clear"], by: ["经办", "by"],
  escalated: ["已上报", "told"], o_respond: ["无人受理", "nobody responded"], o_resolve: ["逾期未解决", "not resolved in time"], level: ["第", "level"],
  stillOn: ["已结，但报警仍未恢复", "closed, but the alarm is still active"], untold: ["网关尚未确认收到", "the gateway has not confirmed yet"], measured: ["网关测得", "measured by the gateway"],
  seen: ["确认", "seen by"], s_shelved: ["已搁置", "shelved"], s_test: ["测试中", "in test"], s_maintenance: ["维保中", "maintenance"],
  s_out_of_service: ["停用", "out of service"], s_flood: ["已合并", "in a storm"], latched: ["待复位", "to be reset"], first: ["首发", "came first"], follows: ["后果", "follows"], behind: ["受影响设备", "devices affected"],
  do_open: ["开门", "Open"], opening: ["正在开门…", "Opening…"], waiting: ["等待网关答复", "waits for the gateway"], ordered: ["命令", "command"],
  done: ["已执行", "done"], o_rejected: ["被拒绝", "refused"], expired: ["已过期", "too late"], o_failed: ["失败", "failed"],
  yes: ["已见门打开", "seen to open"], no: ["没有看到门打开", "not seen to open"], noAnswer: ["网关没有答复", "The gateway has not answered"],
  c_lift: ["电梯", "lift"], c_fire: ["火灾", "fire"], c_fire_equipment: ["消防设施", "fire equipment"], c_electric: ["用电", "electricity"], c_security: ["治安", "security"],
  c_elder_care: ["助老", "elder care"], c_cleaning: ["保洁", "cleaning"], c_equipment: ["设备", "equipment"],
  b_faces: ["人脸已抹去", "faces hidden"], b_whole: ["全图已抹去", "hidden whole"], onItsWay: ["传输中…", "on its way…"],
  copies: ["份重复，未计", "copies, not counted"],
  draft: ["草稿", "draft"], published: ["已发布", "published"], withdrawn: ["已撤回", "withdrawn"], ended: ["已到期", "ended"], to: ["发给", "To"], until: ["至", "until"],
  life_safety: ["生命安全", "life safety"], security: ["治安", "security"], fault: ["故障", "fault"], info: ["信息", "info"],
  noIssues: ["没有问题", "No issues"], noNotices: ["没有公告", "No notices"], noEvents: ["还没有事件", "No events yet"],
  calm: ["一切正常", "All is well"], grounds: ["公共区域", "Grounds"], floor: ["层", "F"], ago: ["前", " ago"],
  property: ["物业", "property"], community: ["居委会", "community"], street_office: ["街道", "street office"],
  owners_committee: ["业委会", "owners' committee"], residents: ["居民", "residents"], me: ["值班员", "duty officer"], failed: ["没有成功", "Did not work"],
};
const $ = (id) => document.getElementById(id);
const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };
let zh = (stored("language") || (navigator.language.startsWith("zh") ? "zh" : "en")) === "zh";
const key = (item) => `${item.site} ${item.id}`;
let view = JSON.parse($("view").textContent);
let offset = view.at - Date.now() / 1000;
let seen = new Set(view.events.map(key));
const now = () => Date.now() / 1000 + offset;
const t = (key) => (WORDS[key] ? WORDS[key][zh ? 0 : 1] : key);
const both = (text) => (text ? (zh ? text.zh : text.en) : "");

function h(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}
const two = (n) => String(n).padStart(2, "0");
function clock(seconds) {
  const date = new Date(seconds * 1000);
  const day = date.toDateString() === new Date(now() * 1000).toDateString() ? "" : `${two(date.getMonth() + 1)}-${two(date.getDate())} `;
  return `${day}${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s >= 86400) return zh ? `${Math.floor(s / 86400)}天${Math.floor((s % 86400) / 3600)}时` : `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}
const say = (key, time) => (zh ? `${t(key)} ${time}` : `${time} ${t(key)}`);
const count = (n) => (n || 0).toLocaleString("en-US");

function keyed(parent, items, make, empty) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  if (!items.length) { parent.replaceChildren(h("p", "empty", t(empty))); return; }
  const wanted = items.map((item) => {
    const said = JSON.stringify(item) + zh;
    const known = old.get(key(item));
    if (known && known.said === said) return known;
    const element = make(item);
    element.dataset.key = key(item);
    element.said = said;
    return element;
  });
  if (wanted.length !== parent.children.length || wanted.some((element, i) => parent.children[i] !== element)) parent.replaceChildren(...wanted);
}

let quiet = 0;
function tell(words) {
  $("said").textContent = words;
  $("said").className = "on";
  clearTimeout(quiet);
  quiet = setTimeout(() => { $("said").className = ""; }, 5000);
}
async function post(path, body) {
  let problem = "", answer = null;
  try {
    answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) problem = answer.status === 504 ? t("noAnswer") : (await answer.json()).detail || answer.statusText;
  } catch (error) { problem = error.message; }
  if (problem) tell(`${t("failed")}: ${problem}`);
  return problem ? null : answer;
}
const became = (order) => [t({ rejected: "o_rejected", failed: "o_failed" }[order.outcome] || order.outcome || "waiting"), order.observed ? t(order.observed) : "", both(order.detail)].filter(Boolean).join(" · ");
async function open(site, device) {
  tell(t("opening"));
  const answer = await post("/command", { site, device, action: "open", by: t("me") });
  if (answer) tell(`${device}: ${became(await answer.json())}`);
}
const opener = (item, className) => (item.gate ? button(t("do_open"), className, () => open(item.site, item.gate)) : null);
function button(label, className, act) {
  const element = h("button", className, label);
  element.type = "button";
  element.onclick = () => { element.disabled = true; act().finally(() => { element.disabled = false; }); };
  return element;
}

function limit(label, from, until, done) {
  const element = h("div", "limit", h("i", "", h("span", "", label), h("b")), h("div", "bar"));
  element.tick = () => {
    const left = until - (done || now());
    element.className = `limit${done ? " met" : ""}${left < 0 ? " late" : left < (until - from) * 0.25 ? " soon" : ""}`;
    element.querySelector("b").textContent = done ? `${t("took")} ${span(done - from)}` : say(left < 0 ? "late" : "left", span(Math.abs(left)));
    element.querySelector(".bar").style.setProperty("--left", Math.max(0, Math.min(1, left / (until - from))));
  };
  element.tick();
  return element;
}
function badge(key, className, text, title) {
  const element = h("span", `badge ${className}`, text || t(key));
  element.title = title || "";
  return element;
}
const putAside = (item) => item.suppressed.map((why) => badge(`s_${why}`, "aside"));
function warnings(issue) {
  const said = issue.escalations.map((one) => h("li", "late", `${t(`o_${one.overdue}`)} ${zh ? "→ " : "→ "}${t("escalated")} `, h("b", "", t(one.to)),
    ` · ${clock(one.at)} · ${zh ? `第 ${one.level} 级` : `level ${one.level}`}`));
  if (issue.closed !== null && issue.cleared === null) said.push(h("li", "late", t("stillOn")));
  if (!issue.told) said.push(h("li", "", t("untold")));
  return said.length ? h("ul", "warnings", ...said) : null;
}
function measured(element, seconds) {
  if (seconds !== null) element.title = `${t("measured")} ${span(seconds)}`;
  return element;
}
function ordersOf(issue) {
  if (!issue.orders.length) return null;
  return h("ul", "warnings", ...issue.orders.slice(0, 3).map((order) => h("li", order.outcome === "done" && order.observed !== "no" ? "ok" : order.outcome ? "late" : "",
    `${clock(order.at)} ${both(order.action)} `, h("b", "", order.device), ` · ${became(order)} · ${order.by}`)));
}
function picture(issue, one) {
  const url = `/evidence/${encodeURIComponent(issue.site)}/${one.sha256}`;
  const said = `${both(one.camera)} ${clock(one.at)}`;
  const words = h("figcaption", "", h("span", "", said), h("span", "badge", t(`b_${one.blurred}`)));
  if (!one.there) return h("figure", "", h("p", "empty", t("onItsWay")), words);
  if (one.kind === "clip") {
    const clip = h("video", "");
    Object.assign(clip, { src: url, controls: true, preload: "metadata", muted: true });
    clip.setAttribute("aria-label", said);
    return h("figure", "", clip, words);
  }
  const still = h("img", "");
  Object.assign(still, { src: url, loading: "lazy", alt: said });
  const link = h("a", "", still);
  Object.assign(link, { href: url, target: "_blank", rel: "noopener" });
  return h("figure", "", link, words);
}
const pictures = (issue) => (issue.pictures.length ? h("div", "pictures", ...issue.pictures.map((one) => picture(issue, one))) : null);
function issueCard(issue) {
  const closed = issue.closed !== null;
  const parties = issue.parties.map(t).join(zh ? "、" : ", ");
  const card = h("article", `card ${issue.lane}${closed ? " done" : ""}${closed && issue.cleared === null ? " on" : ""}`,
    h("header", "", h("h3", "", both(issue.title)), h("span", "marks", ...putAside(issue), h("span", "state", t(issue.state)))),
    h("p", "meta", h("span", "", both(issue.place)), h("span", "", WORDS[`c_${issue.category}`] ? t(`c_${issue.category}`) : issue.category), h("span", "", `${t("raised")} ${clock(issue.raised)}`),
      parties ? h("span", "", `→ ${parties}`) : null, issue.by ? h("span", "", `${t("by")} ${issue.by}`) : null,
      issue.seen_by && issue.seen_by !== issue.by ? h("span", "", `${t("seen")} ${issue.seen_by}`) : null,
      issue.cleared !== null ? h("span", "ok", `✓ ${t("cleared")} ${clock(issue.cleared)}`) : null),
    warnings(issue), ordersOf(issue), pictures(issue),
    h("div", "limits", measured(limit(t("respond"), issue.raised, issue.respond_by, issue.responded), issue.measured[0]),
      measured(limit(t("resolve"), issue.raised, issue.resolve_by, issue.closed), issue.measured[1])));
  if (issue.next.length) {
    const steps = issue.next.map((state, i) => button(t(`do_${state}`), i === 0 ? "first" : state === "rejected" ? "reject" : "",
      () => post("/issue", { site: issue.site, issue: issue.id, state, by: t("me"), party: "property" })));
    card.append(h("div", "buttons", ...steps.slice(0, -1), opener(issue, "gate") || "", steps.at(-1)));
  }
  return card;
}
function noticeCard(notice) {
  const card = h("article", `card ${notice.state}`,
    h("header", "", h("h3", "", both(notice.title)), h("span", "state", t(notice.state))),
    h("p", "", both(notice.text)),
    h("p", "meta", h("span", "", `${t("to")} ${both(notice.audience)}`), h("span", "", `${clock(notice.start)} ${t("until")} ${clock(notice.end)}`),
      notice.withdrawn !== null ? h("span", "ok", `✓ ${t("withdrawn")} ${clock(notice.withdrawn)}`) : null));
  if (notice.state === "draft") card.append(h("div", "buttons", button(t("do_publish"), "first", () => post("/notice", { site: notice.site, notice: notice.id }))));
  return card;
}
const late = (event) => (event.took < 10000 ? `${Math.round(event.took)} ms` : `+${span(event.took / 1000)}`);
function eventRow(event) {
  const row = h("div", `row ${event.lane}${seen.has(key(event)) ? "" : " new"}`, h("time", "", clock(event.at)),
    h("p", "", both(event.name), h("span", "", ` ${both(event.text)} · ${both(event.place)}`)),
    opener(event, "gate") || h("small", "", late(event)));
  row.title = [`${both(event.name)} ${both(event.text)} · ${both(event.place)}`, `${event.type} ${event.id}`, late(event)].join("\n");
  seen.add(key(event));
  return row;
}

function level(floor) {
  const match = /^(B?-?)(\d+)/i.exec(floor);
  return match ? (match[1] ? -1 : 1) * Number(match[2]) : 1000;
}
function floorsOf(building) {
  const known = new Map(building.floors.map((floor) => [level(floor), floor]));
  const top = Math.max(4, ...[...known.keys()].filter((n) => n < 100));
  for (let n = 1; n <= Math.min(top, 60); n += 1) if (!known.has(n)) known.set(n, String(n));
  return [...known.entries()].sort((a, b) => b[0] - a[0]);
}
function drawBuilding(building) {
  const floors = floorsOf(building);
  const tower = h("div", "tower", ...floors.map(([n, floor]) => {
    const alarm = view.alarms.find((one) => one.site === building.site && one.building === building.id && (one.floor === floor || (!one.floor && n === 1)));
    const element = h("div", `floor${n < 0 ? " under" : ""}${alarm ? ` alarm ${alarm.lane}` : ""}`, alarm ? h("span", "", zh && n < 100 ? `${floor}层` : floor) : "");
    element.title = alarm ? `${both(alarm.text)} · ${both(alarm.place)}` : floor;
    return element;
  }));
  tower.style.setProperty("--h", `${Math.max(6, Math.min(14, Math.floor(190 / floors.length)))}px`);
  return h("div", "building", h("div", "roof"), tower, h("div", "name", both(building.name)));
}
function alarmRow(alarm) {
  const marks = [alarm.count > 1 ? badge("", "storm", `×${count(alarm.count)}`) : null, alarm.followers ? badge("first", "lead", `${t("first")} +${alarm.followers}`) : null,
    alarm.follows ? badge("follows", "aside") : null, alarm.latched ? badge("latched", "aside") : null, alarm.behind ? badge("behind", "aside", `${t("behind")} ${alarm.behind}`) : null,
    ...putAside(alarm), alarm.seen_by ? badge("seen", "ok", `✓ ${alarm.seen_by}`, `${t("seen")} ${alarm.seen_by}`) : null].filter(Boolean);
  return h("li", `${alarm.lane}${alarm.suppressed.length || alarm.follows ? " quiet" : ""}`,
    h("div", "", both(alarm.text), h("span", "", ` ${both(alarm.place)} `), ...marks), h("time", "", clock(alarm.since)));
}
function drawSite() {
  const said = JSON.stringify([view.buildings, view.alarms, zh]);
  if ($("site").said === said) return;
  $("site").said = said;
  const calling = view.alarms.filter((alarm) => !alarm.suppressed.includes("flood"));
  const outside = calling.filter((alarm) => !alarm.building);
  const ground = h("div", "ground", ...(outside.length ? [`${t("grounds")}: `, ...outside.slice(0, 4).map((alarm) => h("em", alarm.lane, `${both(alarm.text)} `))] : []));
  const list = calling.slice(0, 10).map(alarmRow);
  $("site").replaceChildren(h("div", "scene", ...view.buildings.map(drawBuilding)), ground, h("ul", "alarms", ...(list.length ? list : [h("span", "", `✓ ${t("calm")}`)])));
}

function gatewayChip(one) {
  const links = one.links || [], uplinks = one.uplinks || [], depth = Object.values(one.journal || {}).reduce((a, b) => a + b, 0);
  const part = (label, value, bad, title) => { const e = h("span", bad ? "bad" : "", `${label} `, h("b", "", value)); e.title = title || ""; return e; };
  const of = (list) => `${list.filter((link) => link.up).length}/${list.length}`;
  const why = (list) => list.filter((link) => !link.up).map((link) => `${link.id}: ${link.reason || ""}`).join("\n");
  const chip = h("div", `gateway${one.online ? "" : " off"}`, h("strong", "", one.gateway), h("span", "", t(one.online ? "online" : "offline")));
  if (one.online) {
    chip.append(part(t("links"), of(links), links.some((link) => !link.up), why(links)),
      ...(uplinks.length ? [part(t("uplinks"), of(uplinks), uplinks.some((link) => !link.up), why(uplinks))] : []),
      part(t("queue"), count(depth), depth > 100 || (one.oldest_unsent || 0) > 60), part(t("readings"), count(one.readings)),
      part(t("clock"), t(one.clock || "trusted"), one.clock === "untrusted"));
  }
  return chip;
}
function figure(key, value, unit, alert) {
  return h("div", `figure${alert ? " alert" : ""}`, h("b", "", value, unit ? h("small", "", unit) : ""), h("span", "", t(key)));
}

function draw() {
  const f = view.figures;
  document.documentElement.lang = zh ? "zh" : "en";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  const named = view.gateways.map((one) => both(one.site_name)).find(Boolean) || view.sites.map(([, name]) => both(name))[0];
  $("title").textContent = named || t("title");
  $("subtitle").textContent = named ? `${t("title")} · ${t("subtitle")}` : t("waitingSite");
  $("language").textContent = zh ? "English" : "中文";
  $("gateways").replaceChildren(...view.gateways.map(gatewayChip));
  $("figures").replaceChildren(figure("f_active", count(f.active), "", f.active > 0), figure("f_open", count(f.open_issues)), figure("f_overdue", count(f.overdue), "", f.overdue > 0),
    figure("f_published", count(f.published)), figure("f_events", count(f.events)), f.median !== null && f.median >= 10000 ? figure("f_latency", (f.median / 1000).toFixed(1), "s") : figure("f_latency", f.median === null ? "–" : String(Math.round(f.median)), f.median === null ? "" : "ms"));
  $("issues-n").textContent = f.open_issues || "";
  $("notices-n").textContent = f.published || "";
  $("events-n").textContent = f.redelivered ? `${count(f.redelivered)} ${t("copies")}` : "";
  $("alarms-n").textContent = f.active ? `${f.active} ${t("f_active")}` : "";
  $("lanes").replaceChildren(...["life_safety", "security", "fault", "info"].map((lane) => h("span", lane, t(lane))));
  keyed($("issues"), view.issues, issueCard, "noIssues");
  keyed($("notices"), view.notices, noticeCard, "noNotices");
  keyed($("events"), view.events, eventRow, "noEvents");
  drawSite();
  if (seen.size > 2000) seen = new Set(view.events.map(key));
}
function live(on) { $("live").className = `live${on ? " on" : ""}`; $("live").textContent = t(on ? "live" : "lost"); $("live").title = t(on ? "live" : "lost"); }

$("language").onclick = () => { zh = !zh; store("language", zh ? "zh" : "en"); $("site").said = ""; draw(); live($("live").classList.contains("on")); };
$("theme").onclick = () => {
  const dark = (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  store("theme", document.documentElement.dataset.theme);
};
if (stored("theme")) document.documentElement.dataset.theme = stored("theme");
draw();
$("live").textContent = t("connecting");
const source = new EventSource("/live");
source.onopen = () => live(true);
source.onerror = () => live(false);
source.onmessage = (message) => { view = JSON.parse(message.data); offset = view.at - Date.now() / 1000; draw(); };
setInterval(() => { for (const element of document.querySelectorAll(".limit")) element.tick(); }, 1000);
